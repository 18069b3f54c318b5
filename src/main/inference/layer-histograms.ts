import { BitlabError, nearestName, type LayerHistograms, type ValueHistogram } from '../../contract/index.ts';
import { activationQuantizers, floatInitializer, withOutputs, writeModel } from '../graph/index.ts';
import type { GraphAnalysis, Layer, Model, QuantizationPlan } from '../graph/index.ts';
import { levelsOfWeights, quantizeToCodes, scaleOfWeights, valueHistogram } from '../quantization/index.ts';
import type { Quantizer } from '../quantization/index.ts';
import { toRows, weightExtents } from '../quantization/rounding/index.ts';
import type { SampleSource } from './run-job.ts';
import { openSession } from './session.ts';

/** Pictures that pass; fewer where the values of these would be too many to look at. */
const mostPictures = 64;
const mostValues = 2 ** 23;

/** A network before it is quantized, and the quantizers that were chosen for it; without a plan, a float network. */
export interface ObservedNetwork {
  readonly model: Model;
  readonly analysis: GraphAnalysis;
  readonly plan: QuantizationPlan | null;
}

/** The pictures that activations are looked at on. */
export interface ObservedPictures {
  readonly source: SampleSource;
  readonly samples: number;
  readonly dataset: string;
}

/** One output channel of the weights, and one group of its inputs; null for all. */
export interface WeightPart {
  readonly channel: number | null;
  readonly group: number | null;
}

/**
 * How often the values of a layer's weights, inputs and outputs occur in the float network, and where the levels of their
 * quantizers lie.
 * @param part of the weights, where they have a scale for each channel or group
 * @throws BitlabError LAYER_NOT_FOUND for a layer, a channel or a group that is not there
 */
export async function layerHistograms(
  network: ObservedNetwork,
  pictures: ObservedPictures,
  name: string,
  part: WeightPart,
  threads: number
): Promise<LayerHistograms> {
  const { model, analysis, plan } = network;
  const layer = layerNamed(analysis, name);
  const quantizer = plan?.weights.get(name)?.quantizer ?? null;
  const groups = quantizer?.groups?.perOutput ?? 1;
  const channels = quantizer === null || quantizer.scale.length === 1 ? 1 : quantizer.scale.length / groups;
  requirePart(part, channels, groups, name);
  const quantizers = plan === null ? null : activationQuantizers(analysis, plan);
  const quantizerOf = (tensor: string) => quantizers?.get(analysis.quantizedBy.get(tensor) ?? '') ?? null;
  const { values, count } = await observed(network, layer, pictures, threads);
  return {
    layer: name,
    channels,
    groups,
    ...part,
    weights: weightHistogram(floatInitializer(model, layer.weight).data, layer, quantizer, part),
    pictures: count,
    dataset: pictures.dataset,
    input: activationHistogram(values.get(layer.input)!, quantizerOf(layer.input)),
    output: activationHistogram(values.get(layer.fusedOutput)!, quantizerOf(layer.fusedOutput))
  };
}

function layerNamed({ layers }: GraphAnalysis, name: string): Layer {
  const found = layers.find((layer) => layer.name === name);
  if (found !== undefined) return found;
  const near = nearestName(
    name,
    layers.map((layer) => layer.name)
  );
  throw new BitlabError('LAYER_NOT_FOUND', {
    what: `layer ${name}`,
    suggestion: near === null ? `Layers are named like ${layers[0]?.name}.` : `Did you mean ${near}?`
  });
}

function requirePart({ channel, group }: WeightPart, channels: number, groups: number, layer: string): void {
  const check = (what: string, chosen: number | null, count: number) => {
    if (chosen === null || chosen < count) return;
    throw new BitlabError('LAYER_NOT_FOUND', {
      what: `${what} ${chosen} among the weight scales of ${layer}`,
      suggestion: `Count from 0 to ${count - 1}.`
    });
  };
  check('channel', channel, channels);
  check('group', group, groups);
}

/** What enters and leaves a layer of the float network: tensor -> values. */
async function observed(
  { model, analysis }: ObservedNetwork,
  { input, fusedOutput, inputShape, outputShape }: Layer,
  { source, samples }: ObservedPictures,
  threads: number
): Promise<{ readonly values: ReadonlyMap<string, Float32Array>; readonly count: number }> {
  const perPicture = product(inputShape) + product(outputShape);
  const count = Math.max(1, Math.min(mostPictures, samples, Math.floor(mostValues / perPicture)));
  const pictures = await source.batch(0, count);
  const tensors = [input, fusedOutput].filter((tensor) => tensor !== analysis.input.name);
  const session = await openSession(writeModel(withOutputs(model, tensors)), { threads });
  try {
    const results = await session.run(pictures, [count, ...analysis.input.shape], tensors);
    const values = tensors.map((tensor) => [tensor, results.get(tensor)!.data as Float32Array] as const);
    return { values: new Map([[analysis.input.name, pictures], ...values]), count };
  } finally {
    await session.release();
  }
}

function activationHistogram(values: Float32Array, quantizer: Quantizer | null): ValueHistogram {
  const codes = quantizer === null ? null : quantizeToCodes(values, [values.length], quantizer);
  return valueHistogram({ values, quantizer, codes, scaleOf: () => 0, scale: 0 });
}

function weightHistogram(
  original: Float32Array,
  { weightShape, weightAxis }: Layer,
  quantizer: Quantizer | null,
  { channel, group }: WeightPart
): ValueHistogram {
  const rows = toRows(original, weightShape, weightAxis);
  if (quantizer === null)
    return valueHistogram({ values: rows, quantizer, codes: null, scaleOf: () => 0, scale: 0 });
  const extents = weightExtents(weightShape, weightAxis);
  const groups = quantizer.groups?.perOutput ?? 1;
  const scaleOf = scaleOfWeights(quantizer, extents.inputs);
  const levels = levelsOfWeights(quantizer, extents);
  const isSingle = quantizer.scale.length === 1;
  const isChosen = (scale: number) =>
    isSingle ||
    ((channel === null || Math.floor(scale / groups) === channel) &&
      (group === null || scale % groups === group));
  const chosen = Int32Array.from(rows.keys()).filter((place) => isChosen(scaleOf(place)));
  const isOne = isSingle || (channel !== null && (group !== null || groups === 1));
  return valueHistogram({
    values: Float32Array.from(chosen, (place) => rows[place]!),
    quantizer,
    codes: chosen.map((place) =>
      levels.nearest(Math.floor(place / extents.inputs), place % extents.inputs, rows[place]!)
    ),
    scaleOf: (i) => scaleOf(chosen[i]!),
    scale: isOne && chosen.length > 0 ? scaleOf(chosen[0]!) : null
  });
}

const product = (extents: readonly number[]) => extents.reduce((all, extent) => all * extent, 1);
