import { makeUntypedValue, type Model } from '../onnx/index.ts';
import { withoutUnreachable } from './simplify.ts';

/** The part of a model that computes one tensor, which becomes its only output. */
export function upTo(model: Model, tensor: string): Model {
  const outputs = [makeUntypedValue(tensor)];
  return { ...model, graph: withoutUnreachable({ ...model.graph, outputs }) };
}
