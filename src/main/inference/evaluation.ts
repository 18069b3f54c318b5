import type { GraphAnalysis } from '../graph/index.ts';
import type { Executor } from './executor.ts';
import type { SampleSource } from './run-job.ts';

const largestBatch = 50;
/** Values of the largest activation of a batch: beyond this, batches leave the caches and get slower. */
const largestActivation = 2 ** 21;

/** Samples in one batch of an evaluation. It depends on the network only, so that a run can be computed again bit for bit. */
export function evaluationBatch(analysis: GraphAnalysis): number {
  const largest = Math.max(...analysis.elements.values());
  return Math.max(1, Math.min(largestBatch, Math.floor(largestActivation / largest)));
}

/**
 * Passes the first `samples` pictures through a network.
 * @param batch samples in one batch
 * @returns the logits, samples x classes, row-major
 */
export async function evaluate(
  executor: Executor,
  source: SampleSource,
  samples: number,
  batch: number,
  onProgress: (fraction: number) => void,
  signal: AbortSignal
): Promise<{ logits: Float32Array; classes: number }> {
  let logits = new Float32Array(0);
  let classes = 0;
  let next = source.batch(0, Math.min(batch, samples));
  for (let start = 0; start < samples; start += batch) {
    signal.throwIfAborted();
    const count = Math.min(batch, samples - start);
    const pictures = await next;
    const following = start + count;
    const computing = executor.infer(pictures, count, start, signal);
    // The next pictures are read and decoded meanwhile; should that fail, it is heard of in their turn.
    if (following < samples) {
      next = source.batch(following, Math.min(batch, samples - following));
      next.catch(() => undefined);
    }
    const values = await computing;
    if (start === 0) {
      classes = values.length / count;
      logits = new Float32Array(samples * classes);
    }
    logits.set(values, start * classes);
    onProgress(following / samples);
  }
  return { logits, classes };
}
