import { createHash } from 'node:crypto';
import {
  BitlabError,
  describeDraw,
  withoutHardwareErrors,
  type IdentityCheck
} from '../../contract/index.ts';
import { referenceAcceleratorKernels } from '../kernels/reference/accelerator-layer.ts';
import { referenceIntegerKernels } from '../kernels/reference/integer-layer.ts';
import { referenceLinearAlgebra } from '../kernels/reference/linear-algebra/index.ts';
import { referenceStatisticsKernels } from '../kernels/reference/statistics/index.ts';
import type { HardwareSources } from './accelerator-context.ts';
import { acceleratorMetrics } from './accelerator-cost.ts';
import { acceleratorBatch } from './accelerator-network.ts';
import { drawnSource } from './drawn-source.ts';
import { evaluationBatch } from './evaluation.ts';
import { executableNetwork, type ExecutableNetwork, type QuantizedNetwork } from './executable-network.ts';
import { graphExecutor, type Executor } from './executor.ts';
import { integerExecutor } from './integer-executor.ts';
import { integerSettings } from './integer-settings.ts';
import type { ObservedNetwork, ObservedPictures } from './layer-histograms.ts';
import { machineVersions } from './machine-versions.ts';
import { averageWeightBits, bitOperations, modelSizeBits } from './model-cost.ts';
import { requireFit, requireShape } from './model-data-fit.ts';
import { measureFit, type FitJob, type FitMeasure } from './measure-fit.ts';
import { NetworkOnHardware } from './network-on-hardware.ts';
import { NetworkQuantizer } from './network-quantizer.ts';
import { describeNonFinite, firstNonFiniteSample } from './non-finite.ts';
import type { PreparedModel } from './prepared-model.ts';
import { demandsOf, floatLayers } from './quantization-plan.ts';
import type { OpenMeasurement, OpenSource, RunJob, RunResult, SampleSource } from './run-job.ts';
import type { RunKernels } from './run-kernels.ts';
import { classificationMetrics } from './run-metrics.ts';
import type { Ground } from './sensitivity/measure-unit.ts';
import type { SensitivityJob } from './sensitivity/sensitivity-job.ts';
import { evaluateOnce, SharedWork, type Watch } from './shared-work.ts';

/** Computes runs, and gives what else is asked of their networks. */
export class RunComputation {
  readonly #kernels: RunKernels;
  readonly #shared: SharedWork;
  readonly #quantizer: NetworkQuantizer;
  readonly #hardware: NetworkOnHardware;

  /**
   * @param kernels the plain references where none are given
   * @param hardware what configurations of accelerators refer to
   * @param openMeasurement reads the tables that jobs bring, which take the place of those of `hardware`
   */
  constructor(
    openSource: OpenSource,
    kernels: Partial<RunKernels> = {},
    hardware?: HardwareSources,
    openMeasurement: OpenMeasurement | null = null
  ) {
    this.#kernels = { ...plainKernels, ...kernels };
    this.#shared = new SharedWork(openSource, this.#kernels);
    this.#quantizer = new NetworkQuantizer(this.#shared, this.#kernels);
    this.#hardware = new NetworkOnHardware(this.#shared, this.#kernels, hardware, openMeasurement);
  }

