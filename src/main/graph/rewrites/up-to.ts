import { makeUntypedValue, type Model } from '../onnx/index.ts';
import { withoutUnreachable } from './simplify.ts';

/** The part of a model that computes some tensors, which become its only outputs. */
export function upTo(model: Model, ...tensors: readonly string[]): Model {
  const outputs = tensors.map(makeUntypedValue);
  return { ...model, graph: withoutUnreachable({ ...model.graph, outputs }) };
}
