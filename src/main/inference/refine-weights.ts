import type { Configuration, WeightSettings } from '../../contract/index.ts';
import { floatInitializer, withBiases } from '../graph/index.ts';
import type { GraphAnalysis, Layer, Model, QuantizationPlan, QuantizedWeights } from '../graph/index.ts';
import type { LinearAlgebra } from '../kernels/linear-algebra.ts';
import { levelsOfWeights } from '../quantization/index.ts';
import {
  adaround,
  adaroundDefaults,
  fromRows,
  gptq,
  gptqDefaults,
  LayerStatistics,
  toRows,
  weightExtents,
  type LayerProblem
} from '../quantization/rounding/index.ts';
import { forEachLayerBatch, type PassSettings } from './layer-passes.ts';
import { readingOf } from './layer-reading.ts';
import { MeanOutputs } from './mean-outputs.ts';
import { settingsInForce } from './layer-settings.ts';

/** Columns of a layer's inputs beyond which more say nothing new: a hundred times the inputs of most layers. */
const enoughColumns = 2 ** 17;

/** What rounding and bias correction made of a network. */
export interface RefinedNetwork {
  /** The float network with the corrected biases. */
  readonly model: Model;
  /** Layer name -> its weights, for the layers whose rounding is not to the nearest. */
  readonly weights: ReadonlyMap<string, QuantizedWeights>;
  readonly notes: readonly string[];
}

/** Whether a configuration asks for more than nearest rounding. */
export function needsRefinement(configuration: Configuration, analysis: GraphAnalysis): boolean {
  if (configuration.prepare.includes('bias-correction')) return true;
  return [...settingsInForce(configuration, analysis).weights.values()].some(
    ({ rounding }) => rounding !== 'nearest'
  );
}

/**
 * Rounds weights and corrects biases, layer by layer in the order of the network. Each layer sees the calibration pictures as
 * they come through the quantized layers before it, and is to give what the float network's layer gives (asymmetric
 * reconstruction, AdaRound's section 3.3). Bias correction is empirical: each channel gets the mean that it has in the
 * float network.
 * @param plan with the nearest weights, and the activations' quantizers
 * @throws RUN_CANCELLED or the signal's reason
 */
export async function refineWeights(
  model: Model,
  analysis: GraphAnalysis,
  configuration: Configuration,
  plan: QuantizationPlan,
  kernels: LinearAlgebra,
  passes: PassSettings,
  onProgress: (fraction: number) => void
): Promise<RefinedNetwork> {
  const settings = settingsInForce(configuration, analysis).weights;
  const correctsBiases = configuration.prepare.includes('bias-correction');
  const weights = new Map(plan.weights);
  const biases = new Map<string, Float32Array>();
  const notes: string[] = [];
  const total = analysis.layers.reduce((sum, layer) => sum + layer.parameters, 0);
  let done = 0;
  for (const layer of analysis.layers) {
    passes.signal.throwIfAborted();
    const layerSettings = settings.get(layer.name)!;
    const rounds = layerSettings.rounding !== 'nearest';
    if (correctsBiases && layer.bias === null)
      notes.push(`${layer.name} has no bias, so that its outputs' means are not corrected.`);
    const corrects = correctsBiases && layer.bias !== null;
    const report = (fraction: number) => onProgress((done + fraction * layer.parameters) / total);
    report(0);
    if (rounds || corrects) {
      const current = withBiases(model, analysis.layers, biases);
      const { reading, rows } = readingOf(model, layer);
      const extents = weightExtents(layer.weightShape, layer.weightAxis);
      const bias = layer.bias === null ? null : floatInitializer(model, layer.bias).data;
      const statistics = new LayerStatistics(kernels, reading, extents.outputs, bias);
      const means = new MeanOutputs(kernels, reading, extents.outputs);
      const positions = layer.outputShape.slice(1).reduce((product, extent) => product * extent, 1);
      const samples = Math.max(2, Math.min(passes.samples, Math.ceil(enoughColumns / positions)));
      const partial = { activations: plan.activations, weights, biases: new Map() };
      await forEachLayerBatch(model, current, analysis, partial, layer, { ...passes, samples }, (batch) => {
        if (rounds) statistics.add(batch.input, batch.count * rows, batch.target);
        if (corrects) means.add(batch.input, batch.count * rows, batch.target);
      });
      report(0.3);
      const original = floatInitializer(model, layer.weight).data;
      const floatRows = toRows(original, layer.weightShape, layer.weightAxis);
      const nearest = weights.get(layer.name)!;
      if (rounds) {
        const rounded = await roundLayer(
          kernels,
          statistics.problems(),
          floatRows,
          nearest,
          layer,
          layerSettings,
          {
            signal: passes.signal,
            report: (fraction) => report(0.3 + 0.7 * fraction)
          }
        );
        notes.push(...rounded.notes);
        weights.set(layer.name, rounded.weights);
      }
      if (corrects) {
        const used = weights.get(layer.name)!.values;
        biases.set(layer.name, means.corrected(toRows(used, layer.weightShape, layer.weightAxis), bias!));
      }
    }
    done += layer.parameters;
  }
  onProgress(1);
  return { model: withBiases(model, analysis.layers, biases), weights, notes };
}

async function roundLayer(
  kernels: LinearAlgebra,
  problems: readonly LayerProblem[],
  rows: Float32Array,
  nearest: QuantizedWeights,
  layer: Layer,
  settings: WeightSettings,
  { signal, report }: { readonly signal: AbortSignal; readonly report: (fraction: number) => void }
): Promise<{ readonly weights: QuantizedWeights; readonly notes: readonly string[] }> {
  const { weightShape: shape, weightAxis: axis, name } = layer;
  const levels = levelsOfWeights(nearest.quantizer, weightExtents(shape, axis));
  const rounded =
    settings.rounding === 'gptq'
      ? gptq(kernels, problems, rows, levels, {
          ...gptqDefaults,
          layer: name,
          actOrder: settings.actOrder ?? gptqDefaults.actOrder
        })
      : await adaround(kernels, problems, rows, levels, {
          ...adaroundDefaults,
          iterations: settings.iterations ?? adaroundDefaults.iterations,
          shouldStop: () => signal.aborted,
          onProgress: async (fraction) => {
            report(fraction);
            // Lets a request to cancel in.
            await new Promise((resolve) => setImmediate(resolve));
          }
        });
  return {
    weights: {
      quantizer: nearest.quantizer,
      codes: fromRows(rounded.codes, shape, axis),
      values: fromRows(rounded.values, shape, axis)
    },
    notes: rounded.notes
  };
}
