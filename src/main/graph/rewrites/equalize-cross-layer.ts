import type { Layer } from '../analysis-types.ts';
import { connectionsOf } from '../connections.ts';
import { floatInitializer } from '../float-constants.ts';
import { intAttribute, makeInitializer, type Graph, type Model } from '../onnx/index.ts';

/** Two layers whose channels between them were rescaled. */
export interface EqualizedPair {
  readonly first: string;
  readonly second: string;
  /** What each output channel of the first layer was divided by, and the second layer's weights for it multiplied by. */
  readonly factors: Float64Array;
}

export interface EqualizedModel {
  readonly model: Model;
  /** In the order of the network; empty where no two layers can be equalized. */
  readonly pairs: readonly EqualizedPair[];
}

/** Weights being rescaled, and which channels each of them joins. */
interface ScaledLayer {
  readonly layer: Layer;
  readonly weights: Float64Array;
  readonly bias: Float64Array | null;
  readonly outputOf: (weight: number) => number;
  readonly inputOf: (weight: number) => number;
  readonly inputs: number;
  readonly outputs: number;
}

interface Pair {
  readonly first: ScaledLayer;
  readonly second: ScaledLayer;
  readonly factors: Float64Array;
}

/** Factors this close to 1 change nothing that matters. */
const tolerance = 1e-4;
/** Chains converge geometrically; this is far beyond what they need. */
const mostRounds = 200;

/**
 * Cross-layer equalization (Nagel, van Baalen, Blankevoort, Welling: "Data-Free Quantization Through Weight Equalization and
 * Bias Correction", ICCV 2019, section 4.1). Between two layers joined by a Relu or by nothing, channel i is divided by
 *
 *     r_i = sqrt(max|W1_i| * max|W2_i|) / max|W2_i|
 *
 * in the first layer, its bias included, and multiplied by it in the second, so that both have the same largest weight for each
 * channel. In longer chains, through a depthwise convolution for instance, pairs take turns until no factor changes any more.
 * The network computes the same function, up to one rounding of each weight to float32.
 *
 * A pair counts if nothing else reads what is between its layers, it is no output of the network, and no other node reads their
 * weights and biases. Channels that are all zero on one side stay as they are. Relu6 and Clip do not commute with a factor.
 * @param model its batch norms folded @param layers as `analyzeGraph` found them in this model
 * @throws MODEL_INVALID where a layer's constants are missing
 */
export function equalizeCrossLayer(model: Model, layers: readonly Layer[]): EqualizedModel {
  const pairs = adjacentPairs(model, layers);
  for (let round = 0, change = Infinity; round < mostRounds && change > tolerance; round++) {
    change = 0;
    for (const pair of pairs) change = Math.max(change, equalize(pair));
  }
  const initializers = new Map(model.graph.initializers);
  for (const { layer, weights, bias } of new Set(pairs.flatMap(({ first, second }) => [first, second]))) {
    const put = (name: string, values: Float64Array) =>
      initializers.set(
        name,
        makeInitializer(name, model.graph.initializers.get(name)!.shape, Float32Array.from(values))
      );
    put(layer.weight, weights);
    if (layer.bias !== null && bias !== null) put(layer.bias, bias);
  }
  return {
    model: pairs.length === 0 ? model : { ...model, graph: { ...model.graph, initializers } },
    pairs: pairs.map(({ first, second, factors }) => ({
      first: first.layer.name,
      second: second.layer.name,
      factors
    }))
  };
}

