/**
 * The means of a layer's outputs, channel by channel, over all samples and positions: what empirical bias correction
 * compares between the float and the quantized network.
 */
export class ChannelMeans {
  readonly #sums: Float64Array;
  #count = 0;

  constructor(channels: number) {
    this.#sums = new Float64Array(channels);
  }

  /** @param values in row-major order @param shape samples x channels x positions */
  add(values: Float32Array, shape: readonly number[]): void {
    const [samples = 0, channels = 0] = shape;
    const positions = shape.slice(2).reduce((product, extent) => product * extent, 1);
    if (channels !== this.#sums.length || values.length !== samples * channels * positions)
      throw new RangeError(
        `${values.length} values of shape [${shape.join(', ')}] for ${this.#sums.length} channels`
      );
    for (let i = 0, channel = 0; i < values.length; i += positions, channel = (channel + 1) % channels) {
      let sum = 0;
      for (let position = i; position < i + positions; position++) sum += values[position]!;
      this.#sums[channel]! += sum;
    }
    this.#count += samples * positions;
  }

  /** @throws RangeError where nothing was added */
  means(): Float64Array {
    if (this.#count === 0) throw new RangeError('there is no mean of nothing');
    return this.#sums.map((sum) => sum / this.#count);
  }
}

/**
 * Empirical bias correction (Nagel, van Baalen, Blankevoort, Welling: ICCV 2019, section 4.2): the bias that gives each
 * channel of the quantized layer the mean that it has in the float network. To be applied layer by layer, in the order of
 * the network, with all layers before corrected already.
 * @param bias of the layer, or null for none
 * @param floatMeans means of the layer's outputs before any activation @param quantizedMeans the same in the quantized network
 */
export function correctedBias(
  bias: Float32Array | null,
  floatMeans: Float64Array,
  quantizedMeans: Float64Array
): Float32Array {
  if (floatMeans.length !== quantizedMeans.length || (bias !== null && bias.length !== floatMeans.length))
    throw new RangeError('biases and means differ in number');
  return Float32Array.from(floatMeans, (mean, i) => (bias?.[i] ?? 0) + (mean - quantizedMeans[i]!));
}
