import type { LinearAlgebra } from '../kernels/linear-algebra.ts';
import { ChannelMeans, correctedBias, type LayerReading } from '../quantization/rounding/index.ts';

/**
 * What empirical bias correction needs of a layer: the mean of what enters it and of what should leave it. A layer is linear, so
 * its mean output is what it makes of its mean patch, and no second pass through the network is needed.
 */
export class MeanOutputs {
  readonly #kernels: LinearAlgebra;
  readonly #reading: LayerReading;
  readonly #outputs: number;
  readonly #targets: ChannelMeans;
  #sums = new Float64Array(0);
  #samples = 0;

  /** @param outputs output channels of the layer */
  constructor(kernels: LinearAlgebra, reading: LayerReading, outputs: number) {
    this.#kernels = kernels;
    this.#reading = reading;
    this.#outputs = outputs;
    this.#targets = new ChannelMeans(outputs);
  }

  /** @param input samples x what enters the layer @param target samples x outputs x positions */
  add(input: Float32Array, samples: number, target: Float32Array): void {
    const size = input.length / samples;
    if (this.#samples === 0) this.#sums = new Float64Array(size);
    for (let start = 0; start < input.length; start += size)
      for (let i = 0; i < size; i++) this.#sums[i]! += input[start + i]!;
    this.#samples += samples;
    const positions = target.length / samples / this.#outputs;
    this.#targets.add(target, [samples, this.#outputs, positions]);
  }

  /** The bias that gives each output its mean in the float network. @param weights outputs x inputs, quantized */
  corrected(weights: Float32Array, bias: Float32Array): Float32Array {
    const quantized = new Float64Array(this.#outputs);
    const sample = Float32Array.from(this.#sums, (sum) => sum / this.#samples);
    const groups = this.#reading.kind === 'patches' ? this.#reading.geometry.groups : 1;
    const outputs = this.#outputs / groups;
    const inputs = weights.length / this.#outputs;
    for (let group = 0; group < groups; group++) {
      const patch = this.#meanPatch(sample, group, inputs);
      for (let output = group * outputs; output < (group + 1) * outputs; output++) {
        let sum = bias[output]!;
        for (let i = 0; i < inputs; i++) sum += weights[output * inputs + i]! * patch[i]!;
        quantized[output] = sum;
      }
    }
    return correctedBias(bias, this.#targets.means(), quantized);
  }

  #meanPatch(sample: Float32Array, group: number, inputs: number): Float64Array {
    if (this.#reading.kind === 'rows') return Float64Array.from(sample);
    const columns = this.#kernels.im2col(sample, 1, this.#reading.geometry, group);
    const positions = columns.length / inputs;
    return Float64Array.from({ length: inputs }, (_, i) => {
      let sum = 0;
      for (let position = 0; position < positions; position++) sum += columns[i * positions + position]!;
      return sum / positions;
    });
  }
}
