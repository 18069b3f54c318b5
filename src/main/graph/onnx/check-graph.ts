import { BitlabError } from '../../../contract/index.ts';
import { subgraphs } from './attributes.ts';
import { type Graph, type Node, nodeLabel } from './model.ts';

/**
 * Checks that every tensor has one origin and that nothing depends on itself.
 * @returns the graph, its nodes in topological order
 * @throws MODEL_INVALID
 */
export function checkGraph(graph: Graph): Graph {
  const origins = new Set<string>([...graph.initializers.keys(), ...graph.inputs.map((input) => input.name)]);
  for (const node of graph.nodes) {
    for (const output of node.outputs) {
      if (output === '') continue;
      if (origins.has(output)) fail(`two nodes or inputs produce ${output}`);
      origins.add(output);
    }
  }
  for (const node of graph.nodes) {
    const missing = node.inputs.find((input) => input !== '' && !origins.has(input));
    if (missing !== undefined) fail(`node ${nodeLabel(node)} reads ${missing}, which nothing produces`);
  }
  if (graph.outputs.length === 0) fail('the graph has no output');
  for (const output of graph.outputs) {
    if (!origins.has(output.name)) fail(`nothing produces the output ${output.name}`);
  }
  const nodes = inTopologicalOrder(graph.nodes);
  return nodes === graph.nodes ? graph : { ...graph, nodes };
}

/** The nodes as they are where each comes after those it reads from; else sorted so. */
function inTopologicalOrder(nodes: readonly Node[]): readonly Node[] {
  const producers = new Map<string, Node>();
  for (const node of nodes) for (const output of node.outputs) producers.set(output, node);
  const consumers = new Map<Node, Node[]>();
  const waiting = new Map<Node, number>();
  const seen = new Set<Node>();
  let sorted = true;
  for (const node of nodes) {
    const sources = new Set(readsOf(node).flatMap((tensor) => producers.get(tensor) ?? []));
    waiting.set(node, sources.size);
    for (const source of sources) {
      if (!seen.has(source)) sorted = false;
      consumers.set(source, consumers.get(source) ?? []);
      consumers.get(source)!.push(node);
    }
    seen.add(node);
  }
  if (sorted) return nodes;
  const order = nodes.filter((node) => waiting.get(node) === 0);
  for (let next = 0; next < order.length; next++) {
    for (const consumer of consumers.get(order[next]!) ?? []) {
      const left = waiting.get(consumer)! - 1;
      waiting.set(consumer, left);
      if (left === 0) order.push(consumer);
    }
  }
  if (order.length < nodes.length) fail('nodes depend on each other in a circle');
  return order;
}

/** What a node reads, the tensors of the outer graph that its subgraphs may capture included. */
function readsOf(node: Node): string[] {
  const inner = subgraphs(node).flatMap((graph) => graph.nodes.flatMap(readsOf));
  return [...node.inputs, ...inner].filter((tensor) => tensor !== '');
}

function fail(reason: string): never {
  throw new BitlabError('MODEL_INVALID', { reason });
}
