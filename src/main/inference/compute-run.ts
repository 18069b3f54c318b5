import { createHash } from 'node:crypto';
import { BitlabError } from '../../contract/index.ts';
import type { Configuration } from '../../contract/index.ts';
import { equalizeCrossLayer, withBiases, type GraphAnalysis, type Model } from '../graph/index.ts';
import { noHardwareSources, type HardwareSources } from './accelerator-context.ts';
import { acceleratorMetrics } from './accelerator-cost.ts';
import { acceleratorBatch, acceleratorNetwork, calibrateAdc, hardwareOf } from './accelerator-network.ts';
import { hardwareHash, type AdcCalibration } from './adc-calibration.ts';
import { Calibration, type Demand } from './calibration.ts';
import { correctBiases } from './correct-biases.ts';
import { evaluate, evaluationBatch } from './evaluation.ts';
import { executableNetwork, type ExecutableNetwork, type QuantizedNetwork } from './executable-network.ts';
import { graphExecutor, type Executor } from './executor.ts';
import { averageWeightBits, bitOperations, modelSizeBits } from './model-cost.ts';
import { openMeasurements } from './open-measurements.ts';
import { describeNonFinite, firstNonFiniteSample } from './non-finite.ts';
import { prepareModel, readModelFile, type PreparedModel } from './prepared-model.ts';
import type { PassSettings } from './stepwise-network.ts';
import {
  demandsOf,
  floatLayers,
  planQuantization,
  searchedGroups,
  type PlannedQuantization,
  type RangeFactors
} from './quantization-plan.ts';
import { searchRanges } from './range-search.ts';
import { layerOutputs, layerReports, type LayerOutputs } from './layer-reports.ts';
import { needsRounding, roundWeights, type RoundedNetwork } from './round-weights.ts';
import type { RunKernels } from './run-kernels.ts';
import { referenceAcceleratorKernels } from '../kernels/reference/accelerator-layer.ts';
import { referenceIntegerKernels } from '../kernels/reference/integer-layer.ts';
import { referenceLinearAlgebra } from '../kernels/reference/linear-algebra/index.ts';
import { referenceStatisticsKernels } from '../kernels/reference/statistics/index.ts';
import type { ObservedNetwork, ObservedPictures } from './layer-histograms.ts';
import { RecentlyUsed } from './recently-used.ts';
import { classificationMetrics } from './run-metrics.ts';
import { machineVersions } from './machine-versions.ts';
import type { Ground } from './sensitivity/measure-unit.ts';
import type { SensitivityJob } from './sensitivity/sensitivity-job.ts';
import type {
  DatasetFile,
  OpenMeasurement,
  OpenSource,
  RunJob,
  RunPhase,
  RunResult,
  SampleSource
} from './run-job.ts';

/**
 * Computes runs. What runs have in common is kept from one to the next: prepared models, open data sets, calibration
 * statistics and the float network's logits.
 */
export class RunComputation {
  readonly #openSource: OpenSource;
  readonly #models = new RecentlyUsed<Promise<PreparedModel>>(4);
  readonly #datasets = new RecentlyUsed<Promise<SampleSource>>(4);
  readonly #calibrations = new RecentlyUsed<Calibration>(8);
  readonly #floatLogits = new RecentlyUsed<Float32Array>(16);
  readonly #equalized = new RecentlyUsed<EqualizedNetwork>(4);
  readonly #rangeFactors = new RecentlyUsed<RangeFactors>(16);
  readonly #roundedNetworks = new RecentlyUsed<RoundedNetwork>(4);
  readonly #layerOutputs = new RecentlyUsed<Promise<LayerOutputs>>(4);
  readonly #adcCalibrations = new RecentlyUsed<AdcCalibration>(8);
  readonly #kernels: RunKernels;
  readonly #hardware: HardwareSources;
  readonly #openMeasurement: OpenMeasurement | null;

  /**
   * @param kernels the plain references where none are given
   * @param hardware what configurations of accelerators refer to
   * @param openMeasurement reads the tables that jobs bring, which take the place of those of `hardware`
   */
  constructor(
    openSource: OpenSource,
    kernels: Partial<RunKernels> = {},
    hardware: HardwareSources = noHardwareSources,
    openMeasurement: OpenMeasurement | null = null
  ) {
    this.#openSource = openSource;
    this.#openMeasurement = openMeasurement;
    this.#hardware = hardware;
    this.#kernels = { ...plainKernels, ...kernels };
  }

