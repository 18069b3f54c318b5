import type { Model } from '../onnx/index.ts';
import { withoutUnreachable } from './simplify.ts';

/** The part of a model that computes one of its outputs, as it is declared; inputs that only the others read go, too. */
export function withOnlyOutput(model: Model, name: string): Model {
  const { graph } = model;
  const outputs = graph.outputs.filter((output) => output.name === name);
  const reduced = withoutUnreachable({ ...graph, outputs });
  const read = new Set([name, ...reduced.nodes.flatMap((node) => node.inputs)]);
  return { ...model, graph: { ...reduced, inputs: graph.inputs.filter((input) => read.has(input.name)) } };
}