  /** @throws BitlabError; an aborted `signal` rejects with RUN_CANCELLED */
  async compute(job: RunJob, onProgress: Watch['onProgress'], signal: AbortSignal): Promise<RunResult> {
    return cancellable(signal, () => this.#compute(job, onProgress, signal));
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
    const { prepared, source, samples } = await this.#evaluated(job);
    return { network: await this.#quantizer.quantized(job, prepared, unwatched(signal)), source, samples };
  }

  /**
   * What sensitivities are measured from: the float network with its logits, and the statistics of its activations. Whatever an
   * earlier run or an earlier call of this process left is used again.
   * @throws BitlabError; an aborted `signal` rejects with RUN_CANCELLED
   */
  async ground(job: SensitivityJob, onProgress: Watch['onProgress'], signal: AbortSignal): Promise<Ground> {
    return cancellable(signal, async () => {
      onProgress('preparing', 0);
      const { prepared, source, samples } = await this.#evaluated(job);
      const { analysis } = prepared;
      const demands = demandsOf(job.configuration, analysis);
      const watch = { ...unwatched(signal), onProgress };
      const { calibration } = await this.#shared.calibrated(job, prepared, demands, watch);
      onProgress('evaluating', 0);
      const report = (fraction: number) => onProgress('evaluating', fraction);
      const logits = await this.#shared.reference(job, prepared, source, samples, report, signal);
      const bad = firstNonFiniteSample(logits, logits.length / samples);
      if (bad !== null) throw await describeNonFinite(prepared.model, source, bad, analysis.input.shape);
      const { model } = this.#shared.preparedFor(job, prepared);
      const labels = source.labels.slice(0, samples);
      return { model, analysis, calibration, source, samples, labels, logits };
    });
  }

  /** Hardware without errors against exact integers, on the first samples of a job of accelerator arithmetic. */
  identity(job: RunJob, samples: number, signal: AbortSignal): Promise<IdentityCheck> {
    return cancellable(signal, async () => {
      const { network, source, samples: all } = await this.quantize(job, signal);
      const configuration = withoutHardwareErrors(job.configuration);
      const count = Math.min(samples, all);
      const settings = integerSettings(configuration);
      const kernels = await this.#kernels.integer();
      const hardware = await this.#hardware.executable({ ...job, configuration }, network, unwatched(signal));
      const integers = await integerExecutor(network, kernels, settings, { threads: job.threads });
      const batch = acceleratorBatch(network);
      const bitsOf = async (executor: Executor) => {
        const { logits } = await evaluateOnce(executor, batch, source, count, () => {}, signal);
        return new Uint32Array(logits.buffer, logits.byteOffset, logits.length);
      };
      const found = await bitsOf(hardware.executor);
      const expected = await bitsOf(integers);
      const differing = found.reduce((sum, bits, i) => sum + (bits === expected[i] ? 0 : 1), 0);
      return { samples: count, logits: found.length, differing };
    });
  }

  /** How a model does on a few samples of a data set, preprocessed in several ways. @throws MODEL_DATA_MISMATCH */
  fit(job: FitJob, signal: AbortSignal): Promise<FitMeasure> {
    return cancellable(signal, () => measureFit(job, this.#shared, signal));
  }

  /**
   * The network of a job before its weights are rounded, its quantizers, which do not depend on how they are, and the pictures
   * that ranges were found on; in float, those that it was evaluated on where it has no others.
   */
  async observe(
    job: RunJob,
    signal: AbortSignal
  ): Promise<{ readonly network: ObservedNetwork; readonly pictures: ObservedPictures }> {
    const prepared = await this.#shared.prepared(job);
    const file = job.calibrate ?? job.evaluate;
    const source = await this.#shared.dataset(file);
    requireShape(job, prepared, source, file.name);
    const samples =
      job.calibrate === null ? source.samples : Math.min(job.calibrationSamples, source.samples);
    const pictures = { source, samples, dataset: file.name };
    if (job.configuration.arithmetic === 'float') return { network: { ...prepared, plan: null }, pictures };
    const { model, nearest } = await this.#quantizer.planned(job, prepared, unwatched(signal));
    return { network: { model, analysis: prepared.analysis, plan: nearest.plan }, pictures };
  }

  async #compute(job: RunJob, onProgress: Watch['onProgress'], signal: AbortSignal): Promise<RunResult> {
    const started = performance.now();
    const log: { at: string; text: string }[] = [];
    const say = (text: string) => log.push({ at: new Date().toISOString(), text });

    onProgress('preparing', 0);
    const { prepared, source, samples, drawn } = await this.#evaluated(job);
    const { configuration, threads } = job;
    const { analysis } = prepared;
    const how = job.draw === undefined || drawn === null ? '' : `, ${describeDraw(job.draw)},`;
    say(`Evaluating ${samples} samples${how} with ${threads} thread${threads === 1 ? '' : 's'}.`);

    const reference =
      configuration.arithmetic === 'float'
        ? null
        : await this.#shared.reference(job, prepared, source, samples, () => {}, signal);
    const network = await this.#network(job, prepared, { onProgress, signal, say });
    onProgress('evaluating', 0);
    const report = (fraction: number) => onProgress('evaluating', fraction);
    const batch =
      configuration.arithmetic === 'accelerator' ? acceleratorBatch(prepared) : evaluationBatch(analysis);
    const { logits, classes } = await evaluateOnce(network.executor, batch, source, samples, report, signal);
    const bad = firstNonFiniteSample(logits, classes);
    if (bad !== null) throw await describeNonFinite(network.model, source, bad, analysis.input.shape);
    if (reference === null) this.#shared.keepReference(job, samples, logits);

    const labels = source.labels.slice(0, samples);
    return {
      logits,
      labels,
      drawn,
      classes,
      metrics: {
        ...classificationMetrics(logits, labels, classes, reference),
        modelSizeBits: modelSizeBits(analysis, network.plan),
        averageWeightBits: averageWeightBits(analysis, network.plan),
        bops: bitOperations(analysis, network.plan),
        ...acceleratorMetrics(configuration, analysis, network.plan, say)
      },
      layers: network.layers(),
      logitsHash: createHash('sha256').update(bytesOf(logits)).digest('hex'),
      durationSeconds: (performance.now() - started) / 1000,
      log,
      versions: { ...machineVersions(), kernels: network.kernels }
    };
  }

  /** What a job evaluates, and on how many samples. @throws MODEL_DATA_MISMATCH */
  async #evaluated(job: SensitivityJob) {
    const prepared = await this.#shared.prepared(job);
    const whole = await this.#shared.dataset(job.evaluate);
    requireFit(job, prepared, whole);
    const samples = job.samples === 'all' ? whole.samples : Math.min(job.samples, whole.samples);
    if (job.draw === undefined || samples === whole.samples)
      return { prepared, source: whole, samples, drawn: null };
    return { prepared, samples, ...drawnSource(whole, samples, job.draw) };
  }

  async #network(job: RunJob, prepared: PreparedModel, watch: Watch): Promise<ExecutableNetwork> {
    const { configuration, threads } = job;
    const { model, analysis } = prepared;
    if (configuration.arithmetic === 'float') {
      const executor = await graphExecutor(model, analysis.input.shape, threads);
      return { model, plan: null, executor, kernels: 'onnxruntime', layers: () => floatLayers(analysis) };
    }
    const network = await this.#quantizer.quantized(job, prepared, watch);
    return configuration.arithmetic === 'accelerator'
      ? this.#hardware.executable(job, network, watch)
      : executableNetwork(configuration, network, this.#kernels.integer, threads, watch.say);
  }
}

const plainKernels: RunKernels = {
  linearAlgebra: async () => referenceLinearAlgebra,
  integer: async () => referenceIntegerKernels,
  statistics: async () => referenceStatisticsKernels,
  accelerator: async () => referenceAcceleratorKernels
};

const unwatched = (signal: AbortSignal): Watch => ({ onProgress: () => {}, signal, say: () => {} });

/** Whatever an aborted computation ends with, it was cancelled. */
async function cancellable<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw new BitlabError('RUN_CANCELLED');
    throw error;
  }
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