  /** @throws BitlabError; an aborted `signal` rejects with RUN_CANCELLED */
  async compute(
    job: RunJob,
    onProgress: (phase: RunPhase, fraction: number) => void,
    signal: AbortSignal
  ): Promise<RunResult> {
    try {
      return await this.#compute(job, onProgress, signal);
    } catch (error) {
      if (signal.aborted) throw new BitlabError('RUN_CANCELLED');
      throw error;
    }
  }

  /**
   * The network of a job with its quantizers, and the samples that it is evaluated on.
   * @throws BitlabError; RUN_NOT_QUANTIZED for a job in float
   */
  async quantize(
    job: RunJob,
    signal: AbortSignal
  ): Promise<{ network: QuantizedNetwork; source: SampleSource; samples: number }> {
    if (job.configuration.arithmetic === 'float')
      throw new BitlabError('RUN_NOT_QUANTIZED', { id: job.runId });
    const prepared = await this.#prepared(job);
    const source = await this.#dataset(job.evaluate);
    requireFit(job, prepared, source);
    const samples = job.samples === 'all' ? source.samples : Math.min(job.samples, source.samples);
    const network = await this.#quantized(
      job,
      prepared,
      () => {},
      signal,
      () => {}
    );
    return { network, source, samples };
  }

  /**
   * What sensitivities are measured from: the float network with its logits, and the statistics of its activations. Whatever an
   * earlier run or an earlier call of this process left is used again.
   * @throws BitlabError; an aborted `signal` rejects with RUN_CANCELLED
   */
  async ground(
    job: SensitivityJob,
    onProgress: (phase: RunPhase, fraction: number) => void,
    signal: AbortSignal
  ): Promise<Ground> {
    try {
      onProgress('preparing', 0);
      const prepared = await this.#prepared(job);
      const source = await this.#dataset(job.evaluate);
      requireFit(job, prepared, source);
      const samples = job.samples === 'all' ? source.samples : Math.min(job.samples, source.samples);
      const { analysis } = prepared;
      const demands = demandsOf(job.configuration, analysis);
      const { calibration } = await this.#calibrated(job, prepared, demands, onProgress, signal, () => {});
      onProgress('evaluating', 0);
      const report = (fraction: number) => onProgress('evaluating', fraction);
      const logits = await this.#reference(job, prepared, source, samples, report, signal);
      const bad = firstNonFiniteSample(logits, logits.length / samples);
      if (bad !== null) throw await describeNonFinite(prepared.model, source, bad, analysis.input.shape);
      const { model } = this.#preparedFor(job, prepared);
      const labels = source.labels.slice(0, samples);
      return { model, analysis, calibration, source, samples, labels, logits };
    } catch (error) {
      if (signal.aborted) throw new BitlabError('RUN_CANCELLED');
      throw error;
    }
  }

  /**
   * The network of a job before its weights are rounded, its quantizers, which do not depend on how they are, and the pictures
   * that ranges were found on; in float, those that it was evaluated on where it has no others.
   */
  async observe(
    job: RunJob,
    signal: AbortSignal
  ): Promise<{ readonly network: ObservedNetwork; readonly pictures: ObservedPictures }> {
    const prepared = await this.#prepared(job);
    const file = job.calibrate ?? job.evaluate;
    const source = await this.#dataset(file);
    requireShape(job, prepared, source, file.name);
    const samples =
      job.calibrate === null ? source.samples : Math.min(job.calibrationSamples, source.samples);
    const pictures = { source, samples, dataset: file.name };
    if (job.configuration.arithmetic === 'float') return { network: { ...prepared, plan: null }, pictures };
    const { model, nearest } = await this.#planned(
      job,
      prepared,
      () => {},
      signal,
      () => {}
    );
    return { network: { model, analysis: prepared.analysis, plan: nearest.plan }, pictures };
  }

  async #compute(
    job: RunJob,
    onProgress: (phase: RunPhase, fraction: number) => void,
    signal: AbortSignal
  ): Promise<RunResult> {
    const started = performance.now();
    const log: { at: string; text: string }[] = [];
    const say = (text: string) => log.push({ at: new Date().toISOString(), text });

    onProgress('preparing', 0);
    const prepared = await this.#prepared(job);
    const dataset = await this.#dataset(job.evaluate);
    requireFit(job, prepared, dataset);
    const samples = job.samples === 'all' ? dataset.samples : Math.min(job.samples, dataset.samples);
    const inputShape = prepared.analysis.input.shape;
    say(`Evaluating ${samples} samples with ${job.threads} thread${job.threads === 1 ? '' : 's'}.`);

    const reference =
      job.configuration.arithmetic === 'float'
        ? null
        : await this.#reference(job, prepared, dataset, samples, () => {}, signal);
    const network = await this.#network(job, prepared, onProgress, signal, say);
    onProgress('evaluating', 0);
    const report = (fraction: number) => onProgress('evaluating', fraction);
    const { executor } = network;
    const batch =
      job.configuration.arithmetic === 'accelerator'
        ? acceleratorBatch(prepared)
        : evaluationBatch(prepared.analysis);
    const { logits, classes } = await this.#evaluated(executor, batch, dataset, samples, report, signal);
    const bad = firstNonFiniteSample(logits, classes);
    if (bad !== null) throw await describeNonFinite(network.model, dataset, bad, inputShape);
    if (reference === null) this.#floatLogits.set(floatKey(job, samples), logits);

    const labels = dataset.labels.slice(0, samples);
    return {
      logits,
      labels,
      classes,
      metrics: {
        ...classificationMetrics(logits, labels, classes, reference),
        modelSizeBits: modelSizeBits(prepared.analysis, network.plan),
        averageWeightBits: averageWeightBits(prepared.analysis, network.plan),
        bops: bitOperations(prepared.analysis, network.plan),
        ...acceleratorMetrics(job.configuration, prepared.analysis, network.plan, say)
      },
      layers: network.layers(),
      logitsHash: createHash('sha256').update(bytesOf(logits)).digest('hex'),
      durationSeconds: (performance.now() - started) / 1000,
      log,
      versions: { ...machineVersions(), kernels: network.kernels }
    };
  }

  #prepared(job: SensitivityJob): Promise<PreparedModel> {
    return this.#models.getOrCreate(job.model.hash, async () =>
      prepareModel(await readModelFile(job.model.path, job.model.hash, job.model.hash))
    );
  }

  #dataset(file: DatasetFile): Promise<SampleSource> {
    return this.#datasets.getOrCreate(datasetKey(file), () => this.#openSource(file));
  }

  /** The float network's logits on the samples of a job; computed where no float run of this process left them. */
  async #reference(
    job: SensitivityJob,
    prepared: PreparedModel,
    dataset: SampleSource,
    samples: number,
    onProgress: (fraction: number) => void,
    signal: AbortSignal
  ): Promise<Float32Array> {
    const key = floatKey(job, samples);
    const known = this.#floatLogits.get(key);
    if (known !== undefined) return known;
    const executor = await graphExecutor(prepared.model, prepared.analysis.input.shape, job.threads);
    const batch = evaluationBatch(prepared.analysis);
    const { logits } = await this.#evaluated(executor, batch, dataset, samples, onProgress, signal);
    this.#floatLogits.set(key, logits);
    return logits;
  }

  /** Evaluates and releases an executor. */
  async #evaluated(
    executor: Executor,
    batch: number,
    dataset: SampleSource,
    samples: number,
    onProgress: (fraction: number) => void,
    signal: AbortSignal
  ) {
    try {
      return await evaluate(executor, dataset, samples, batch, onProgress, signal);
    } finally {
      await executor.release();
    }
  }

  async #network(
    job: RunJob,
    prepared: PreparedModel,
    onProgress: (phase: RunPhase, fraction: number) => void,
    signal: AbortSignal,
    say: (text: string) => void
  ): Promise<ExecutableNetwork> {
    const { configuration, threads } = job;
    const { model, analysis } = prepared;
    if (configuration.arithmetic === 'float') {
      const executor = await graphExecutor(model, analysis.input.shape, threads);
      return { model, plan: null, executor, kernels: 'onnxruntime', layers: () => floatLayers(analysis) };
    }
    const network = await this.#quantized(job, prepared, onProgress, signal, say);
    if (configuration.arithmetic !== 'accelerator')
      return executableNetwork(configuration, network, this.#kernels.integer, threads, say);
    const kernels = {
      accelerator: await this.#kernels.accelerator(threads),
      integer: await this.#kernels.integer()
    };
    const context = {
      ...this.#hardware,
      ...(job.measurements === undefined || this.#openMeasurement === null
        ? {}
        : { measurements: await openMeasurements(job.measurements, this.#openMeasurement) }),
      seed: configuration.seed
    };
    const parts = { kernels, context, threads };
    const calibrate = async () => {
      const key = adcCalibrationKey(job);
      const known = this.#adcCalibrations.get(key);
      if (known !== undefined) return known;
      onProgress('calibrating', 0);
      const source = await this.#dataset(job.calibrate!);
      const report = (fraction: number) => onProgress('calibrating', fraction);
      const made = await calibrateAdc(network, configuration, parts, source, report, signal);
      this.#adcCalibrations.set(key, made);
      return made;
    };
    return acceleratorNetwork(configuration, network, parts, calibrate, say);
  }

  /** Prepares and calibrates a network, chooses its quantizers and rounds its weights. */
  async #quantized(
    job: RunJob,
    prepared: PreparedModel,
    onProgress: (phase: RunPhase, fraction: number) => void,
    signal: AbortSignal,
    say: (text: string) => void
  ): Promise<QuantizedNetwork> {
    const { configuration } = job;
    const { analysis } = prepared;
    const planned = await this.#planned(job, prepared, onProgress, signal, say);
    const { model, key, calibration, calibrationSet, passes, ranges, nearest } = planned;
    const rounded = needsRounding(configuration, analysis)
      ? await this.#rounded(configuration, key, model, analysis, nearest, passes, onProgress, say)
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
    [...(rounded?.notes ?? []), ...(corrected?.notes ?? []), ...chosen.notes].forEach(say);
    const network = { model: final, analysis, plan: chosen.plan };
    const float = await this.#layerOutputs.getOrCreate(key, () =>
      layerOutputs(model, analysis, calibrationSet, job.threads)
    );
    const reports = await layerReports(float, network, configuration, calibrationSet, job.threads);
    const layers = chosen.layers.map((layer) => ({ ...layer, report: reports.get(layer.name)! }));
    return { ...network, layers };
  }

  /** Prepares and calibrates a network, and chooses its quantizers, weights rounded to the nearest. */
  async #planned(
    job: RunJob,
    prepared: PreparedModel,
    onProgress: (phase: RunPhase, fraction: number) => void,
    signal: AbortSignal,
    say: (text: string) => void
  ) {
    const { configuration } = job;
    const { analysis } = prepared;
    const { model, pairs } = this.#preparedFor(job, prepared);
    if (pairs !== null) say(`Equalized ${pairs} pairs of layers.`);
    const { calibration, key, calibrationSet } = await this.#calibrated(
      job,
      prepared,
      demandsOf(configuration, analysis),
      onProgress,
      signal,
      say
    );

    signal.throwIfAborted();
    onProgress('quantizing', 0);
    const samples = Math.min(job.calibrationSamples, calibrationSet.samples);
    const passes: PassSettings = { source: calibrationSet, samples, threads: job.threads, signal };
    const ranges = await this.#ranges(configuration, key, model, analysis, calibration, passes, onProgress);
    const nearest = planQuantization(model, analysis, configuration, calibration, { ranges });
    return { model, key, calibration, calibrationSet, passes, ranges, nearest };
  }

  /** The statistics that a configuration demands of the network as it is prepared for it, and where they came from. */
  async #calibrated(
    job: SensitivityJob,
    prepared: PreparedModel,
    demands: readonly Demand[],
    onProgress: (phase: RunPhase, fraction: number) => void,
    signal: AbortSignal,
    say: (text: string) => void
  ): Promise<{ calibration: Calibration; key: string; calibrationSet: SampleSource }> {
    const { analysis } = prepared;
    const { model, pairs } = this.#preparedFor(job, prepared);
    const { calibrate } = job;
    if (calibrate === null) {
      throw new BitlabError('CONFIGURATION_CONFLICT', {
        reason: `Arithmetic ${job.configuration.arithmetic} needs calibration data`,
        advice: 'Set data.calibrate to a data set.'
      });
    }
    onProgress('calibrating', 0);
    const calibrationSet = await this.#dataset(calibrate);
    requireShape(job, prepared, calibrationSet, calibrate.name);
    const prepareKey = pairs === null ? '' : ' equalized';
    const key = `${job.model.hash}${prepareKey} ${datasetKey(calibrate)} ${job.calibrationSamples}`;
    const statistics = await this.#kernels.statistics();
    const calibration = this.#calibrations.getOrCreate(
      key,
      () =>
        new Calibration(model, analysis, calibrationSet, job.calibrationSamples, calibrate.name, statistics)
    );
    const report = (fraction: number) => onProgress('calibrating', fraction);
    const passed = await calibration.collect(demands, job.threads, report, signal);
    say(passed > 0 ? `Calibrated on ${passed} samples.` : 'Used the calibration of an earlier run.');
    return { calibration, key, calibrationSet };
  }

  /** The ranges that are searched for over the whole network; an earlier run's where it had the same activations. */
  async #ranges(
    configuration: Configuration,
    calibrationKey: string,
    model: Model,
    analysis: GraphAnalysis,
    calibration: Calibration,
    passes: PassSettings,
    onProgress: (phase: RunPhase, fraction: number) => void
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
  async #rounded(
    configuration: Configuration,
    calibrationKey: string,
    model: Model,
    analysis: GraphAnalysis,
    nearest: PlannedQuantization,
    passes: PassSettings,
    onProgress: (phase: RunPhase, fraction: number) => void,
    say: (text: string) => void
  ): Promise<RoundedNetwork> {
    onProgress('rounding', 0);
    const key = `${calibrationKey} ${JSON.stringify(roundingSettings(configuration))}`;
    const known = this.#roundedNetworks.get(key);
    if (known !== undefined) {
      say('Used the rounding of an earlier run.');
      return known;
    }
    const rounded = await roundWeights(
      model,
      analysis,
      configuration,
      nearest.plan,
      await this.#kernels.linearAlgebra(),
      passes,
      (fraction) => onProgress('rounding', fraction)
    );
    passes.signal.throwIfAborted();
    this.#roundedNetworks.set(key, rounded);
    return rounded;
  }

  /** The network as a configuration prepares it, and how many pairs of layers were equalized, or null. */
  #preparedFor(job: SensitivityJob, { model, analysis }: PreparedModel): EqualizedNetwork {
    if (!job.configuration.prepare.includes('cross-layer-equalization')) return { model, pairs: null };
    return this.#equalized.getOrCreate(job.model.hash, () => {
      const equalized = equalizeCrossLayer(model, analysis.layers);
      return { model: equalized.model, pairs: equalized.pairs.length };
    });
  }
}

