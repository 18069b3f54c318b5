import type { Graph, Node } from './onnx/index.ts';

/** Who produces and who reads each tensor of a graph. */
export interface Connections {
  producer(tensor: string): Node | undefined;
  /** Each reader once for each input at which it reads the tensor. */
  consumers(tensor: string): readonly Node[];
  isOutput(tensor: string): boolean;
  /** The one node that reads the tensor, or null where there are more, none, or the tensor is an output of the graph. */
  onlyConsumer(tensor: string): Node | null;
}

export function connectionsOf(graph: Graph): Connections {
  const producers = new Map<string, Node>();
  const readers = new Map<string, Node[]>();
  const outputs = new Set(graph.outputs.map((output) => output.name));
  for (const node of graph.nodes) {
    for (const output of node.outputs) if (output !== '') producers.set(output, node);
    for (const input of node.inputs) {
      if (input === '') continue;
      const list = readers.get(input);
      if (list === undefined) readers.set(input, [node]);
      else list.push(node);
    }
  }
  const consumers = (tensor: string) => readers.get(tensor) ?? [];
  return {
    producer: (tensor) => producers.get(tensor),
    consumers,
    isOutput: (tensor) => outputs.has(tensor),
    onlyConsumer: (tensor) => {
      const all = consumers(tensor);
      return all.length === 1 && !outputs.has(tensor) ? all[0]! : null;
    }
  };
}

/** Makes names that no tensor of the graph has, and none that was made before. */
export function freshNames(graph: Graph): (wanted: string) => string {
  const taken = new Set<string>([...graph.initializers.keys(), ...graph.inputs.map((input) => input.name)]);
  for (const node of graph.nodes) for (const output of node.outputs) taken.add(output);
  return (wanted) => {
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted}.${number}`;
    taken.add(name);
    return name;
  };
}
