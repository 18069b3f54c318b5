import { elementType, type Dimension, type Model, type ValueInfo } from '../onnx/index.ts';

/**
 * The model with a symbolic first dimension at its inputs and outputs, and nothing said about the shapes in between,
 * so that any batch size can be run. It helps where the exporter wrote batch 1 into the graph's types; where a Reshape
 * has the batch size among its constants, ONNX Runtime still refuses other sizes.
 */
export const withDynamicBatch = (model: Model): Model => withBatch(model, 'batch');

/** The model for one sample at a time, which its input then says; a session computes larger batches sample by sample. */
export const withBatchOfOne = (model: Model): Model => withBatch(model, 1);

function withBatch(model: Model, batch: Dimension): Model {
  const { graph } = model;
  const change = (value: ValueInfo) => withFirstDimension(value, batch);
  return {
    ...model,
    graph: { ...graph, inputs: graph.inputs.map(change), outputs: graph.outputs.map(change), valueInfos: [] }
  };
}

function withFirstDimension(value: ValueInfo, batch: Dimension): ValueInfo {
  const { type } = value;
  if (type?.kind !== 'tensor' || type.shape === null || type.shape.length === 0) return value;
  const shape = [batch, ...type.shape.slice(1)];
  return {
    ...value,
    type: { kind: 'tensor', elementType: type.elementType ?? elementType.float32, shape, encoded: null }
  };
}
