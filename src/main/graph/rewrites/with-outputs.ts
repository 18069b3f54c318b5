import { makeUntypedValue, type Model } from '../onnx/index.ts';

/**
 * The model with more outputs: the named tensors, behind its own. They get no type: ONNX Runtime infers it, which is
 * right for tensors of integers, too.
 */
export function withOutputs(model: Model, tensors: readonly string[]): Model {
  const outputs = new Map(model.graph.outputs.map((output) => [output.name, output]));
  for (const tensor of tensors) if (!outputs.has(tensor)) outputs.set(tensor, makeUntypedValue(tensor));
  return { ...model, graph: { ...model.graph, outputs: [...outputs.values()] } };
}
