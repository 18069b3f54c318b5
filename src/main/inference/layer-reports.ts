import type { Configuration, LayerReport } from '../../contract/index.ts';
import { floatInitializer, insertFakeQuantization, withOutputs, writeModel } from '../graph/index.ts';
import type { GraphAnalysis, Layer, Model, QuantizationPlan, QuantizedWeights } from '../graph/index.ts';
import { sqnrDb } from '../numeric/statistics.ts';
import {
  clipEndsOfScale,
  dequantize,
  quantizeLayerWeights,
  quantizeToCodes,
  scaleOfWeights
} from '../quantization/index.ts';
import type { Quantizer } from '../quantization/index.ts';
import { toRows, weightExtents } from '../quantization/rounding/index.ts';
import { settingsInForce } from './layer-settings.ts';
import type { SampleSource } from './run-job.ts';
import { openSession } from './session.ts';

/** Pictures that a report looks at: enough for the first digits of a ratio. */
const reportSamples = 32;
/** Values of all layers' outputs together; with larger networks fewer pictures are looked at. */
const reportValues = 2 ** 24;

/** The outputs of a network's layers, activations included: layer name -> values. */
export type LayerOutputs = ReadonlyMap<string, Float32Array>;

interface ReportedNetwork {
  readonly model: Model;
  readonly analysis: GraphAnalysis;
  readonly plan: QuantizationPlan;
}

/** Passes calibration pictures through a network and keeps what leaves its layers. */
export async function layerOutputs(
  model: Model,
  analysis: GraphAnalysis,
  source: SampleSource,
  threads: number
): Promise<LayerOutputs> {
  const perSample = analysis.layers.reduce((sum, { outputShape }) => sum + product(outputShape), 0);
  const count = Math.max(1, Math.min(reportSamples, source.samples, Math.floor(reportValues / perSample)));
  const tensors = analysis.layers.map(({ fusedOutput }) => fusedOutput);
  const session = await openSession(writeModel(withOutputs(model, tensors)), { threads });
  try {
    const results = await session.run(
      await source.batch(0, count),
      [count, ...analysis.input.shape],
      tensors
    );
    return new Map(
      analysis.layers.map(({ name, fusedOutput }) => [name, results.get(fusedOutput)!.data as Float32Array])
    );
  } finally {
    await session.release();
  }
}

/**
 * What quantization cost each layer, in simulated arithmetic.
 * @param float outputs of the float network, by `layerOutputs`
 * @param network with the biases that are used; its plan has the weights and quantizers
 */
export async function layerReports(
  float: LayerOutputs,
  { model, analysis, plan }: ReportedNetwork,
  configuration: Configuration,
  source: SampleSource,
  threads: number
): Promise<ReadonlyMap<string, LayerReport>> {
  const simulated = insertFakeQuantization(model, analysis, plan);
  const outputs = await layerOutputs(simulated, analysis, source, threads);
  const settings = settingsInForce(configuration, analysis).weights;
  const reports = new Map<string, LayerReport>();
  for (const layer of analysis.layers) {
    const original = floatInitializer(model, layer.weight).data;
    const weights = plan.weights.get(layer.name)!;
    const output = outputReport(outputs.get(layer.name)!, plan.activations.get(layer.fusedOutput));
    const sqnr = sqnrDb(float.get(layer.name)!, output.values);
    reports.set(layer.name, {
      outputSqnrDb: Number.isFinite(sqnr) ? sqnr : null,
      activationSqnrDb: output.sqnrDb,
      ...weightReport(original, weights, layer),
      outputClipped: output.clipped,
      outputLevelsUsed: output.levelsUsed,
      outputLevels: output.levels,
      channelGainDb: channelGainDb(original, layer, settings.get(layer.name)!)
    });
  }
  return reports;
}

function weightReport(original: Float32Array, { quantizer, codes }: QuantizedWeights, layer: Layer) {
  const { weightShape: shape, weightAxis: axis } = layer;
  const extents = weightExtents(shape, axis);
  const ends = Array.from(quantizer.scale.keys(), (scale) => clipEndsOfScale(quantizer, scale));
  const scaleOf = scaleOfWeights(quantizer, extents.inputs);
  const rows = toRows(original, shape, axis);
  let clipped = 0;
  for (let i = 0; i < rows.length; i++) {
    const { lowest, highest } = ends[scaleOf(i)]!;
    if (rows[i]! < lowest || rows[i]! > highest) clipped++;
  }
  return {
    weightsClipped: rows.length === 0 ? 0 : clipped / rows.length,
    weightLevelsUsed: new Set(codes).size,
    weightLevels: quantizer.high - quantizer.low + 1
  };
}

/** @param reached what reaches the quantizer, or leaves the layer where it has none */
function outputReport(reached: Float32Array, quantizer: Quantizer | undefined) {
  if (quantizer === undefined)
    return { values: reached, sqnrDb: null, clipped: null, levelsUsed: null, levels: null };
  const { lowest, highest } = clipEndsOfScale(quantizer, 0);
  let clipped = 0;
  for (let i = 0; i < reached.length; i++) if (reached[i]! < lowest || reached[i]! > highest) clipped++;
  const codes = quantizeToCodes(reached, [reached.length], quantizer);
  const used = new Uint8Array(quantizer.high - quantizer.low + 1);
  for (let i = 0; i < codes.length; i++) used[codes[i]! - quantizer.low] = 1;
  const values = dequantize(codes, [codes.length], quantizer);
  const sqnr = sqnrDb(reached, values);
  return {
    values,
    sqnrDb: Number.isFinite(sqnr) ? sqnr : null,
    clipped: reached.length === 0 ? 0 : clipped / reached.length,
    levelsUsed: used.reduce((sum, one) => sum + one, 0),
    levels: used.length
  };
}

/** By how much nearest rounding with a scale for each channel beats one scale, for weights that have one scale. */
function channelGainDb(
  original: Float32Array,
  { name, weightShape, weightAxis }: Layer,
  settings: Configuration['weights']
): number | null {
  if (settings.granularity !== 'tensor') return null;
  const sqnrWith = (granularity: 'tensor' | 'channel') => {
    const quantized = quantizeLayerWeights(
      original,
      weightShape,
      weightAxis,
      { ...settings, granularity },
      name
    );
    return sqnrDb(original, quantized.values);
  };
  const gain = sqnrWith('channel') - sqnrWith('tensor');
  return Number.isFinite(gain) ? gain : null;
}

const product = (extents: readonly number[]) => extents.reduce((all, extent) => all * extent, 1);
