import type { Graph, Node } from '../onnx/index.ts';
import type { NewTensors } from './new-tensors.ts';

/** Makes nodes that compute `output` from `input`. */
export type Insertion = (input: string, output: string) => readonly Node[];

/**
 * Puts nodes behind tensors: whoever read the tensor reads what they compute. Where the tensor is the graph's output,
 * the computed one takes its name over.
 * @param insertions tensor -> what to put behind it
 * @param suffix of the new tensors' names
 * @param added gives the names
 */
export function insertBehind(
  graph: Graph,
  insertions: ReadonlyMap<string, Insertion>,
  suffix: string,
  added: NewTensors
): Graph {
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const reads = new Map<string, string>();
  const nodes: Node[] = [];
  for (const { name } of graph.inputs) {
    const insertion = insertions.get(name);
    if (insertion === undefined) continue;
    const output = added.name(`${name}${suffix}`);
    reads.set(name, output);
    nodes.push(...insertion(name, output));
  }
  for (const node of graph.nodes) {
    const inserted: Node[] = [];
    const nodeOutputs = node.outputs.map((name) => {
      const insertion = insertions.get(name);
      if (insertion === undefined) return name;
      const input = outputs.has(name) ? added.name(`${name}.float`) : name;
      const output = outputs.has(name) ? name : added.name(`${name}${suffix}`);
      reads.set(name, output);
      inserted.push(...insertion(input, output));
      return input;
    });
    const inputs = node.inputs.map((name) => reads.get(name) ?? name);
    nodes.push({ ...node, inputs, outputs: nodeOutputs }, ...inserted);
  }
  return { ...graph, nodes };
}
