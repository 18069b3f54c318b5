import type { Preprocessing } from '../../contract/index.ts';
import { argmaxRows } from '../numeric/classification.ts';
import { chosenPictures } from './drawn-source.ts';
import { evaluationBatch } from './evaluation.ts';
import { graphExecutor, type Executor } from './executor.ts';
import { requireFit } from './model-data-fit.ts';
import type { PreparedModel } from './prepared-model.ts';
import type { DatasetFile } from './run-job.ts';
import type { SharedWork } from './shared-work.ts';

/** A model, a data set, and other ways to preprocess it. */
export interface FitJob {
  readonly model: { readonly name: string; readonly path: string; readonly hash: string };
  readonly evaluate: DatasetFile;
  /** How many samples are looked at, at most. */
  readonly samples: number;
  /** Others that move no pixels: another scale, mean, deviation or order of channels. */
  readonly others: readonly Preprocessing[];
  readonly threads: number;
}

/** What was counted on samples from all over the data set. */
export interface FitMeasure {
  readonly samples: number;
  /** Hits with the data set's own preprocessing, and with each of the others. */
  readonly correct: number;
  readonly othersCorrect: readonly number[];
  /** How often the commonest label occurs among them. */
  readonly commonest: number;
  readonly inputs: {
    readonly minimum: number;
    readonly maximum: number;
    readonly mean: number;
    readonly deviation: number;
  };
}

/**
 * The float network on a few samples, evenly from all over the data set: sets are often sorted by class.
 * @throws MODEL_DATA_MISMATCH
 */
export async function measureFit(job: FitJob, shared: SharedWork, signal: AbortSignal): Promise<FitMeasure> {
  const prepared = await shared.prepared(job);
  const source = await shared.dataset(job.evaluate);
  requireFit(job, prepared, source);
  const chosen = evenlyFrom(source.samples, job.samples);
  const labels = chosen.map((sample) => source.labels[sample]!);
  const executor = await graphExecutor(prepared.model, prepared.analysis.input.shape, job.threads);
  try {
    // Read once: what other numbers make of the same pixels follows from these, and large files are not opened for each.
    const pictures = await chosenPictures(source, Int32Array.from(chosen));
    const count = (values: Float32Array) => hits(values, labels, prepared, executor, signal);
    const othersCorrect: number[] = [];
    for (const other of job.others)
      othersCorrect.push(
        await count(renormalized(pictures, source.shape, job.evaluate.preprocessing, other))
      );
    return {
      samples: chosen.length,
      correct: await count(pictures),
      othersCorrect,
      commonest: Math.max(...[...Map.groupBy(labels, (label) => label).values()].map(({ length }) => length)),
      inputs: spread(pictures)
    };
  } finally {
    await executor.release();
  }
}

/** So many of the numbers from 0 to `all` - 1, each from the middle of its share. */
function evenlyFrom(all: number, wanted: number): number[] {
  const count = Math.min(all, wanted);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * all) / count));
}

/**
 * What another scale, mean, deviation or order of channels gives of the same pixels, but for the rounding of float32.
 * @param values of samples x channels x height x width, preprocessed by `from` @param shape channels, height, width
 */
function renormalized(
  values: Float32Array,
  [channels = 1, height = 1, width = 1]: readonly number[],
  from: Preprocessing,
  to: Preprocessing
): Float32Array {
  const pixels = height * width;
  const isTurned = (from.channels === 'bgr') !== (to.channels === 'bgr');
  const at = (list: readonly number[], channel: number) => list[list.length === 1 ? 0 : channel]!;
  return values.map((_, i) => {
    const channel = Math.floor(i / pixels) % channels;
    const own = isTurned ? channels - 1 - channel : channel;
    const value = values[i + (own - channel) * pixels]!;
    const pixel = (value * at(from.std, own) + at(from.mean, own)) / from.scale;
    return (pixel * to.scale - at(to.mean, channel)) / at(to.std, channel);
  });
}

/** How many of the samples are named right. @param pictures samples x the network's input, row-major */
async function hits(
  pictures: Float32Array,
  labels: readonly number[],
  { analysis }: PreparedModel,
  executor: Executor,
  signal: AbortSignal
): Promise<number> {
  const batch = evaluationBatch(analysis);
  const size = pictures.length / labels.length;
  let correct = 0;
  for (let start = 0; start < labels.length; start += batch) {
    signal.throwIfAborted();
    const end = Math.min(start + batch, labels.length);
    const logits = await executor.infer(pictures.subarray(start * size, end * size), end - start);
    argmaxRows(logits, logits.length / (end - start)).forEach((predicted, i) => {
      if (predicted === labels[start + i]) correct++;
    });
  }
  return correct;
}

function spread(values: Float32Array): FitMeasure['inputs'] {
  let [minimum, maximum, sum, squares] = [Infinity, -Infinity, 0, 0];
  for (const value of values) {
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { minimum, maximum, mean, deviation: Math.sqrt(Math.max(0, squares / values.length - mean * mean)) };
}
