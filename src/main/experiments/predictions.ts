import { BitlabError } from '../../contract/index.ts';
import type { Notebook, StoredPredictions } from '../store/index.ts';

/** Where a finished run's predictions are. Throws RUN_NOT_FOUND, RUN_NOT_FINISHED. */
export function finishedPredictions(notebook: Notebook, id: string): StoredPredictions {
  const stored = notebook.predictions.ofRun(id);
  if (stored !== null) return stored;
  const run = notebook.runs.get(id);
  if (run === null) throw new BitlabError('RUN_NOT_FOUND', { id });
  throw new BitlabError('RUN_NOT_FINISHED', { id, status: run.status });
}

/** Whether each sample was classified rightly: 1 or 0. */
export async function correctness(notebook: Notebook, stored: StoredPredictions): Promise<Uint8Array> {
  const predicted = await notebook.predictions.predicted(stored);
  const labels = await notebook.predictions.labels(stored);
  return Uint8Array.from(labels, (label, sample) => Number(predicted[sample] === label));
}
