import { BitlabError } from '../../../contract/index.ts';
import { nodeLabel, opsetVersion, type Model } from '../onnx/index.ts';

/** Operators that take other inputs, or mean something else, in opset 13 than before. */
const changedInOpset13 = new Set([
  'Hardmax',
  'LogSoftmax',
  'ReduceSum',
  'Softmax',
  'Split',
  'Squeeze',
  'Unsqueeze'
]);

/**
 * The model with version `opset` of ONNX's operators, if its own is older: 13 at most, from 11 on.
 * @throws MODEL_OPERATOR_UNSUPPORTED where an operator of the model changed in between
 */
export function raiseOpset(model: Model, opset: 13): Model {
  if (opsetVersion(model) >= opset) return model;
  const changed = model.graph.nodes.find((node) => changedInOpset13.has(node.operator));
  if (changed !== undefined) {
    throw new BitlabError('MODEL_OPERATOR_UNSUPPORTED', {
      operator: changed.operator,
      node: nodeLabel(changed),
      advice:
        'Integer arithmetic needs opset 13: export the model with opset 13 or later, or set arithmetic to simulated.'
    });
  }
  const opsets = model.opsets.map((entry) => (entry.domain === '' ? { ...entry, version: opset } : entry));
  return { ...model, irVersion: Math.max(model.irVersion, 7), opsets };
}
