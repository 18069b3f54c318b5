import {
  BitlabError,
  type Handlers,
  type MethodParameters,
  type Prediction,
  type Run,
  type RunDetails,
  type RunStatus
} from '../../contract/index.ts';
import { softmax, topClasses } from '../numeric/classification.ts';
import type { Notebook } from '../store/index.ts';
import { timestamp, type Context } from './context.ts';
import { parseFilter } from './filter.ts';
import { experimentWithId } from './names.ts';
import { finishedPredictions } from './predictions.ts';

/** Beyond this many classes a confusion matrix is no picture any more. */
const confusionLimit = 1000;

type RunHandlers = Pick<
  Handlers,
  | 'runs.list'
  | 'runs.get'
  | 'runs.predictions'
  | 'runs.annotate'
  | 'runs.mark'
  | 'runs.remove'
  | 'runs.restore'
  | 'runs.emptyTrash'
>;

export function runHandlers(context: Context): RunHandlers {
  const { notebook } = context;
  const changed = () => {
    context.emit({ type: 'changed', kind: 'runs' });
    context.emit({ type: 'changed', kind: 'experiments' });
  };
  return {
    'runs.list': async (input) => listRuns(notebook, input),

    'runs.get': async ({ id }) => runDetails(notebook, requireRun(notebook, id)),

    'runs.predictions': async (input) => {
      requireRun(notebook, input.id);
      return predictionRows(notebook, input);
    },

    'runs.annotate': async ({ id, starred, tags, note }) => {
      requireRun(notebook, id);
      const at = timestamp(context);
      notebook.transaction(() => {
        if (starred !== undefined) notebook.stars.set(id, starred, at);
        if (tags !== undefined) notebook.tags.set(id, tags);
        if (note !== undefined) notebook.notes.set(id, note, at);
      });
      const run = requireRun(notebook, id);
      context.emit({ type: 'run-changed', run });
      // A note is no part of a run's row.
      if (note !== undefined) context.emit({ type: 'changed', kind: 'runs' });
      return runDetails(notebook, run);
    },

    'runs.mark': async ({ ids, starred, addTags, removeTags }) => {
      requireRuns(notebook, ids);
      const at = timestamp(context);
      notebook.transaction(() => {
        for (const id of ids) {
          if (starred !== undefined) notebook.stars.set(id, starred, at);
          notebook.tags.remove(id, removeTags);
          notebook.tags.add(id, addTags);
        }
      });
      context.emit({ type: 'changed', kind: 'runs' });
      return { done: true };
    },

    'runs.remove': async ({ ids }) => {
      for (const [id, status] of requireRuns(notebook, ids)) refuseActive(notebook, id, status);
      notebook.transaction(() => notebook.trash.removeRuns(ids, timestamp(context)));
      changed();
      return { done: true };
    },

    'runs.restore': async ({ ids }) => {
      requireRuns(notebook, ids);
      notebook.transaction(() => notebook.trash.restoreRuns(ids));
      changed();
      context.emit({ type: 'changed', kind: 'models' });
      context.emit({ type: 'changed', kind: 'datasets' });
      return { done: true };
    },

    'runs.emptyTrash': async () => {
      const removed = notebook.transaction(() => {
        const count = notebook.trash.empty();
        notebook.layerResults.sweep();
        return count;
      });
      await notebook.blobs.sweep();
      changed();
      return { removed };
    }
  };
}

/** Runs of an experiment or of the notebook that fit a filter. Throws EXPERIMENT_NOT_FOUND, FILTER_INVALID. */
export function listRuns(
  notebook: Notebook,
  selection: { experimentId?: string | undefined; where?: string | undefined; trash?: boolean }
): Run[] {
  const { experimentId, where, trash } = selection;
  if (experimentId !== undefined) experimentWithId(notebook, experimentId);
  const condition = parseFilter(where ?? '', notebook.metrics.names()) ?? undefined;
  return notebook.runTable.list({ experimentId, condition, trash: trash ?? false });
}

