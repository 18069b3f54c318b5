import { connectionsOf } from '../connections.ts';
import { makeInitializer, subgraphs } from '../onnx/index.ts';
import type { Graph, Initializer, Model, Node } from '../onnx/index.ts';

/**
 * The same function with less in it: Constant nodes become initializers, Identity and Dropout disappear, and so does
 * what no output depends on. The graph's outputs keep their names. Of nodes that share a name only the first keeps it,
 * since ONNX Runtime refuses the others. A graph with control flow is returned as it is,
 * since its inner graphs may read any tensor by name.
 */
export function simplify(model: Model): Model {
  if (model.graph.nodes.some((node) => subgraphs(node).length > 0)) return model;
  const graph = withUniqueNodeNames(
    withoutUnreachable(withoutPassThroughs(withConstantsAsInitializers(model.graph)))
  );
  // Initializers that are no inputs at the same time exist since IR version 4.
  return { ...model, irVersion: Math.max(model.irVersion, 4), graph };
}

function withConstantsAsInitializers(graph: Graph): Graph {
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.filter((node) => {
    if (node.operator !== 'Constant' || node.domain !== '') return true;
    const name = node.outputs[0] ?? '';
    const tensor = constantOf(node, name);
    if (tensor === null || outputs.has(name)) return true;
    initializers.set(name, tensor);
    return false;
  });
  // Older exporters list initializers among the inputs, as defaults that a caller may override; nobody does.
  const inputs = graph.inputs.filter((input) => !graph.initializers.has(input.name));
  return { ...graph, nodes, initializers, inputs };
}

function constantOf(node: Node, name: string): Initializer | null {
  for (const [key, attribute] of node.attributes) {
    if (key === 'value' && attribute.kind === 'tensor') return { ...attribute.value, name };
    if (attribute.kind === 'float') return makeInitializer(name, [], Float32Array.of(attribute.value));
    if (attribute.kind === 'floats') {
      return makeInitializer(name, [attribute.value.length], Float32Array.from(attribute.value));
    }
    if (attribute.kind === 'int') return makeInitializer(name, [], BigInt64Array.of(attribute.value));
    if (attribute.kind === 'ints') {
      return makeInitializer(name, [attribute.value.length], BigInt64Array.from(attribute.value));
    }
  }
  return null;
}

function withoutPassThroughs(graph: Graph): Graph {
  const { producer, consumers, isOutput } = connectionsOf(graph);
  const renamed = new Map<string, string>();
  const resolve = (tensor: string): string => {
    let name = tensor;
    for (let next = renamed.get(name); next !== undefined; next = renamed.get(name)) name = next;
    return name;
  };
  const passesThrough = (node: Node): boolean => {
    if (node.domain !== '') return false;
    if (node.operator === 'Identity') return true;
    if (node.operator !== 'Dropout') return false;
    const [, mask = ''] = node.outputs;
    const training = graph.initializers.get(node.inputs[2] ?? '');
    const isTraining =
      (node.inputs[2] ?? '') !== '' && (training === undefined || Number(training.data[0]) !== 0);
    return !isTraining && (mask === '' || (consumers(mask).length === 0 && !isOutput(mask)));
  };
  const kept = graph.nodes.filter((node) => {
    const [input = ''] = node.inputs;
    const [output = ''] = node.outputs;
    if (!passesThrough(node) || input === '' || output === '') return true;
    if (!isOutput(output)) renamed.set(output, input);
    else {
      // The output's name must stay, so its origin takes that name, if it is a node's and has no other to keep.
      const origin = resolve(input);
      if (producer(origin) === undefined || isOutput(origin)) return true;
      renamed.set(origin, output);
    }
    return false;
  });
  const nodes = kept.map((node) => ({
    ...node,
    inputs: node.inputs.map(resolve),
    outputs: node.outputs.map(resolve)
  }));
  return { ...graph, nodes };
}

/** Drops nodes that no output depends on, and initializers and value infos that nothing mentions any more. */
export function withoutUnreachable(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((output) => output.name));
  const nodes: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    for (const input of node.inputs) needed.add(input);
    nodes.push(node);
  }
  nodes.reverse();
  const mentioned = new Set(nodes.flatMap((node) => [...node.inputs, ...node.outputs]));
  return {
    ...graph,
    nodes,
    initializers: new Map([...graph.initializers].filter(([name]) => needed.has(name))),
    valueInfos: graph.valueInfos.filter((value) => mentioned.has(value.name))
  };
}

function withUniqueNodeNames(graph: Graph): Graph {
  const names = new Set<string>();
  const nodes = graph.nodes.map((node) => {
    if (names.has(node.name)) return { ...node, name: '' };
    names.add(node.name);
    return node;
  });
  return { ...graph, nodes };
}
