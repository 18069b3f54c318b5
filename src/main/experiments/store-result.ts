import type { Provenance } from '../../contract/index.ts';
import { argmaxRows } from '../numeric/classification.ts';
import { filesOf } from '../store/index.ts';
import type { RunJob, RunResult } from './computer.ts';
import { timestamp, type Context } from './context.ts';
import { withPauses } from './pauses.ts';

/** Writes all that a run found, in one transaction that is on the disk when this returns. */
export async function storeResult(context: Context, job: RunJob, result: RunResult): Promise<void> {
  const { notebook } = context;
  const { logits, labels, classes } = result;
  if (logits.length !== labels.length * classes) {
    throw new Error(`${logits.length} logits for ${labels.length} labels of ${classes} classes`);
  }
  const received = await notebook.predictions.receive(
    logits,
    await predictedClasses(logits, classes),
    labels,
    result.drawn
  );
  try {
    notebook.durably(() => {
      const at = timestamp(context);
      notebook.predictions.insert(job.runId, received, at);
      notebook.metrics.insert(job.runId, result.metrics);
      notebook.layerResults.insert(job.runId, result.layers);
      notebook.runLogs.insert(job.runId, result.log);
      notebook.provenance.insert(job.runId, provenanceOf(context, job, result));
      notebook.runs.finished(job.runId, at, result.durationSeconds);
    });
  } finally {
    await Promise.all(filesOf(received).map((file) => file.discard()));
  }
}

/** The class with the largest logit of each row, in pieces between which others get their turn. */
async function predictedClasses(logits: Float32Array, classes: number): Promise<Int32Array> {
  const predicted = new Int32Array(logits.length / classes);
  const rowsAtOnce = Math.max(1, Math.floor(1_000_000 / classes));
  const starts = Array.from({ length: Math.ceil(predicted.length / rowsAtOnce) }, (_, i) => i * rowsAtOnce);
  for await (const start of withPauses(starts)) {
    const end = Math.min(start + rowsAtOnce, predicted.length);
    predicted.set(argmaxRows(logits.subarray(start * classes, end * classes), classes), start);
  }
  return predicted;
}

function provenanceOf(context: Context, job: RunJob, result: RunResult): Omit<Provenance, 'replays'> {
  return {
    bitlab: context.version,
    ...result.versions,
    threads: job.threads,
    modelHash: job.model.hash,
    datasetHash: job.evaluate.hash,
    calibrationHash: job.calibrate?.hash ?? null,
    calibrationSamples: job.calibrate === null ? 0 : job.calibrationSamples,
    logitsHash: result.logitsHash
  };
}
