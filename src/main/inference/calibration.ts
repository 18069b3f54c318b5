import { BitlabError } from '../../contract/index.ts';
import type { SampleSource } from './run-job.ts';
import { withOutputs, type GraphAnalysis, type Model, writeModel } from '../graph/index.ts';
import { referenceStatisticsKernels } from '../kernels/reference/statistics/index.ts';
import type { StatisticsKernels } from '../kernels/statistics-kernels.ts';
import { createObserver, observerAs, observerKey } from '../quantization/index.ts';
import type { Observer, ObserverDialect, ObserverKind } from '../quantization/index.ts';
import { GatheredTensors } from './gathered-tensors.ts';
import { describeNonFinite, firstNonFiniteSample } from './non-finite.ts';
import { openSession } from './session.ts';

/** Samples in a calibration batch, as in PyTorch's reference run; fewer where the activations of 64 would not fit. */
const calibrationBatch = 64;
/** Bytes of activations that one batch may take. */
const activationBytes = 512 * 2 ** 20;
/** Bytes of activations that are computed at once: larger allocations go back to the system each time, and come zeroed page by page. */
const partBytes = 16 * 2 ** 20;

/** What one observer is asked to collect: the group of points that share a range, and the kind of statistics. */
export interface Demand {
  readonly group: string;
  readonly kind: ObserverKind;
  readonly dialect: ObserverDialect;
}

/**
 * The statistics of a model's activations on one calibration set. Each kind of statistics of each group of points is
 * collected once, however many configurations ask for it.
 */
export class Calibration {
  readonly #model: Model;
  readonly #analysis: GraphAnalysis;
  readonly #dataset: SampleSource;
  readonly #samples: number;
  readonly #kernels: StatisticsKernels;
  readonly #observers = new Map<string, Observer>();

  /**
   * @param samples how many samples from the start of `dataset` are used @param name the data set's, for messages
   * @param kernels the plain ones by default
   */
  constructor(
    model: Model,
    analysis: GraphAnalysis,
    dataset: SampleSource,
    samples: number,
    name: string,
    kernels: StatisticsKernels = referenceStatisticsKernels
  ) {
    this.#model = model;
    this.#analysis = analysis;
    this.#dataset = dataset;
    this.#kernels = kernels;
    this.#samples = Math.min(samples, dataset.samples);
    if (this.#samples < 2) {
      throw new BitlabError('CALIBRATION_TOO_FEW', { samples: this.#samples, dataset: name });
    }
  }

  /** What was collected for a demand; `collect` must have been asked for it. */
  observer(demand: Demand): Observer {
    const observer = this.#observers.get(keyOf(demand));
    if (observer === undefined) throw new Error(`${demand.group} was not observed`);
    return observerAs(observer, demand.kind);
  }

  /**
   * Collects what is asked for and not known yet, in one pass over the samples.
   * @returns the number of samples that were passed through the network, 0 where everything was known
   */
  async collect(
    demands: readonly Demand[],
    threads: number,
    onProgress: (fraction: number) => void,
    signal: AbortSignal
  ): Promise<number> {
    const fresh = new Map<string, Observer>();
    const watchers = new Map<string, Observer[]>();
    for (const demand of demands) {
      const key = keyOf(demand);
      if (this.#observers.has(key) || fresh.has(key)) continue;
      const observer = createObserver(demand.kind, demand.dialect, null, this.#kernels);
      fresh.set(key, observer);
      for (const point of this.#analysis.points) {
        if (point.group !== demand.group || point.inherits !== null) continue;
        watchers.set(point.tensor, [...(watchers.get(point.tensor) ?? []), observer]);
      }
    }
    if (fresh.size === 0) return 0;

    const tensors = [...watchers.keys()];
    const input = this.#analysis.input.name;
    const outputs = tensors.filter((tensor) => tensor !== input);
    const session = await openSession(writeModel(withOutputs(this.#model, outputs)), { threads });
    const batch = this.#batchSize(tensors);
    const part = Math.max(1, Math.min(batch, Math.floor(partBytes / this.#bytesOfSample(tensors))));
    const gathered = new GatheredTensors(batch);
    /** A part of the batch at a time. */
    const compute = async (pictures: Float32Array, count: number) => {
      const { shape } = this.#analysis.input;
      const size = pictures.length / count;
      for (let start = 0; start < count; start += part) {
        const end = Math.min(start + part, count);
        const results = await session.run(
          pictures.subarray(start * size, end * size),
          [end - start, ...shape],
          outputs.length > 0 ? outputs : undefined
        );
        for (const tensor of outputs)
          gathered.put(tensor, results.get(tensor)!.data as Float32Array, start, end);
      }
    };
    try {
      for (let start = 0; start < this.#samples; start += batch) {
        signal.throwIfAborted();
        const count = Math.min(batch, this.#samples - start);
        const pictures = await this.#dataset.batch(start, count);
        await compute(pictures, count);
        for (const [tensor, observers] of watchers) {
          const values = tensor === input ? pictures : gathered.of(tensor);
          const statistics = this.#kernels.statisticsOf(values);
          if (!statistics.extent.allFinite) throw await this.#notFinite(values, start, count);
          for (const observer of observers) observer.observe(values, [values.length], statistics);
        }
        onProgress((start + count) / this.#samples);
      }
    } finally {
      await session.release();
    }
    for (const [key, observer] of fresh) this.#observers.set(key, observer);
    return this.#samples;
  }

  #batchSize(tensors: readonly string[]): number {
    return Math.max(
      2,
      Math.min(calibrationBatch, Math.floor(activationBytes / this.#bytesOfSample(tensors)))
    );
  }

  #bytesOfSample(tensors: readonly string[]): number {
    return tensors.reduce((sum, tensor) => sum + 4 * (this.#analysis.elements.get(tensor) ?? 0), 1);
  }

  /** @param values of a tensor, some of them not finite, for `count` samples from `start` on */
  #notFinite(values: Float32Array, start: number, count: number): Promise<BitlabError> {
    const sample = start + firstNonFiniteSample(values, values.length / count)!;
    const inputShape = this.#analysis.input.shape;
    return describeNonFinite(this.#model, this.#dataset, sample, inputShape, 'calibration sample');
  }
}

const keyOf = (demand: Demand) => `${observerKey(demand.kind, demand.dialect)} ${demand.group}`;
