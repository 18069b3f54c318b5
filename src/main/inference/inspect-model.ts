import type { ModelDetails } from '../../contract/index.ts';
import { opsetVersion } from '../graph/index.ts';
import { prepareModel, readModelFile } from './prepared-model.ts';

/** What is known of a model from its file alone. */
export type InspectedModel = Pick<
  ModelDetails,
  | 'opset'
  | 'producer'
  | 'inputShape'
  | 'classes'
  | 'parameters'
  | 'macs'
  | 'layerCount'
  | 'layers'
  | 'operators'
  | 'floatOperators'
>;

/**
 * Reads, simplifies, folds, computes once and analyses a model, and says what it is, or why it cannot be used.
 * @throws BitlabError MODEL_*
 */
export async function inspectModel(path: string, fileName: string): Promise<InspectedModel> {
  const { original, analysis } = await prepareModel(await readModelFile(path, fileName, null));
  const operators: Record<string, number> = {};
  for (const node of original.graph.nodes) operators[node.operator] = (operators[node.operator] ?? 0) + 1;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    opset: opsetVersion(original),
    producer: [original.producerName, original.producerVersion].filter(Boolean).join(' '),
    inputShape: [...analysis.input.shape],
    classes: analysis.output.shape.reduce((product, extent) => product * extent, 1),
    parameters: sum(analysis.layers.map((layer) => layer.parameters)),
    macs: sum(analysis.layers.map((layer) => layer.macs)),
    layerCount: analysis.layers.length,
    layers: analysis.layers.map(({ name, operator, fused, weightShape, outputShape, parameters, macs }) => ({
      name,
      operator,
      fused,
      weightShape: [...weightShape],
      outputShape: [...outputShape],
      parameters,
      macs
    })),
    operators,
    floatOperators: [...analysis.floatOperators]
  };
}
