import { connectionsOf } from '../connections.ts';
import { elementTypes } from '../element-types.ts';
import { elementType, makeInitializer, type Initializer, type Model, type Node } from '../onnx/index.ts';
import type { TensorData } from '../../numeric/tensor.ts';
import { withoutUnreachable } from './simplify.ts';
import { submodel } from './submodel.ts';

/** What makes large tensors of small ones: better left where it is. */
const growing = new Set(['ConstantOfShape', 'Expand', 'Tile', 'Range', 'Resize', 'Pad', 'OneHot', 'EyeLike']);
/** Types whose arrays say what they are; those of the others are left as they are computed. */
const foldedTypes = new Set<number>([elementType.float32, elementType.int64, elementType.int32]);

/**
 * The part of a model that does not depend on its input, as a model without inputs: weights that are transposed in the graph, shapes
 * that are put together from numbers. Its outputs are the tensors that the rest reads.
 * @returns null where there is no such part
 */
export function constantPart(model: Model): Model | null {
  const { graph } = model;
  const connections = connectionsOf(graph);
  const types = elementTypes(graph);
  const isFolded = (name: string) => name === '' || foldedTypes.has(types.get(name) ?? 0);
  const constants = new Set(['', ...graph.initializers.keys()]);
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const isConstant =
      node.inputs.every((input) => constants.has(input)) &&
      node.outputs.every((output) => isFolded(output) && !connections.isOutput(output));
    if (!isConstant || growing.has(node.operator)) continue;
    for (const output of node.outputs) constants.add(output);
    nodes.push(node);
  }
  return nodes.length === 0 ? null : submodel(model, nodes, types, connections);
}

/** The model with the values of such tensors as constants in the place of what computes them. */
export function withConstants(
  model: Model,
  values: Iterable<readonly [string, { readonly shape: readonly number[]; readonly data: TensorData }]>
): Model {
  const initializers = new Map<string, Initializer>(model.graph.initializers);
  for (const [name, { shape, data }] of values) initializers.set(name, makeInitializer(name, shape, data));
  const nodes = model.graph.nodes.filter(({ outputs }) => !outputs.some((name) => initializers.has(name)));
  return { ...model, graph: withoutUnreachable({ ...model.graph, nodes, initializers }) };
}
