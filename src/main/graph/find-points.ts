import type { QuantizationPoint } from './analysis-types.ts';
import { connectionsOf } from './connections.ts';
import { fusableActivation, type FoundLayer } from './find-layers.ts';
import { floatConstants } from './float-constants.ts';
import { stringAttribute } from './onnx/index.ts';
import type { Graph, Node } from './onnx/index.ts';

/** Operators that move values or pick among them: what leaves is on the grid of what enters. */
const movers = new Set([
  'MaxPool',
  'GlobalMaxPool',
  'Flatten',
  'Reshape',
  'Transpose',
  'Squeeze',
  'Unsqueeze',
  'Identity',
  'Dropout',
  'Relu',
  'Slice',
  'Split',
  'Gather',
  'DepthToSpace',
  'SpaceToDepth',
  'Expand',
  'Tile'
]);

/** Whether what leaves a node lies on the grid of what enters: zeros are levels of every grid. */
function movesValues(node: Node, graph: Graph): boolean {
  if (node.domain !== '') return false;
  if (node.operator === 'Resize') return stringAttribute(node, 'mode', 'nearest') === 'nearest';
  if (node.operator !== 'Pad') return movers.has(node.operator);
  const value = node.inputs[2] ?? '';
  return (
    stringAttribute(node, 'mode', 'constant') !== 'constant' ||
    value === '' ||
    floatConstants(graph, value)?.data[0] === 0
  );
}

/** Operators whose output is quantized again, with the parameters of their input (as PyTorch's FX mode does). */
const inheritors = new Set(['AveragePool', 'GlobalAveragePool', 'ReduceMean', 'Clip']);

export interface FoundPoints {
  readonly points: readonly QuantizationPoint[];
  readonly quantizedBy: ReadonlyMap<string, string>;
  readonly floatOperators: readonly string[];
}

/**
 * Where quantizers stand: at the input; behind each layer with its activation; behind each Add and Mul of two activations
 * with the Relu that follows; the inputs of a Concat share a range. Pooling and data movement pass parameters on.
 * Beyond this list, a layer that reads what a float operator (a Sigmoid, say) made gets a point at its input.
 * @param floats the names of the tensors that hold floats
 */
export function findPoints(
  graph: Graph,
  found: readonly FoundLayer[],
  inputName: string,
  floats: ReadonlySet<string>
): FoundPoints {
  const connections = connectionsOf(graph);
  const layerAt = new Map(found.map((entry) => [entry.nodes[0]!, entry]));
  const absorbed = new Set<Node>(found.flatMap(({ nodes }) => nodes.slice(1)));
  const points = new Map<string, Omit<QuantizationPoint, 'group' | 'isOutput'>>();
  const quantizedBy = new Map<string, string>();
  const groups = new SharedRanges();
  const floatOperators = new Set<string>();
  /** Points that something quantized comes after. */
  const followed = new Set<string>();
  /** Tensor -> the points that it comes from, where that is not just the one that quantizedBy says. */
  const origins = new Map<string, ReadonlySet<string>>();

  const add = (tensor: string, inherits: string | null, layer: string | null) => {
    points.set(tensor, { tensor, inherits, layer });
    quantizedBy.set(tensor, tensor);
    if (inherits !== null) groups.join(tensor, inherits);
  };
  const isActivation = (tensor: string) => floats.has(tensor) && !graph.initializers.has(tensor);
  const originsOf = (tensor: string): ReadonlySet<string> => {
    const point = quantizedBy.get(tensor);
    return origins.get(tensor) ?? new Set(point === undefined ? [] : [point]);
  };
  /** A point on what a float operator made: the points before it have one behind them now. */
  const addOnFloat = (tensor: string) => {
    follow([tensor]);
    origins.delete(tensor);
    add(tensor, null, null);
  };
  const follow = (tensors: readonly string[]) => {
    for (const tensor of tensors) for (const point of originsOf(tensor)) followed.add(point);
  };

  add(inputName, null, null);
  for (const node of graph.nodes) {
    if (absorbed.has(node)) continue;
    const output = node.outputs[0] ?? '';
    const activations = node.inputs.filter(isActivation);
    const [first = ''] = activations;
    const source = quantizedBy.get(first);
    const entry = layerAt.get(node);
    if (entry !== undefined) {
      if (source === undefined) addOnFloat(first);
      follow(activations);
      add(entry.layer.fusedOutput, null, entry.layer.name);
    } else if (node.domain === '' && ['Add', 'Mul'].includes(node.operator) && activations.length === 2) {
      follow(activations);
      const relu = fusableActivation(connections.onlyConsumer(output), graph, false);
      if (relu !== null) absorbed.add(relu);
      add(relu?.outputs[0] ?? output, null, null);
    } else if (isConcat(node) && activations.length === node.inputs.length && activations.length > 0) {
      for (const tensor of activations) if (!quantizedBy.has(tensor)) addOnFloat(tensor);
      const roots = activations.map((tensor) => quantizedBy.get(tensor)!);
      for (const root of roots) groups.join(root, roots[0]!);
      quantizedBy.set(output, roots[0]!);
      origins.set(output, new Set(activations.flatMap((tensor) => [...originsOf(tensor)])));
    } else if (source !== undefined && movesValues(node, graph)) {
      const all = originsOf(first);
      for (const tensor of node.outputs.filter((name) => floats.has(name))) {
        quantizedBy.set(tensor, source);
        origins.set(tensor, all);
      }
    } else if (source !== undefined && inheritors.has(node.operator) && node.domain === '') {
      follow([first]);
      add(output, source, null);
    } else if (floats.has(output)) {
      if (!movesValues(node, graph)) floatOperators.add(node.operator);
      const all = new Set(activations.flatMap((tensor) => [...originsOf(tensor)]));
      for (const tensor of node.outputs) origins.set(tensor, all);
    }
  }
  return {
    points: [...points.values()].map((point) => ({
      ...point,
      group: groups.of(point.tensor),
      isOutput: point.tensor !== inputName && !followed.has(point.tensor)
    })),
    quantizedBy,
    floatOperators: [...floatOperators]
  };
}

const isConcat = (node: Node) => node.operator === 'Concat' && node.domain === '';

/** Sets of points that share a range, each named by the point that was there first. */
class SharedRanges {
  readonly #parents = new Map<string, string>();

  of(tensor: string): string {
    let root = tensor;
    for (let parent = this.#parents.get(root); parent !== undefined; parent = this.#parents.get(root))
      root = parent;
    return root;
  }

  join(tensor: string, other: string): void {
    const [one, two] = [this.of(tensor), this.of(other)];
    if (one !== two) this.#parents.set(one, two);
  }
}
