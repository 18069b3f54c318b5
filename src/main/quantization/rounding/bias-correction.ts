/**
 * Bias correction (Nagel, van Baalen, Blankevoort, Welling: "Data-free quantization through weight equalization and bias
 * correction", ICCV 2019, section 4.2): rounding turns weights W into W~ = W + e, which moves the mean of each output by e E[x];
 * that is taken out of the bias. E[x] is the mean input of the float network on the calibration samples: the empirical form,
 * W~ E[x] - W E[x] in section 4.4 of Nagel et al., "A white paper on neural network quantization", 2021.
 *
 * It is the weights' error alone. Giving each channel the mean that it has in the float network, activations quantized, is something else:
 * clipping shrinks outputs, most of which are negative before a Relu, so that the mean rises, and a constant that restores it pushes
 * the few positive outputs below zero. docs/quantization-methods.md shows what that costs.
 * @param bias one for each output
 * @param weights of the float network, outputs x inputs @param rounded the same, as they are used
 * @param meanInputs the mean patch, for each group of the layer: inputs
 */
export function correctedBias(
  bias: Float32Array,
  weights: Float32Array,
  rounded: Float32Array,
  meanInputs: readonly Float64Array[]
): Float32Array {
  const outputs = bias.length;
  const inputs = outputs === 0 ? 0 : weights.length / outputs;
  if (rounded.length !== weights.length || meanInputs.some((means) => means.length !== inputs))
    throw new RangeError('weights, rounded weights and mean inputs differ in number');
  const outputsPerGroup = outputs / meanInputs.length;
  return bias.map((value, output) => {
    const means = meanInputs[Math.floor(output / outputsPerGroup)]!;
    const start = output * inputs;
    let moved = 0;
    for (let i = 0; i < inputs; i++) moved += (rounded[start + i]! - weights[start + i]!) * means[i]!;
    return value - moved;
  });
}
