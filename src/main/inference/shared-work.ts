import { BitlabError } from '../../contract/index.ts';
import { equalizeCrossLayer, type Model } from '../graph/index.ts';
import { Calibration, type Demand } from './calibration.ts';
import { evaluate, evaluationBatch } from './evaluation.ts';
import { graphExecutor, type Executor } from './executor.ts';
import { requireShape } from './model-data-fit.ts';
import { prepareModel, readModelFile, type PreparedModel } from './prepared-model.ts';
import { RecentlyUsed } from './recently-used.ts';
import type { DatasetFile, OpenSource, RunPhase, SampleSource } from './run-job.ts';
import type { RunKernels } from './run-kernels.ts';
import type { SensitivityJob } from './sensitivity/sensitivity-job.ts';

/** Who follows a computation: progress of its phases, a signal that ends it, and sentences for a log. */
export interface Watch {
  readonly onProgress: (phase: RunPhase, fraction: number) => void;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** A network as its configuration prepares it, and how many pairs of layers were equalized, or null. */
export interface EqualizedNetwork {
  readonly model: Model;
  readonly pairs: number | null;
}

/** Statistics, the samples that they are of, and the key of what else depends on nothing but these. */
export interface CalibratedNetwork {
  readonly calibration: Calibration;
  readonly key: string;
  readonly calibrationSet: SampleSource;
}

/** What runs have in common, kept from one to the next: prepared models, open data sets, statistics, the float network's logits. */
export class SharedWork {
  readonly #openSource: OpenSource;
  readonly #kernels: Pick<RunKernels, 'statistics'>;
  readonly #models = new RecentlyUsed<Promise<PreparedModel>>(4);
  readonly #datasets = new RecentlyUsed<Promise<SampleSource>>(4);
  readonly #calibrations = new RecentlyUsed<Calibration>(8);
  readonly #floatLogits = new RecentlyUsed<Float32Array>(16);
  readonly #equalized = new RecentlyUsed<EqualizedNetwork>(4);

  constructor(openSource: OpenSource, kernels: Pick<RunKernels, 'statistics'>) {
    this.#openSource = openSource;
    this.#kernels = kernels;
  }

  prepared({ model: { hash, path } }: Pick<SensitivityJob, 'model'>): Promise<PreparedModel> {
    return this.#models.getOrCreate(hash, async () => prepareModel(await readModelFile(path, hash, hash)));
  }

  dataset(file: DatasetFile): Promise<SampleSource> {
    return this.#datasets.getOrCreate(datasetKey(file), () => this.#openSource(file));
  }

  /** The float network's logits on the samples of a job; computed where no float run of this process left them. */
  async reference(
    job: SensitivityJob,
    { model, analysis }: PreparedModel,
    source: SampleSource,
    samples: number,
    onProgress: (fraction: number) => void,
    signal: AbortSignal
  ): Promise<Float32Array> {
    const known = this.#floatLogits.get(floatKey(job, samples));
    if (known !== undefined) return known;
    const executor = await graphExecutor(model, analysis.input.shape, job.threads);
    const batch = evaluationBatch(analysis);
    const { logits } = await evaluateOnce(executor, batch, source, samples, onProgress, signal);
    this.keepReference(job, samples, logits);
    return logits;
  }

  /** What a float run found serves the runs after it. */
  keepReference(job: SensitivityJob, samples: number, logits: Float32Array): void {
    this.#floatLogits.set(floatKey(job, samples), logits);
  }

  /** The network as a configuration prepares it. */
  preparedFor(job: SensitivityJob, { model, analysis }: PreparedModel): EqualizedNetwork {
    if (!job.configuration.prepare.includes('cross-layer-equalization')) return { model, pairs: null };
    return this.#equalized.getOrCreate(job.model.hash, () => {
      const equalized = equalizeCrossLayer(model, analysis.layers);
      return { model: equalized.model, pairs: equalized.pairs.length };
    });
  }

  /**
   * The statistics that a configuration demands of the network as it is prepared for it.
   * @throws CONFIGURATION_CONFLICT without calibration data; MODEL_DATA_MISMATCH
   */
  async calibrated(
    job: SensitivityJob,
    prepared: PreparedModel,
    demands: readonly Demand[],
    { onProgress, signal, say }: Watch
  ): Promise<CalibratedNetwork> {
    const { model, pairs } = this.preparedFor(job, prepared);
    const { calibrate } = job;
    if (calibrate === null) {
      throw new BitlabError('CONFIGURATION_CONFLICT', {
        reason: `Arithmetic ${job.configuration.arithmetic} needs calibration data`,
        advice: 'Set data.calibrate to a data set.'
      });
    }
    onProgress('calibrating', 0);
    const calibrationSet = await this.dataset(calibrate);
    requireShape(job, prepared, calibrationSet, calibrate.name);
    const prepareKey = pairs === null ? '' : ' equalized';
    const key = `${job.model.hash}${prepareKey} ${datasetKey(calibrate)} ${job.calibrationSamples}`;
    const statistics = await this.#kernels.statistics();
    const { analysis } = prepared;
    const { calibrationSamples: samples } = job;
    const calibration = this.#calibrations.getOrCreate(
      key,
      () => new Calibration(model, analysis, calibrationSet, samples, calibrate.name, statistics)
    );
    const report = (fraction: number) => onProgress('calibrating', fraction);
    const passed = await calibration.collect(demands, job.threads, report, signal);
    say(passed > 0 ? `Calibrated on ${passed} samples.` : 'Used the calibration of an earlier run.');
    return { calibration, key, calibrationSet };
  }
}

/** Evaluates an executor and releases it. @param batch samples in one batch */
export async function evaluateOnce(
  executor: Executor,
  batch: number,
  source: SampleSource,
  samples: number,
  onProgress: (fraction: number) => void,
  signal: AbortSignal
) {
  try {
    return await evaluate(executor, source, samples, batch, onProgress, signal);
  } finally {
    await executor.release();
  }
}

/** Tells data sets apart, preprocessing included. */
export const datasetKey = (file: DatasetFile) => `${file.hash} ${JSON.stringify(file.preprocessing)}`;
const floatKey = (job: SensitivityJob, samples: number) =>
  `${job.model.hash} ${datasetKey(job.evaluate)} ${samples} ${JSON.stringify(job.draw ?? null)} ${job.threads}`;