function adjacentPairs(model: Model, layers: readonly Layer[]): Pair[] {
  const { graph } = model;
  const connections = connectionsOf(graph);
  const isOwn = (name: string | null) => name === null || connections.consumers(name).length === 1;
  const scaled = new Map<Layer, ScaledLayer>();
  const scaledOf = (layer: Layer): ScaledLayer => {
    const known = scaled.get(layer) ?? scaledLayer(model, layer);
    scaled.set(layer, known);
    return known;
  };
  const pairs: Pair[] = [];
  for (const first of layers) {
    if (first.fused === 'Clip' || !isOwn(first.weight) || !isOwn(first.bias)) continue;
    if (connections.onlyConsumer(first.fusedOutput) === null) continue;
    const second = layers.find((layer) => layer.input === first.fusedOutput);
    if (second === undefined || !isOwn(second.weight)) continue;
    // A convolution's channels are along axis 1, those of a matrix product along the last axis.
    if ((first.operator === 'Conv') !== (second.operator === 'Conv')) continue;
    const pair = { first: scaledOf(first), second: scaledOf(second) };
    if (pair.first.outputs !== pair.second.inputs) continue;
    pairs.push({ ...pair, factors: new Float64Array(pair.first.outputs).fill(1) });
  }
  return pairs;
}

function scaledLayer(model: Model, layer: Layer): ScaledLayer {
  const weights = Float64Array.from(floatInitializer(model, layer.weight).data);
  const bias = layer.bias === null ? null : Float64Array.from(floatInitializer(model, layer.bias).data);
  const outputs = layer.weightShape[layer.weightAxis]!;
  if (layer.operator !== 'Conv') {
    const [rows = 0, columns = 0] = layer.weightShape;
    const row = (weight: number) => Math.floor(weight / columns);
    const column = (weight: number) => weight % columns;
    const [outputOf, inputOf, inputs] = layer.weightAxis === 0 ? [row, column, columns] : [column, row, rows];
    return { layer, weights, bias, outputOf, inputOf, inputs, outputs };
  }
  const groups = groupsOf(model.graph, layer);
  const channelsInGroup = layer.weightShape[1] ?? 1;
  const positions = layer.weightShape.slice(2).reduce((product, extent) => product * extent, 1);
  const outputOf = (weight: number) => Math.floor(weight / (channelsInGroup * positions));
  const inputOf = (weight: number) => {
    const group = Math.floor(outputOf(weight) / (outputs / groups));
    return group * channelsInGroup + (Math.floor(weight / positions) % channelsInGroup);
  };
  return { layer, weights, bias, outputOf, inputOf, inputs: groups * channelsInGroup, outputs };
}

function groupsOf(graph: Graph, layer: Layer): number {
  const node = graph.nodes.find(({ inputs }) => inputs[0] === layer.input && inputs[1] === layer.weight);
  return node === undefined ? 1 : intAttribute(node, 'group', 1);
}

/** Rescales the channels between two layers. @returns by how much the factor furthest from 1 differed from it */
function equalize({ first, second, factors }: Pair): number {
  const outgoing = largest(first.weights, first.outputOf, first.outputs);
  const incoming = largest(second.weights, second.inputOf, second.inputs);
  const now = outgoing.map((range, channel) => {
    const factor = Math.sqrt(range / incoming[channel]!);
    return factor > 0 && Number.isFinite(factor) ? factor : 1;
  });
  for (let i = 0; i < first.weights.length; i++) first.weights[i]! /= now[first.outputOf(i)]!;
  for (let i = 0; i < second.weights.length; i++) second.weights[i]! *= now[second.inputOf(i)]!;
  if (first.bias !== null) for (let i = 0; i < now.length; i++) first.bias[i]! /= now[i]!;
  for (let i = 0; i < now.length; i++) factors[i]! *= now[i]!;
  return now.reduce((change, factor) => Math.max(change, Math.abs(factor - 1)), 0);
}

/** The largest magnitude of each channel's weights. */
function largest(
  weights: Float64Array,
  channelOf: (weight: number) => number,
  channels: number
): Float64Array {
  const result = new Float64Array(channels);
  for (let i = 0; i < weights.length; i++) {
    const channel = channelOf(i);
    result[channel] = Math.max(result[channel]!, Math.abs(weights[i]!));
  }
  return result;
}
