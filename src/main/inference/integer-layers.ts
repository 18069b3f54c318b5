import {
  activationQuantizers,
  clipBounds,
  floatInitializer,
  layerGeometry,
  outputChannelsFirst,
  type GraphAnalysis,
  type Layer,
  type LayerSegment,
  type Model,
  type QuantizationPlan
} from '../graph/index.ts';
import type { IntegerLayer } from '../kernels/integer-kernels.ts';
import { f32, rint } from '../numeric/float32.ts';
import type { Quantizer } from '../quantization/quantizer.ts';
import { buildIntegerLayer, type IntegerSettings, type LayerBias } from '../simulation/integer/index.ts';

/** A layer of a network in whole numbers, with the quantizers that say what its codes mean. */
export interface NetworkLayer {
  readonly layer: Layer;
  readonly integer: IntegerLayer;
  readonly bias: LayerBias | null;
  readonly input: Quantizer;
  readonly weights: Quantizer;
  /** Of what leaves, a fused Relu or Clip in its bounds; null where that stays in float. */
  readonly output: Quantizer | null;
}

/** Tensor -> the quantizer whose codes its values are; null where they stay in float. */
export type QuantizerOf = (tensor: string) => Quantizer | null;

export function quantizersOf(analysis: GraphAnalysis, plan: QuantizationPlan): QuantizerOf {
  const quantizers = activationQuantizers(analysis, plan);
  return (tensor) => quantizers.get(analysis.quantizedBy.get(tensor) ?? '') ?? null;
}

/**
 * @returns null for a layer that does not work on codes, because what enters it or its weights stay in float
 * @throws BitlabError CONFIGURATION_CONFLICT that names the layer, where its codes, products or tiles do not fit
 */
export function networkLayer(
  model: Model,
  { layer, node }: Pick<LayerSegment, 'layer' | 'node'>,
  plan: QuantizationPlan,
  quantizerOf: QuantizerOf,
  settings: IntegerSettings
): NetworkLayer | null {
  const input = quantizerOf(layer.input);
  const weights = plan.weights.get(layer.name);
  if (input === null || weights === undefined) return null;
  const output = withFusedBounds(model, layer, quantizerOf(layer.fusedOutput));
  const built = buildIntegerLayer(
    {
      name: layer.name,
      shape: layerGeometry(layer, node, layer.inputShape),
      input,
      weightCodes: outputChannelsFirst(weights.codes, layer),
      weights: weights.quantizer,
      bias: layer.bias === null ? null : floatInitializer(model, layer.bias).data,
      output
    },
    settings
  );
  // avx2-pairs shifts the codes of signed inputs, which is undone where they enter.
  return { layer, integer: built.layer, bias: built.bias, input, weights: weights.quantizer, output };
}

/** The quantizer of a layer's output, a fused Relu or Clip in its bounds, which is the same since quantization is monotone. */
function withFusedBounds(model: Model, layer: Layer, quantizer: Quantizer | null): Quantizer | null {
  if (quantizer === null || layer.fused === null) return quantizer;
  const activation = model.graph.nodes.find((node) => node.outputs[0] === layer.fusedOutput)!;
  const [lower, upper] = layer.fused === 'Relu' ? [0, Infinity] : clipBounds(activation, model.graph)!;
  const code = (value: number) => {
    const rounded = rint(f32(value / quantizer.scale[0]!));
    return Math.min(Math.max(rounded + quantizer.zeroPoint[0]!, quantizer.low), quantizer.high);
  };
  return { ...quantizer, low: code(lower), high: code(upper) };
}
