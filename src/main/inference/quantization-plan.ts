import {
  BitlabError,
  type Configuration,
  type LayerResult,
  type QuantizerSummary
} from '../../contract/index.ts';
import { floatInitializer } from '../graph/index.ts';
import type { GraphAnalysis, Layer, Model, QuantizationPlan, QuantizedWeights } from '../graph/index.ts';
import { sqnrDb } from '../numeric/statistics.ts';
import { quantizeLayerWeights } from '../quantization/index.ts';
import type { Quantizer, Range } from '../quantization/index.ts';
import { biasAtSums } from '../simulation/integer/index.ts';
import type { Calibration, Demand } from './calibration.ts';
import { quantizeActivations, type ActivationQuantizer } from './activation-quantizer.ts';
import { settingsInForce } from './layer-settings.ts';

/** Group of points that share a range -> times which the observed range is taken, where that is not once. */
export type RangeFactors = ReadonlyMap<string, number>;

/** What was found beyond ranges that are observed tensor by tensor, and beyond nearest rounding. */
export interface FoundSettings {
  readonly ranges?: RangeFactors;
  /** Layer name -> weights that are not rounded to the nearest. */
  readonly weights?: ReadonlyMap<string, QuantizedWeights>;
}

const int32 = { low: -(2 ** 31), high: 2 ** 31 - 1 };

/** A plan for the rewrites, and the same as the results of a run report it. */
export interface PlannedQuantization {
  readonly plan: QuantizationPlan;
  readonly layers: readonly LayerResult[];
  /** What a person should know of the quantizers that were chosen, one sentence each. */
  readonly notes: readonly string[];
}

/** The statistics that a configuration needs of a model's activations. */
export function demandsOf(configuration: Configuration, analysis: GraphAnalysis): Demand[] {
  const settings = settingsInForce(configuration, analysis);
  return observedPoints(configuration, analysis).map((point) => {
    const { observer, dialect } = settings.activations.get(point.tensor)!;
    return { group: point.group, kind: observer, dialect };
  });
}

/**
 * Chooses every quantizer of a network: ranges from the calibration, weights from the model, biases from both.
 * @param calibration must have collected `demandsOf(configuration, analysis)`
 */
export function planQuantization(
  model: Model,
  analysis: GraphAnalysis,
  configuration: Configuration,
  calibration: Calibration,
  found: FoundSettings = {}
): PlannedQuantization {
  const settings = settingsInForce(configuration, analysis);
  const { activations, ranges } = planActivations(analysis, configuration, calibration, found.ranges);
  const weights = new Map<string, { quantizer: Quantizer; codes: Int32Array; values: Float32Array }>();
  const biases = new Map<string, { codes: Int32Array; values: Float32Array }>();
  const layers: LayerResult[] = [];
  const notes: string[] = [];

  for (const [index, layer] of analysis.layers.entries()) {
    const original = floatInitializer(model, layer.weight);
    requireFinite(original.data, layer, 'weights');
    const setting = settings.weights.get(layer.name)!;
    const nearest = quantizeLayerWeights(
      original.data,
      original.shape,
      layer.weightAxis,
      setting,
      layer.name
    );
    const weight = { ...nearest, ...found.weights?.get(layer.name) };
    weights.set(layer.name, weight);

    const source = activations.get(analysis.quantizedBy.get(layer.input) ?? '');
    if (configuration.bias !== 'float' && layer.bias !== null && source !== undefined) {
      const bias = floatInitializer(model, layer.bias).data;
      requireFinite(bias, layer, 'bias');
      const quantized = biasAtSums(bias, configuration.bias, source.scale[0]!, weight.quantizer.scale);
      biases.set(layer.name, quantized);
      const saturated = quantized.codes.filter((code) => code === int32.low || code === int32.high).length;
      if (saturated > 0) notes.push(`The bias of ${layer.name} saturates in int32 in ${saturated} channels.`);
    }
    const output = activations.get(layer.fusedOutput);
    layers.push({
      ...layerIdentity(layer, index),
      weights: summary(weight.quantizer, weight.range),
      weightSqnrDb: finiteOrNull(sqnrDb(original.data, weight.values)),
      output: output === undefined ? null : summary(output, ranges.get(layer.fusedOutput)!)
    });
  }
  return { plan: { activations, weights, biases }, layers, notes };
}