const plainKernels: RunKernels = {
  linearAlgebra: async () => referenceLinearAlgebra,
  integer: async () => referenceIntegerKernels,
  statistics: async () => referenceStatisticsKernels,
  accelerator: async () => referenceAcceleratorKernels
};

interface EqualizedNetwork {
  readonly model: Model;
  readonly pairs: number | null;
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

function requireFit(job: SensitivityJob, prepared: PreparedModel, dataset: SampleSource): void {
  requireShape(job, prepared, dataset, job.evaluate.name);
  const classes = prepared.analysis.output.shape.reduce((product, extent) => product * extent, 1);
  if (dataset.classes > classes) {
    throw new BitlabError('MODEL_DATA_MISMATCH', {
      model: job.model.name,
      dataset: job.evaluate.name,
      reason: `it has ${dataset.classes} classes and the model tells ${classes} apart`
    });
  }
}

function requireShape(
  job: SensitivityJob,
  prepared: PreparedModel,
  dataset: SampleSource,
  name: string
): void {
  const expected = prepared.analysis.input.shape;
  const same = expected.length === 3 && expected.every((extent, axis) => extent === dataset.shape[axis]);
  const flat =
    expected.length === 1 && expected[0] === dataset.shape.reduce((product, extent) => product * extent, 1);
  if (same || flat) return;
  throw new BitlabError('MODEL_DATA_MISMATCH', {
    model: job.model.name,
    dataset: name,
    reason: `its pictures have the shape ${dataset.shape.join(' x ')} and the model takes ${expected.join(' x ')}`
  });
}

const datasetKey = (file: DatasetFile) => `${file.hash} ${JSON.stringify(file.preprocessing)}`;
const floatKey = (job: SensitivityJob, samples: number) =>
  `${job.model.hash} ${datasetKey(job.evaluate)} ${samples} ${job.threads}`;

/** All that decides which sums reach the converters: model, data, quantizers and hardware, but nothing random. */
function adcCalibrationKey({ model, calibrate, calibrationSamples, configuration }: RunJob): string {
  const { accelerator: _, seed: __, ...quantization } = configuration;
  const hardware = hardwareHash(hardwareOf(configuration));
  return `${model.hash} ${datasetKey(calibrate!)} ${calibrationSamples} ${JSON.stringify(quantization)} ${hardware}`;
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
