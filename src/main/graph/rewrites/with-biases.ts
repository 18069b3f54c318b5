import type { Layer } from '../analysis-types.ts';
import { makeInitializer, type Model } from '../onnx/index.ts';

/** The model with other biases for some of its layers; a layer without a bias keeps none. @param biases layer name -> values */
export function withBiases(
  model: Model,
  layers: readonly Layer[],
  biases: ReadonlyMap<string, Float32Array>
): Model {
  const initializers = new Map(model.graph.initializers);
  for (const { name, bias } of layers) {
    const values = biases.get(name);
    if (bias === null || values === undefined) continue;
    initializers.set(bias, makeInitializer(bias, initializers.get(bias)!.shape, values));
  }
  return { ...model, graph: { ...model.graph, initializers } };
}
