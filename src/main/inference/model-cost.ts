import type { GraphAnalysis, Layer, QuantizationPlan } from '../graph/index.ts';
import type { Quantizer } from '../quantization/index.ts';

const floatBits = 32;

/**
 * Size of the parameters in bits: codes, scales (32 bits) and, where a weight quantizer has one that is not zero, zero
 * points (as wide as a code); biases and everything that stays in float count 32 bits each.
 */
export function modelSizeBits(analysis: GraphAnalysis, plan: QuantizationPlan | null): number {
  return analysis.layers.reduce(
    (bits, layer) => bits + layerSizeBits(layer, plan?.weights.get(layer.name)?.quantizer),
    0
  );
}

/** The same for one layer. @param quantizer of its weights; undefined where they stay in float */
export function layerSizeBits(layer: Layer, quantizer: Quantizer | undefined): number {
  const weightCount = weightsOf(layer);
  const biasCount = layer.parameters - weightCount;
  if (quantizer === undefined) return (weightCount + biasCount) * floatBits;
  const hasZeroPoint = quantizer.zeroPoint.some((zero) => zero !== 0);
  const perScale = floatBits + (hasZeroPoint ? quantizer.bits : 0);
  return weightCount * quantizer.bits + quantizer.scale.length * perScale + biasCount * floatBits;
}

/** Bits of a weight, the mean over all weights of the layers. */
export function averageWeightBits(analysis: GraphAnalysis, plan: QuantizationPlan | null): number {
  let weights = 0;
  let bits = 0;
  for (const layer of analysis.layers) {
    weights += weightsOf(layer);
    bits += weightsOf(layer) * (plan?.weights.get(layer.name)?.quantizer.bits ?? floatBits);
  }
  return bits / weights;
}

/** Bit operations for one sample: the sum over the layers of MACs x weight bits x bits of the activations that enter. */
export function bitOperations(analysis: GraphAnalysis, plan: QuantizationPlan | null): number {
  let operations = 0;
  for (const layer of analysis.layers) {
    const weightBits = plan?.weights.get(layer.name)?.quantizer.bits ?? floatBits;
    const point = analysis.quantizedBy.get(layer.input);
    const activationBits = (point !== undefined && plan?.activations.get(point)?.bits) || floatBits;
    operations += layer.macs * weightBits * activationBits;
  }
  return operations;
}

const weightsOf = ({ weightShape }: Layer) => weightShape.reduce((product, extent) => product * extent, 1);