/** The layers as a float run reports them: nothing quantized. */
export function floatLayers(analysis: GraphAnalysis): LayerResult[] {
  return analysis.layers.map((layer, index) => ({
    ...layerIdentity(layer, index),
    weights: null,
    weightSqnrDb: null,
    output: null
  }));
}

function layerIdentity(layer: Layer, index: number) {
  const { name, operator, fused, macs, parameters } = layer;
  return { index, name, operator, fused, macs, parameters };
}

function observedPoints(configuration: Configuration, analysis: GraphAnalysis) {
  const groups = new Set(
    analysis.points
      .filter((point) => configuration.quantizeOutput || !point.isOutput)
      .map((point) => point.group)
  );
  return analysis.points.filter((point) => point.inherits === null && groups.has(point.group));
}

/** The groups of points whose ranges `output-error` searches for, in the network's order. */
export function searchedGroups(configuration: Configuration, analysis: GraphAnalysis): string[] {
  const settings = settingsInForce(configuration, analysis);
  // The points of a group share one quantizer, so the first of them decides on the settings.
  const first = new Map<string, string>();
  for (const { group, tensor } of observedPoints(configuration, analysis))
    if (!first.has(group)) first.set(group, tensor);
  return [...first]
    .filter(([, tensor]) => settings.activations.get(tensor)!.observer === 'output-error')
    .map(([group]) => group);
}

/**
 * The quantizers of activations, and the ranges that they were made from: tensor of a point -> each.
 * @param calibration must have collected `demandsOf(configuration, analysis)`
 */
export function planActivations(
  analysis: GraphAnalysis,
  configuration: Configuration,
  calibration: Calibration,
  factors: RangeFactors = new Map()
): { readonly activations: ReadonlyMap<string, Quantizer>; readonly ranges: ReadonlyMap<string, Range> } {
  const settings = settingsInForce(configuration, analysis);
  const activations = new Map<string, Quantizer>();
  const ranges = new Map<string, Range>();
  // The points of a group share one quantizer, so the first of them decides on the settings.
  const ofGroup = new Map<string, ActivationQuantizer>();
  for (const point of observedPoints(configuration, analysis)) {
    if (ofGroup.has(point.group)) continue;
    const setting = settings.activations.get(point.tensor)!;
    const observer = calibration.observer({
      group: point.group,
      kind: setting.observer,
      dialect: setting.dialect
    });
    ofGroup.set(point.group, quantizeActivations(observer, setting, factors.get(point.group) ?? 1));
  }
  for (const point of analysis.points) {
    if (point.isOutput && !configuration.quantizeOutput) continue;
    const found = ofGroup.get(point.group);
    if (found === undefined) continue;
    activations.set(point.tensor, found.quantizer);
    ranges.set(point.tensor, found.range);
  }
  return { activations, ranges };
}

function summary(quantizer: Quantizer, range: Range): QuantizerSummary {
  return {
    bits: quantizer.bits,
    low: quantizer.low,
    high: quantizer.high,
    scale: [...quantizer.scale],
    zeroPoint: [...quantizer.zeroPoint],
    minimum: [...range.minimum],
    maximum: [...range.maximum]
  };
}

function requireFinite(values: Float32Array, layer: Layer, kind: string): void {
  if (values.some((value) => !Number.isFinite(value))) {
    throw new BitlabError('MODEL_NOT_FINITE', { layer: layer.name, kind });
  }
}

const finiteOrNull = (value: number) => (Number.isFinite(value) ? value : null);
