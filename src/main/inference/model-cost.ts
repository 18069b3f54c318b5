import type { GraphAnalysis } from '../graph/index.ts';
import type { QuantizationPlan } from '../graph/index.ts';

const floatBits = 32;

/**
 * Size of the parameters in bits: codes, scales (32 bits) and, where a weight quantizer has one that is not zero, zero
 * points (as wide as a code); biases and everything that stays in float count 32 bits each.
 */
export function modelSizeBits(analysis: GraphAnalysis, plan: QuantizationPlan | null): number {
  let bits = 0;
  for (const layer of analysis.layers) {
    const weightCount = layer.weightShape.reduce((product, extent) => product * extent, 1);
    const biasCount = layer.parameters - weightCount;
    const quantizer = plan?.weights.get(layer.name)?.quantizer;
    if (quantizer === undefined) bits += weightCount * floatBits;
    else {
      const hasZeroPoint = quantizer.zeroPoint.some((zero) => zero !== 0);
      bits +=
        weightCount * quantizer.bits +
        quantizer.scale.length * (floatBits + (hasZeroPoint ? quantizer.bits : 0));
    }
    bits += biasCount * floatBits;
  }
  return bits;
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
