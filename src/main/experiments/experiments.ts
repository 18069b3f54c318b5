import {
  BitlabError,
  type Experiment,
  type ExperimentDetails,
  type ExperimentFile,
  type Handlers
} from '../../contract/index.ts';
import type { StoredExperiment } from '../store/index.ts';
import { stageRuns } from './budget-cases.ts';
import { timestamp, type Context } from './context.ts';
import { parseCodebook } from './codebook-file.ts';
import { statusOf, type ExperimentQueue } from './experiment-queue.ts';
import { parseExperiment } from './experiment-text.ts';
import { formatExperiment, updatedExperimentText } from './format-experiment.ts';
import { experimentWithId } from './names.ts';
import { secondsEstimate } from './pace.ts';

type ExperimentHandlers = Pick<
  Handlers,
  | 'experiments.list'
  | 'experiments.get'
  | 'experiments.parse'
  | 'experiments.format'
  | 'experiments.rename'
  | 'experiments.remove'
  | 'codebooks.parse'
>;

export function experimentHandlers(context: Context, queue: ExperimentQueue): ExperimentHandlers {
  const { notebook } = context;
  return {
    'experiments.list': async () => notebook.experiments.list().map((stored) => experimentOf(stored, queue)),

    'experiments.get': async ({ id }) => experimentDetails(context, queue, experimentWithId(notebook, id)),

    'experiments.parse': async ({ text, codebooks }) =>
      parseExperiment(text, { presets: context.presets, codebooks }),

    'codebooks.parse': async ({ text, fileName }) => ({ levels: parseCodebook(text, fileName) }),

    'experiments.format': async ({ file, text }) => ({
      yaml: text === undefined ? formatExperiment(file) : updatedExperimentText(text, file)
    }),

    'experiments.rename': async ({ id, name }) => {
      experimentWithId(notebook, id);
      const other = notebook.experiments.byName(name);
      if (other !== null && other.id !== id) throw new BitlabError('EXPERIMENT_NAME_TAKEN', { name });
      notebook.experiments.rename(id, name);
      context.emit({ type: 'changed', kind: 'experiments' });
      return experimentOf(notebook.experiments.get(id)!, queue);
    },

    'experiments.remove': async ({ id }) => {
      const { name } = experimentWithId(notebook, id);
      if (queue.state(id) !== null) throw new BitlabError('EXPERIMENT_RUNNING', { name });
      notebook.transaction(() => notebook.trash.removeExperiment(id, timestamp(context)));
      context.emit({ type: 'changed', kind: 'experiments' });
      context.emit({ type: 'changed', kind: 'runs' });
      return { done: true };
    }
  };
}

export function experimentOf(stored: StoredExperiment, queue: ExperimentQueue): Experiment {
  const { id, name, question, counts, spared, createdAt, startedAt, endedAt } = stored;
  return {
    id,
    name,
    question,
    status: statusOf(counts, queue.state(id)),
    counts,
    spared,
    createdAt,
    startedAt,
    endedAt
  };
}

/** The factors with more than one level. */
export function varyingFactors(file: ExperimentFile): string[] {
  return Object.entries(file.factors)
    .filter(([, levels]) => new Set(levels.map((level) => JSON.stringify(level))).size > 1)
    .map(([name]) => name);
}

function experimentDetails(
  context: Context,
  queue: ExperimentQueue,
  stored: StoredExperiment
): ExperimentDetails {
  const { notebook } = context;
  const runs = notebook.runTable.list({ experimentId: stored.id });
  const open = runs.filter((run) => run.status !== 'finished');
  const estimate = () =>
    secondsEstimate(
      notebook.runs.paces(),
      open.map((run) => ({
        modelId: run.modelId,
        arithmetic: run.configuration.arithmetic,
        samples: run.samples
      }))
    );
  return {
    ...experimentOf(stored, queue),
    file: stored.file,
    factors: varyingFactors(stored.file),
    runs,
    stageRuns: stageRuns(context, stored, runs),
    secondsLeft: queue.secondsLeft(stored.id) ?? (open.length > 0 ? estimate() : null)
  };
}