/**
 * A run that Bitlab computed or is to compute.
 * @param wanted what is to be done with it, for the sentence that refuses imported ones
 * @throws RUN_NOT_FOUND, RUN_IMPORTED
 */
export function requireRun(notebook: Notebook, id: string, wanted = 'looked into'): Run {
  const run = notebook.runTable.get(id);
  if (run !== null) return run;
  const imported = notebook.importedRuns.get(id);
  if (imported === null) throw new BitlabError('RUN_NOT_FOUND', { id });
  throw new BitlabError('RUN_IMPORTED', { name: imported.name, file: imported.fileName, wanted });
}

/** The status of each run. Throws RUN_NOT_FOUND. */
function requireRuns(notebook: Notebook, ids: readonly string[]): Map<string, RunStatus> {
  const statuses = notebook.runTable.statuses(ids);
  for (const id of ids) if (!statuses.has(id)) throw new BitlabError('RUN_NOT_FOUND', { id });
  return statuses;
}

function refuseActive(notebook: Notebook, id: string, status: RunStatus): void {
  if (status !== 'queued' && status !== 'running') return;
  const name = notebook.experiments.ofRun(id)[0]?.name ?? id;
  throw new BitlabError('EXPERIMENT_RUNNING', { name });
}

async function runDetails(notebook: Notebook, run: Run): Promise<RunDetails> {
  const stored = notebook.runs.get(run.id)!;
  const dataset = notebook.datasets.get(stored.datasetId)!;
  const calibration =
    stored.calibrationDatasetId === null ? null : notebook.datasets.get(stored.calibrationDatasetId);
  return {
    ...run,
    ...(stored.draw === null ? {} : { draw: stored.draw }),
    calibrationDataset: calibration?.name ?? null,
    baselineId: notebook.runs.baselineOf(stored),
    layers: notebook.layerResults.ofRun(run.id),
    confusion: await confusionMatrix(notebook, run.id),
    classNames: dataset.classNames,
    provenance: notebook.provenance.ofRun(run.id),
    log: notebook.runLogs.ofRun(run.id),
    note: notebook.notes.ofRun(run.id),
    experiments: notebook.experiments.ofRun(run.id)
  };
}

/** confusion[label][prediction], or null where the run has no predictions or too many classes to look at. */
async function confusionMatrix(notebook: Notebook, runId: string): Promise<number[][] | null> {
  const stored = notebook.predictions.ofRun(runId);
  if (stored === null || stored.classes > confusionLimit) return null;
  const predicted = await notebook.predictions.predicted(stored);
  const labels = await notebook.predictions.labels(stored);
  const matrix = Array.from({ length: stored.classes }, () => new Array<number>(stored.classes).fill(0));
  for (const [sample, label] of labels.entries()) matrix[label]![predicted[sample]!]!++;
  return matrix;
}

async function predictionRows(
  notebook: Notebook,
  { id, only, label, offset, limit }: MethodParameters<'runs.predictions'>
): Promise<{ total: number; rows: Prediction[] }> {
  const stored = finishedPredictions(notebook, id);
  const predicted = await notebook.predictions.predicted(stored);
  const labels = await notebook.predictions.labels(stored);
  const samples = Array.from(labels.keys()).filter(
    (sample) =>
      (only === 'all' || predicted[sample] !== labels[sample]) && (label === null || labels[sample] === label)
  );
  const drawn = await notebook.predictions.drawn(stored);
  const rows: Prediction[] = [];
  for (const sample of samples.slice(offset, offset + limit)) {
    const logits = await notebook.predictions.logitsOf(stored, sample);
    const probabilities = softmax(logits);
    rows.push({
      sample: drawn[sample]!,
      label: labels[sample]!,
      prediction: predicted[sample]!,
      top: topClasses(logits, 3).map((index) => ({ class: index, probability: probabilities[index]! }))
    });
  }
  return { total: samples.length, rows };
}
