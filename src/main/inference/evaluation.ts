import type { SampleSource } from './run-job.ts';
import type { Session } from './session.ts';

/** Samples in one batch of an evaluation. Fixed, so that a run can be computed again bit for bit. */
export const evaluationBatch = 50;

/**
 * Passes the first `samples` pictures through a network.
 * @param inputShape the network's input for one sample, without the batch dimension
 * @returns the logits, samples x classes, row-major
 */
export async function evaluate(
  session: Session,
  dataset: SampleSource,
  samples: number,
  inputShape: readonly number[],
  onProgress: (fraction: number) => void,
  signal: AbortSignal
): Promise<{ logits: Float32Array; classes: number }> {
  const output = session.outputNames[0]!;
  let logits = new Float32Array(0);
  let classes = 0;
  // The next batch is prepared while ONNX Runtime computes the present one.
  let next = dataset.batch(0, Math.min(evaluationBatch, samples));
  for (let start = 0; start < samples; start += evaluationBatch) {
    signal.throwIfAborted();
    const count = Math.min(evaluationBatch, samples - start);
    const computing = session.run(next, [count, ...inputShape], [output]);
    const following = start + count;
    if (following < samples) next = dataset.batch(following, Math.min(evaluationBatch, samples - following));
    const values = (await computing).get(output)!.data as Float32Array;
    if (start === 0) {
      classes = values.length / count;
      logits = new Float32Array(samples * classes);
    }
    logits.set(values, start * classes);
    onProgress(following / samples);
  }
  return { logits, classes };
}
