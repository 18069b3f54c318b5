import type { Connections } from '../connections.ts';
import type { Graph, Model, Node, ValueInfo } from '../onnx/index.ts';

/**
 * Some nodes of a model as a model of their own, for any batch size. Its inputs are the tensors that they read and others make,
 * its outputs those that others read, and outputs of the whole model; both keep their names.
 * @param nodes in topological order
 * @param types of all tensors, by `elementTypes`
 */
export function submodel(
  model: Model,
  nodes: readonly Node[],
  types: ReadonlyMap<string, number>,
  connections: Connections
): Model {
  const { graph } = model;
  const own = new Set(nodes);
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const read = new Set(nodes.flatMap((node) => node.inputs).filter((name) => name !== ''));
  const value = (name: string) => tensorValue(name, types, graph);
  const inputs = [...read].filter((name) => !made.has(name) && !graph.initializers.has(name));
  const outputs = [...made].filter(
    (name) =>
      name !== '' &&
      (connections.isOutput(name) || connections.consumers(name).some((consumer) => !own.has(consumer)))
  );
  return {
    ...model,
    graph: {
      ...graph,
      nodes,
      initializers: new Map([...graph.initializers].filter(([name]) => read.has(name))),
      inputs: inputs.map(value),
      outputs: outputs.map(value),
      valueInfos: []
    }
  };
}

/** A tensor of known element type; ONNX Runtime finds its shape when it sees it. */
function tensorValue(name: string, types: ReadonlyMap<string, number>, graph: Graph): ValueInfo {
  const type = types.get(name);
  if (type === undefined) throw new Error(`nothing in ${graph.name} produces ${name}`);
  return {
    name,
    type: { kind: 'tensor', elementType: type, shape: null, encoded: null },
    documentation: '',
    unknown: []
  };
}
