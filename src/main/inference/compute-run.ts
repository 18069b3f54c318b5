import { createHash } from 'node:crypto';
import { availableParallelism, cpus } from 'node:os';
import { BitlabError } from '../../contract/index.ts';
import type { Configuration } from '../../contract/index.ts';
import { equalizeCrossLayer, withBiases, type GraphAnalysis, type Model } from '../graph/index.ts';
import { Calibration } from './calibration.ts';
import { correctBiases } from './correct-biases.ts';
import { evaluate, evaluationBatch } from './evaluation.ts';
import { executableNetwork, type ExecutableNetwork, type QuantizedNetwork } from './executable-network.ts';
import { graphExecutor, type Executor } from './executor.ts';
import { bitOperations, modelSizeBits } from './model-cost.ts';
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
import { referenceIntegerKernels } from '../kernels/reference/integer-layer.ts';
import { referenceLinearAlgebra } from '../kernels/reference/linear-algebra/index.ts';
import { referenceStatisticsKernels } from '../kernels/reference/statistics/index.ts';
import { RecentlyUsed } from './recently-used.ts';
import { classificationMetrics } from './run-metrics.ts';
import type { DatasetFile, OpenSource, RunJob, RunPhase, RunResult, SampleSource } from './run-job.ts';
import { onnxRuntimeVersion } from './session.ts';

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
  readonly #kernels: RunKernels;

  /** @param kernels the plain references where none are given */
  constructor(
    openSource: OpenSource,
    kernels: RunKernels = {
      linearAlgebra: async () => referenceLinearAlgebra,
      integer: async () => referenceIntegerKernels,
      statistics: async () => referenceStatisticsKernels
    }
  ) {
    this.#openSource = openSource;
    this.#kernels = kernels;
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
        : await this.#reference(job, prepared, dataset, samples, signal);
    const network = await this.#network(job, prepared, onProgress, signal, say);
    onProgress('evaluating', 0);
    const report = (fraction: number) => onProgress('evaluating', fraction);
    const { executor } = network;
    const { logits, classes } = await this.#evaluated(executor, prepared, dataset, samples, report, signal);
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
        bops: bitOperations(prepared.analysis, network.plan)
      },
      layers: network.layers(),
      logitsHash: createHash('sha256').update(bytesOf(logits)).digest('hex'),
      durationSeconds: (performance.now() - started) / 1000,
      log,
      versions: {
        node: process.versions.node,
        onnxRuntime: onnxRuntimeVersion,
        processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} threads`,
        kernels: network.kernels,
        platform: `${process.platform}-${process.arch}`
      }
    };
  }

  #prepared(job: RunJob): Promise<PreparedModel> {
    return this.#models.getOrCreate(job.model.hash, async () =>
      prepareModel(await readModelFile(job.model.path, job.model.hash, job.model.hash))
    );
  }

  #dataset(file: DatasetFile): Promise<SampleSource> {
    return this.#datasets.getOrCreate(datasetKey(file), () => this.#openSource(file));
  }

  /** The float network's logits on the samples of a job; computed where no float run of this process left them. */
  async #reference(
    job: RunJob,
    prepared: PreparedModel,
    dataset: SampleSource,
    samples: number,
    signal: AbortSignal
  ): Promise<Float32Array> {
    const key = floatKey(job, samples);
    const known = this.#floatLogits.get(key);
    if (known !== undefined) return known;
    const executor = await graphExecutor(prepared.model, prepared.analysis.input.shape, job.threads);
    const { logits } = await this.#evaluated(executor, prepared, dataset, samples, () => {}, signal);
    this.#floatLogits.set(key, logits);
    return logits;
  }

  /** Evaluates and releases an executor. */
  async #evaluated(
    executor: Executor,
    prepared: PreparedModel,
    dataset: SampleSource,
    samples: number,
    onProgress: (fraction: number) => void,
    signal: AbortSignal
  ) {
    try {
      const batch = evaluationBatch(prepared.analysis);
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
    return executableNetwork(configuration, network, this.#kernels.integer, threads, say);
  }

  /** Prepares and calibrates a network, and chooses its quantizers. */
  async #quantized(
    job: RunJob,
    prepared: PreparedModel,
    onProgress: (phase: RunPhase, fraction: number) => void,
    signal: AbortSignal,
    say: (text: string) => void
  ): Promise<QuantizedNetwork> {
    const { configuration } = job;
    const { analysis } = prepared;
    const { model, pairs } = this.#preparedFor(job, prepared);
    if (pairs !== null) say(`Equalized ${pairs} pairs of layers.`);
    const { calibrate } = job;
    if (calibrate === null) {
      throw new BitlabError('CONFIGURATION_CONFLICT', {
        reason: `Arithmetic ${configuration.arithmetic} needs calibration data`,
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
    const demands = demandsOf(configuration, analysis);
    const report = (fraction: number) => onProgress('calibrating', fraction);
    const passed = await calibration.collect(demands, job.threads, report, signal);
    say(passed > 0 ? `Calibrated on ${passed} samples.` : 'Used the calibration of an earlier run.');

    signal.throwIfAborted();
    onProgress('quantizing', 0);
    const samples = Math.min(job.calibrationSamples, calibrationSet.samples);
    const passes = { source: calibrationSet, samples, threads: job.threads, signal };
    const ranges = await this.#ranges(configuration, key, model, analysis, calibration, passes, onProgress);
    const nearest = planQuantization(model, analysis, configuration, calibration, { ranges });
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
  #preparedFor(job: RunJob, { model, analysis }: PreparedModel): EqualizedNetwork {
    if (!job.configuration.prepare.includes('cross-layer-equalization')) return { model, pairs: null };
    return this.#equalized.getOrCreate(job.model.hash, () => {
      const equalized = equalizeCrossLayer(model, analysis.layers);
      return { model: equalized.model, pairs: equalized.pairs.length };
    });
  }
}

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

function requireFit(job: RunJob, prepared: PreparedModel, dataset: SampleSource): void {
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

function requireShape(job: RunJob, prepared: PreparedModel, dataset: SampleSource, name: string): void {
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
const floatKey = (job: RunJob, samples: number) =>
  `${job.model.hash} ${datasetKey(job.evaluate)} ${samples} ${job.threads}`;

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
