import { BitlabError } from '../../contract/index.ts';
import type { ModelDetails } from '../../contract/index.ts';
import { floatInitializer, opsetVersion } from '../graph/index.ts';
import { groupsOf } from './accelerator-cost.ts';
import { importModelFile, type ImportedFile, type ModelOrigin } from './import-model.ts';
import { prepareModel } from './prepared-model.ts';
import type { PreparedModel } from './prepared-model.ts';

/** What is known of a model from its file alone. */
export type InspectedModel = ModelFacts & Pick<ImportedFile, 'rewritten' | 'outputs' | 'notes'>;

type ModelFacts = Pick<
  ModelDetails,
  | 'opset'
  | 'producer'
  | 'inputShape'
  | 'classes'
  | 'parameters'
  | 'macs'
  | 'layerCount'
  | 'layers'
  | 'points'
  | 'operators'
  | 'floatOperators'
>;

const alone: ModelOrigin = { folder: null, output: null, writeTo: null };

/**
 * Reads, simplifies, folds, computes once and analyses a model, and says what it is, or why it cannot be used.
 * @param origin where the file came from, and what is to be made of it; without it the file is looked at as it lies there
 * @throws BitlabError MODEL_*
 */
export async function inspectModel(
  path: string,
  fileName: string,
  origin: ModelOrigin = alone
): Promise<InspectedModel> {
  const { model, rewritten, outputs, notes } = await importModelFile(path, fileName, origin);
  const prepared = await prepareModel(model);
  requireFiniteWeights(prepared);
  const { original, analysis } = prepared;
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
    layers: analysis.layers.map((layer) => ({
      name: layer.name,
      operator: layer.operator,
      fused: layer.fused,
      weightShape: [...layer.weightShape],
      outputShape: [...layer.outputShape],
      ...(groupsOf(layer) === 1 ? {} : { groups: groupsOf(layer) }),
      parameters: layer.parameters,
      macs: layer.macs
    })),
    points: analysis.points.map(({ tensor }) => tensor),
    operators,
    floatOperators: [...analysis.floatOperators],
    rewritten,
    outputs,
    notes
  };
}

function requireFiniteWeights({ model, analysis }: PreparedModel): void {
  for (const layer of analysis.layers) {
    for (const tensor of [layer.weight, layer.bias]) {
      if (tensor === null) continue;
      const index = floatInitializer(model, tensor).data.findIndex((value) => !Number.isFinite(value));
      if (index < 0) continue;
      throw new BitlabError('MODEL_WEIGHTS_NOT_FINITE', { layer: layer.name, tensor, index });
    }
  }
}
