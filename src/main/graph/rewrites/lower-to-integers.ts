import type { GraphAnalysis } from '../analysis-types.ts';
import { connectionsOf, type Connections } from '../connections.ts';
import { clipBounds, fusableActivation } from '../find-layers.ts';
import { makeNode } from '../onnx/index.ts';
import type { Graph, Model, Node } from '../onnx/index.ts';
import type { QuantizationPlan } from '../quantization-plan.ts';
import { insertBehind, type Insertion } from './insert-behind.ts';
import { integerLayer } from './integer-layer.ts';
import { NewTensors } from './new-tensors.ts';
import { activationQuantizers, layerNodes } from './plan-lookup.ts';
import { withoutUnreachable } from './simplify.ts';
import { storedAsBytes, type ByteCodes } from './stored-as-bytes.ts';

export interface IntegerOptions {
  /**
   * `uint8` where pairs of u8 x s8 products saturate at 16 bits (x86 without VNNI): the codes and zero points of layers
   * whose bit widths are large enough for that are then shifted by 128. Those kernels are exact, and slower.
   */
  readonly weightStorage: 'int8' | 'uint8';
}

/**
 * The model in integer arithmetic, in the form that ONNX Runtime fuses into integer kernels: QuantizeLinear (uint8),
 * Clip to the codes of the bit width, DequantizeLinear around each layer; weights as DequantizeLinear of int8 or uint8;
 * biases as DequantizeLinear of int32 at input scale times weight scale (where the plan has none, the float bias rounded
 * to such multiples: integer kernels have no float bias). A fused Relu or Clip becomes the bounds of the codes' Clip,
 * which is the same since quantization is monotone. Tensors that MaxPool, Flatten ... pass on are quantized with the same
 * parameters again, which changes no value and lets these operators work on integers.
 * @param model for opset 13 or later, by which QuantizeLinear has an axis
 * @throws CONFIGURATION_CONFLICT for bit widths above 8, and for weights whose zero points differ between channels
 */
export function lowerToIntegers(
  model: Model,
  analysis: GraphAnalysis,
  plan: QuantizationPlan,
  options: IntegerOptions
): Model {
  const added = new NewTensors(model.graph);
  const quantizers = activationQuantizers(analysis, plan);
  const bytes = new Map(
    [...quantizers].map(([tensor, quantizer]) => [tensor, storedAsBytes(tensor, quantizer)])
  );

  const { graph, bounds } = absorbActivations(model.graph, bytes, analysis);
  const connections = connectionsOf(graph);
  const replaced = new Map<Node, readonly Node[]>();
  for (const layer of analysis.layers) {
    const absorbedAt =
      bounds.has(layer.fusedOutput) && layer.fused !== null ? layer.fusedOutput : layer.output;
    const { node, biasAdd } = layerNodes({ ...layer, output: absorbedAt }, connections);
    const input = bytes.get(analysis.quantizedBy.get(layer.input) ?? '') ?? null;
    const integer = integerLayer(layer, node, biasAdd, input, plan, options, added);
    for (const [old, nodes] of integer) replaced.set(old, nodes);
  }
  const nodes = graph.nodes.flatMap((node) => replaced.get(node) ?? [node]);

  const insertions = new Map<string, Insertion>();
  for (const [tensor, point] of analysis.quantizedBy) {
    const codes = bytes.get(point);
    if (codes === undefined) continue;
    const clipped = tensor === point && needsClip(analysis, point) ? (bounds.get(tensor) ?? codes) : null;
    insertions.set(tensor, (input, output) => quantizationNodes(input, output, codes, clipped, added));
  }
  const lowered = insertBehind({ ...graph, nodes }, insertions, '.dequantized', added);
  return { ...model, graph: withoutUnreachable({ ...lowered, initializers: added.initializers }) };
}

/** The smallest and largest code, as bytes. */
interface CodeBounds {
  readonly low: number;
  readonly high: number;
}

/** A mean of codes lies between them, so that what inherits its parameters needs no Clip. */
function needsClip(analysis: GraphAnalysis, tensor: string): boolean {
  return analysis.points.find((point) => point.tensor === tensor)?.inherits === null;
}

/** Removes each Relu and Clip between a computation and its quantizer, and gives the bounds of codes that replace it. */
function absorbActivations(graph: Graph, bytes: ReadonlyMap<string, ByteCodes>, analysis: GraphAnalysis) {
  const connections = connectionsOf(graph);
  const bounds = new Map<string, CodeBounds>();
  const removed = new Set<Node>();
  const renamed = new Map<string, string>();
  for (const [tensor, codes] of bytes) {
    const activation = fusableActivation(connections.producer(tensor) ?? null, graph, true);
    if (activation === null || !isAbsorbable(activation, connections, analysis)) continue;
    const [lower, upper] = activation.operator === 'Relu' ? [0, Infinity] : clipBounds(activation, graph)!;
    bounds.set(tensor, { low: codes.codeOf(lower), high: codes.codeOf(upper) });
    removed.add(activation);
    renamed.set(activation.inputs[0]!, tensor);
  }
  const nodes = graph.nodes
    .filter((node) => !removed.has(node))
    .map((node) => ({ ...node, outputs: node.outputs.map((name) => renamed.get(name) ?? name) }));
  return { graph: { ...graph, nodes }, bounds };
}

/** Whether nothing but the activation reads what enters it, and no quantizer stands in between. */
function isAbsorbable(activation: Node, connections: Connections, analysis: GraphAnalysis): boolean {
  const input = activation.inputs[0]!;
  if (analysis.quantizedBy.has(input) || connections.producer(input) === undefined) return false;
  return connections.onlyConsumer(input) === activation;
}

function quantizationNodes(
  input: string,
  output: string,
  codes: ByteCodes,
  clip: CodeBounds | null,
  added: NewTensors
): Node[] {
  const scale = added.constant(`${output}.scale`, [], Float32Array.of(codes.scale));
  const zeroPoint = added.constant(`${output}.zeroPoint`, [], Uint8Array.of(codes.zeroPoint));
  const quantized = added.name(`${output}.codes`);
  const isClipped = clip !== null && (clip.low > 0 || clip.high < 255);
  const clipped = isClipped ? added.name(`${output}.clippedCodes`) : quantized;
  const nodes = [makeNode('QuantizeLinear', [input, scale, zeroPoint], [quantized])];
  if (isClipped) {
    const low = added.constant(`${output}.low`, [], Uint8Array.of(clip.low));
    const high = added.constant(`${output}.high`, [], Uint8Array.of(clip.high));
    nodes.push(makeNode('Clip', [quantized, low, high], [clipped]));
  }
  nodes.push(makeNode('DequantizeLinear', [clipped, scale, zeroPoint], [output]));
  return nodes;
}
