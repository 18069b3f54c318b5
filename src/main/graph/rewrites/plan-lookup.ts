import { BitlabError } from '../../../contract/index.ts';
import type { Quantizer } from '../../quantization/quantizer.ts';
import type { GraphAnalysis, Layer } from '../analysis-types.ts';
import type { Connections } from '../connections.ts';
import type { Node } from '../onnx/index.ts';
import type { QuantizationPlan } from '../quantization-plan.ts';

/**
 * Point -> its quantizer, inherited where the plan has none of its own; points that stay in float are left out.
 * @throws CONFIGURATION_CONFLICT for activations that are quantized per channel
 */
export function activationQuantizers(
  analysis: GraphAnalysis,
  plan: QuantizationPlan
): ReadonlyMap<string, Quantizer> {
  const quantizers = new Map<string, Quantizer>();
  // A point comes behind the one that it inherits from.
  for (const point of analysis.points) {
    // Whether the network's output is quantized is the plan's to say, also where it would inherit.
    const inherited = point.inherits === null || point.isOutput ? undefined : quantizers.get(point.inherits);
    const quantizer = plan.activations.get(point.tensor) ?? inherited;
    if (quantizer === undefined) continue;
    if (quantizer.scale.length !== 1) {
      const reason = `The activations ${point.tensor} have ${quantizer.scale.length} scales, and activations have one`;
      throw new BitlabError('CONFIGURATION_CONFLICT', { reason, advice: 'Quantize activations per tensor.' });
    }
    quantizers.set(point.tensor, quantizer);
  }
  return quantizers;
}

/** The nodes of a layer: its own, and for a MatMul the Add of its bias. */
export function layerNodes(
  layer: Layer,
  connections: Connections
): { readonly node: Node; readonly biasAdd: Node | null } {
  const last = required(connections.producer(layer.output), layer.output);
  if (layer.operator !== 'MatMul' || last.operator === 'MatMul') return { node: last, biasAdd: null };
  // By what it adds to, since the bias has another name where it was quantized.
  const product = last.inputs.map((input) => connections.producer(input)).find((node) => node !== undefined);
  return { node: required(product, layer.output), biasAdd: last };
}

function required(node: Node | undefined, tensor: string): Node {
  if (node !== undefined) return node;
  throw new Error(`the analysis belongs to another model: nothing produces ${tensor}`);
}
