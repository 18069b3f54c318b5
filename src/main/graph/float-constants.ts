import { BitlabError } from '../../contract/index.ts';
import type { Graph, Initializer, Model } from './onnx/index.ts';

/** The float32 constants of that name, or null where the tensor is computed, of another type, or left out. */
export function floatConstants(graph: Graph, name: string | undefined): Initializer<Float32Array> | null {
  const tensor = graph.initializers.get(name ?? '');
  return tensor?.data instanceof Float32Array ? (tensor as Initializer<Float32Array>) : null;
}

/**
 * The weights or the bias of a layer, by the names that the analysis gives.
 * @throws MODEL_INVALID where the model has no float32 initializer of that name
 */
export function floatInitializer(model: Model, name: string): Initializer<Float32Array> {
  const tensor = floatConstants(model.graph, name);
  if (tensor === null)
    throw new BitlabError('MODEL_INVALID', { reason: `it has no float32 constants named ${name}` });
  return tensor;
}
