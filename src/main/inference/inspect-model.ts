import { BitlabError } from '../../contract/index.ts';
import type { ModelDetails } from '../../contract/index.ts';
import { floatInitializer, opsetVersion, writeModel } from '../graph/index.ts';
import { groupsOf } from './accelerator-cost.ts';
import { prepareModel, readModelFile } from './prepared-model.ts';
import type { PreparedModel } from './prepared-model.ts';
import { openSession } from './session.ts';

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
  | 'points'
  | 'operators'
  | 'floatOperators'
>;

/**
 * Reads, simplifies, folds, computes once and analyses a model, and says what it is, or why it cannot be used.
 * @throws BitlabError MODEL_*
 */
export async function inspectModel(path: string, fileName: string): Promise<InspectedModel> {
  const prepared = await prepareModel(await readModelFile(path, fileName, null));
  requireFiniteWeights(prepared);
  await requireAnyBatch(prepared);
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
    floatOperators: [...analysis.floatOperators]
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

/** Computes two samples at once: some exports have a batch of one among their constants, as in a Reshape. */
async function requireAnyBatch({ model, analysis }: PreparedModel): Promise<void> {
  const { input, output } = analysis;
  const shape = [2, ...input.shape];
  const refused = (why: string, cause?: unknown) => {
    const reason = `two samples cannot be computed at once, ${why}`;
    return new BitlabError('MODEL_INPUT_UNSUPPORTED', { input: input.name, reason }, { cause });
  };
  const session = await openSession(writeModel(model), { threads: 1, optimization: 'disabled' });
  try {
    const zeros = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
    const results = await session.run(zeros, shape).catch((error: unknown) => {
      throw refused('a batch of one stands among its constants', error);
    });
    const found = results.get(output.name)!.shape;
    if (found.join() !== [2, ...output.shape].join())
      throw refused(`the output has the shape ${found.join(' x ')}`);
  } finally {
    await session.release();
  }
}
