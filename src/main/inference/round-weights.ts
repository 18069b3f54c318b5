import type { Configuration, WeightSettings } from '../../contract/index.ts';
import { floatInitializer, insertFakeQuantization } from '../graph/index.ts';
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
import { readingOf } from './layer-reading.ts';
import { settingsInForce } from './layer-settings.ts';
import { StepwiseNetwork, type PassSettings } from './stepwise-network.ts';

/** Columns of a layer's inputs beyond which more say nothing new: a hundred times the inputs of most layers. */
const enoughColumns = 2 ** 17;

/** What rounding made of a network's weights. */
export interface RoundedNetwork {
  /** Layer name -> its weights, rounded to the nearest where nothing else was asked for. */
  readonly weights: ReadonlyMap<string, QuantizedWeights>;
  readonly notes: readonly string[];
}

/** Whether a configuration asks for more than nearest rounding. */
export function needsRounding(configuration: Configuration, analysis: GraphAnalysis): boolean {
  return [...settingsInForce(configuration, analysis).weights.values()].some(
    ({ rounding }) => rounding !== 'nearest'
  );
}

/**
 * Rounds weights, layer by layer in the order of the network. Each layer sees the calibration pictures as
 * they come through the quantized layers before it; `compensation` says how far it is to make the float network's outputs of them
 * (asymmetric reconstruction, AdaRound's section 3.3) or its own weights'.
 * @param plan with the nearest weights, and the activations' quantizers
 * @throws RUN_CANCELLED or the signal's reason
 */
export async function roundWeights(
  model: Model,
  analysis: GraphAnalysis,
  configuration: Configuration,
  plan: QuantizationPlan,
  kernels: LinearAlgebra,
  passes: PassSettings,
  onProgress: (fraction: number) => void
): Promise<RoundedNetwork> {
  const settings = settingsInForce(configuration, analysis).weights;
  const weights = new Map(plan.weights);
  const notes: string[] = [];
  const float = new StepwiseNetwork(model, analysis, passes);
  const quantized = new StepwiseNetwork(insertFakeQuantization(model, analysis, plan), analysis, passes);
  const total = analysis.layers.reduce((sum, layer) => sum + layer.parameters, 0);
  let done = 0;
  for (const layer of quantized.layers) {
    passes.signal.throwIfAborted();
    const layerSettings = settings.get(layer.name)!;
    const report = (fraction: number) => onProgress((done + fraction * layer.parameters) / total);
    report(0);
    if (layerSettings.rounding !== 'nearest') {
      const networks = { float, quantized };
      const problems = await problemsOf(model, networks, layer, layerSettings, kernels, passes.samples);
      report(0.3);
      const rounded = await roundLayer(
        kernels,
        problems,
        toRows(floatInitializer(model, layer.weight).data, layer.weightShape, layer.weightAxis),
        weights.get(layer.name)!,
        layer,
        layerSettings,
        { signal: passes.signal, report: (fraction) => report(0.3 + 0.7 * fraction) }
      );
      notes.push(...rounded.notes);
      weights.set(layer.name, rounded.weights);
      quantized.settle(layer, rounded.weights.values);
    }
    done += layer.parameters;
  }
  onProgress(1);
  return { weights, notes };
}

/** What rounding needs to know of a layer's inputs, and of the outputs that it is to have. */
async function problemsOf(
  model: Model,
  { float, quantized }: { readonly float: StepwiseNetwork; readonly quantized: StepwiseNetwork },
  layer: Layer,
  settings: WeightSettings,
  kernels: LinearAlgebra,
  allSamples: number
): Promise<LayerProblem[]> {
  const { reading, rows } = readingOf(model, layer);
  const { outputs } = weightExtents(layer.weightShape, layer.weightAxis);
  const bias = layer.bias === null ? null : floatInitializer(model, layer.bias).data;
  const statistics = new LayerStatistics(kernels, reading, outputs, bias);
  const positions = layer.outputShape.slice(1).reduce((product, extent) => product * extent, 1);
  const samples = Math.max(2, Math.min(allSamples, Math.ceil(enoughColumns / positions)));
  const targets = settings.compensation === 0 ? null : float.leaving(layer, samples);
  try {
    for await (const { values, count } of quantized.entering(layer, samples)) {
      const target = (await targets?.next())?.value?.values ?? null;
      if (count > 0) statistics.add(values, count * rows, target);
    }
    // What is left of the float network's pass, so that it is kept, too.
    while (targets !== null && (await targets.next()).done !== true);
  } finally {
    await targets?.return(undefined);
  }
  return statistics.problems();
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
          actOrder: settings.actOrder ?? gptqDefaults.actOrder,
          compensation: settings.compensation ?? gptqDefaults.compensation
        })
      : await adaround(kernels, problems, rows, levels, {
          ...adaroundDefaults,
          iterations: settings.iterations ?? adaroundDefaults.iterations,
          compensation: settings.compensation ?? adaroundDefaults.compensation,
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
