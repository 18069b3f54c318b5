import type { Configuration } from '../../contract/index.ts';
import type { GraphAnalysis, QuantizationPlan } from '../graph/index.ts';
import type { IntegerSettings } from '../simulation/integer/index.ts';

/**
 * How a configuration computes in whole numbers. Sums run over the weights as they lie; but pairs are formed as in ONNX
 * Runtime's kernels, over the channels of a pixel.
 */
export function integerSettings({ accumulator, requantization, bias }: Configuration): IntegerSettings {
  const order = accumulator.products === 'avx2-pairs' ? 'channel-innermost' : 'channel-outermost';
  return { accumulator: { ...accumulator, order }, requantization, bias };
}

/** The same with accumulators that hold every sum: what `integer` arithmetic is without a limit. */
export function withAmpleAccumulators(settings: IntegerSettings): IntegerSettings {
  const exact = { bits: 32, overflow: 'wrap', check: 'each-addition', products: 'exact' } as const;
  return { ...settings, accumulator: { ...settings.accumulator, ...exact } };
}

/**
 * Whether ONNX Runtime's fused integer kernels compute exactly what a configuration asks for: bytes, sums in 32 bits that
 * wrap, an int32 bias that is added to them, and its own requantization.
 */
export function onnxRuntimeComputes(
  settings: IntegerSettings,
  analysis: GraphAnalysis,
  plan: QuantizationPlan
): boolean {
  const { accumulator, requantization, bias } = settings;
  return (
    requantization === 'onnx' &&
    bias === 'int32' &&
    accumulator.products === 'exact' &&
    accumulator.bits === 32 &&
    accumulator.overflow === 'wrap' &&
    fitsBytes(analysis, plan) &&
    // Behind a MatMul of more than two dimensions it adds the bias in float.
    analysis.layers.every(
      (layer) => layer.operator !== 'MatMul' || layer.bias === null || layer.outputShape.length === 1
    )
  );
}

function fitsBytes(analysis: GraphAnalysis, plan: QuantizationPlan): boolean {
  return (
    activationsFitBytes(plan) &&
    analysis.layers.every((layer) => {
      const quantizer = plan.weights.get(layer.name)?.quantizer;
      // Its kernels have one zero point for all channels of a layer.
      return (
        quantizer === undefined ||
        (quantizer.bits <= 8 && quantizer.zeroPoint.every((zero) => zero === quantizer.zeroPoint[0]))
      );
    })
  );
}

/** Whether ONNX Runtime can hold all activations as uint8. */
export const activationsFitBytes = (plan: QuantizationPlan): boolean =>
  [...plan.activations.values()].every(({ bits }) => bits <= 8);
