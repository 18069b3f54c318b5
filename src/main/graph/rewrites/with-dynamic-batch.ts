import { elementType, type Model, type ValueInfo } from '../onnx/index.ts';

/**
 * The model with a symbolic first dimension at its inputs and outputs, and nothing said about the shapes in between,
 * so that any batch size can be run. It helps where the exporter wrote batch 1 into the graph's types; where a Reshape
 * has the batch size among its constants, ONNX Runtime still refuses other sizes.
 */
export function withDynamicBatch(model: Model): Model {
  const { graph } = model;
  return {
    ...model,
    graph: {
      ...graph,
      inputs: graph.inputs.map(dynamic),
      outputs: graph.outputs.map(dynamic),
      valueInfos: []
    }
  };
}

function dynamic(value: ValueInfo): ValueInfo {
  const { type } = value;
  if (type?.kind !== 'tensor' || type.shape === null || type.shape.length === 0) return value;
  const shape = ['batch', ...type.shape.slice(1)];
  return {
    ...value,
    type: { kind: 'tensor', elementType: type.elementType ?? elementType.float32, shape, encoded: null }
  };
}
