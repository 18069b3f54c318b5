import type { Configuration } from '../../contract/index.ts';
import { withBiases, type GraphAnalysis, type Model } from '../graph/index.ts';
import type { Calibration } from './calibration.ts';
import { correctBiases } from './correct-biases.ts';
import type { QuantizedNetwork } from './executable-network.ts';
import { layerOutputs, layerReports, type LayerOutputs } from './layer-reports.ts';
import type { PreparedModel } from './prepared-model.ts';
import {
  demandsOf,
  planQuantization,
  searchedGroups,
  type PlannedQuantization,
  type RangeFactors
} from './quantization-plan.ts';
import { searchRanges } from './range-search.ts';
import { RecentlyUsed } from './recently-used.ts';
import { needsRounding, roundWeights, type RoundedNetwork } from './round-weights.ts';
import type { RunJob } from './run-job.ts';
import type { RunKernels } from './run-kernels.ts';
import type { CalibratedNetwork, SharedWork, Watch } from './shared-work.ts';
import type { PassSettings } from './stepwise-network.ts';

/** A network with its quantizers, weights rounded to the nearest, and what led to them. */
export interface PlannedNetwork extends CalibratedNetwork {
  readonly model: Model;
  readonly passes: PassSettings;
  readonly ranges: RangeFactors;
  readonly nearest: PlannedQuantization;
}

/** Chooses the quantizers of networks. Searched ranges and rounded weights are kept for runs that need the same. */
export class NetworkQuantizer {
  readonly #shared: SharedWork;
  readonly #kernels: Pick<RunKernels, 'linearAlgebra'>;
  readonly #rangeFactors = new RecentlyUsed<RangeFactors>(16);
  readonly #rounded = new RecentlyUsed<RoundedNetwork>(4);
  readonly #layerOutputs = new RecentlyUsed<Promise<LayerOutputs>>(4);

  constructor(shared: SharedWork, kernels: Pick<RunKernels, 'linearAlgebra'>) {
    this.#shared = shared;
    this.#kernels = kernels;
  }

  /** Prepares and calibrates a network, chooses its quantizers, rounds its weights and corrects its biases. */
  async quantized(job: RunJob, prepared: PreparedModel, watch: Watch): Promise<QuantizedNetwork> {
    const { configuration, threads } = job;
    const { analysis } = prepared;
    const planned = await this.planned(job, prepared, watch);
    const { model, key, calibration, calibrationSet, passes, ranges, nearest } = planned;
    const rounded = needsRounding(configuration, analysis)
      ? await this.#roundedOf(configuration, planned, analysis, watch)
      : null;
    const weights = rounded?.weights ?? nearest.plan.weights;
    const corrected = configuration.prepare.includes('bias-correction')
      ? await correctBiases(model, analysis, weights, await this.#kernels.linearAlgebra(), passes)
      : null;
    const final = corrected === null ? model : withBiases(model, analysis.layers, corrected.biases);
    const chosen =
      rounded === null && corrected === null
        ? nearest
        : planQuantization(final, analysis, configuration, calibration, { ranges, weights });
    [...(rounded?.notes ?? []), ...(corrected?.notes ?? []), ...chosen.notes].forEach(watch.say);
    const network = { model: final, analysis, plan: chosen.plan };
    const float = await this.#layerOutputs.getOrCreate(key, () =>
      layerOutputs(model, analysis, calibrationSet, threads)
    );
    const reports = await layerReports(float, network, configuration, calibrationSet, threads);
    const layers = chosen.layers.map((layer) => ({ ...layer, report: reports.get(layer.name)! }));
    return { ...network, layers };
  }

  /** Prepares and calibrates a network, and chooses its quantizers, weights rounded to the nearest. */
  async planned(job: RunJob, prepared: PreparedModel, watch: Watch): Promise<PlannedNetwork> {
    const { configuration, threads } = job;
    const { onProgress, signal, say } = watch;
    const { analysis } = prepared;
    const { model, pairs } = this.#shared.preparedFor(job, prepared);
    if (pairs !== null) say(`Equalized ${pairs} pairs of layers.`);
    const demands = demandsOf(configuration, analysis);
    const calibrated = await this.#shared.calibrated(job, prepared, demands, watch);
    const { calibration, calibrationSet: source, key } = calibrated;
    signal.throwIfAborted();
    onProgress('quantizing', 0);
    const samples = Math.min(job.calibrationSamples, source.samples);
    const passes: PassSettings = { source, samples, threads, signal };
    const ranges = await this.#ranges(configuration, key, model, analysis, calibration, passes, onProgress);
    const nearest = planQuantization(model, analysis, configuration, calibration, { ranges });
    return { ...calibrated, model, passes, ranges, nearest };
  }

  /** The ranges that are searched for over the whole network; an earlier run's where it had the same activations. */
  async #ranges(
    configuration: Configuration,
    calibrationKey: string,
    model: Model,
    analysis: GraphAnalysis,
    calibration: Calibration,
    passes: PassSettings,
    onProgress: Watch['onProgress']
  ): Promise<RangeFactors> {
    if (searchedGroups(configuration, analysis).length === 0) return new Map();
    const key = `${calibrationKey} ${JSON.stringify(rangeSettings(configuration))}`;
    const known = this.#rangeFactors.get(key);
    if (known !== undefined) return known;
    const report = (fraction: number) => onProgress('quantizing', fraction);
    const found = await searchRanges(model, analysis, configuration, calibration, passes, report);
    this.#rangeFactors.set(key, found);
    return found;
  }

  /** Rounds weights as a configuration asks for, unless an earlier run did the same. */
  async #roundedOf(
    configuration: Configuration,
    { key: calibrationKey, model, nearest, passes }: PlannedNetwork,
    analysis: GraphAnalysis,
    { onProgress, say }: Watch
  ): Promise<RoundedNetwork> {
    onProgress('rounding', 0);
    const key = `${calibrationKey} ${JSON.stringify(roundingSettings(configuration))}`;
    const known = this.#rounded.get(key);
    if (known !== undefined) {
      say('Used the rounding of an earlier run.');
      return known;
    }
    const kernels = await this.#kernels.linearAlgebra();
    const report = (fraction: number) => onProgress('rounding', fraction);
    const rounded = await roundWeights(model, analysis, configuration, nearest.plan, kernels, passes, report);
    passes.signal.throwIfAborted();
    this.#rounded.set(key, rounded);
    return rounded;
  }
}

/** The settings that a search for ranges depends on. */
function rangeSettings({ activations, quantizeOutput, layers }: Configuration) {
  const ofLayers = Object.entries(layers).map(([name, layer]) => [name, layer.activations]);
  return { activations, quantizeOutput, layers: ofLayers };
}

/** The settings that rounding depends on; what is done to the network before it is in the calibration's key. */
function roundingSettings({ weights, activations, quantizeOutput, layers }: Configuration) {
  return { weights, activations, quantizeOutput, layers };
}
