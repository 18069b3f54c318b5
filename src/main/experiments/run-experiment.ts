import { BitlabError, type Experiment, type ExperimentFile, type Handlers } from '../../contract/index.ts';
import { timestamp, type Context } from './context.ts';
import type { ExperimentQueue } from './experiment-queue.ts';
import { experimentOf } from './experiments.ts';
import { experimentWithId } from './names.ts';
import { designHash, planExperiment, type ExperimentPlan } from './plan.ts';

type RunningHandlers = Pick<Handlers, 'experiments.run' | 'experiments.resume' | 'experiments.cancel'>;

export function runningHandlers(context: Context, queue: ExperimentQueue): RunningHandlers {
  const { notebook } = context;
  const current = (id: string): Experiment => experimentOf(experimentWithId(notebook, id), queue);
  return {
    'experiments.run': ({ file }) => startExperiment(context, queue, file),

    'experiments.resume': async ({ id }) => {
      experimentWithId(notebook, id);
      queue.add(id);
      context.emit({ type: 'changed', kind: 'experiments' });
      return current(id);
    },

    'experiments.cancel': async ({ id }) => {
      experimentWithId(notebook, id);
      await queue.cancel(id);
      return current(id);
    }
  };
}

/**
 * Stores an experiment with its runs, and has it computed. The same design under the same name is the same experiment.
 * @throws what planExperiment throws, EXPERIMENT_NAME_TAKEN
 */
export async function startExperiment(
  context: Context,
  queue: ExperimentQueue,
  file: ExperimentFile
): Promise<Experiment> {
  const before = sameExperiment(context, file);
  const isActive = before !== null && queue.state(before) !== null;
  const id = isActive ? before : storeExperiment(context, await planExperiment(context, file));
  if (!isActive) {
    queue.add(id);
    context.emit({ type: 'changed', kind: 'experiments' });
    context.emit({ type: 'changed', kind: 'runs' });
  }
  return experimentOf(experimentWithId(context.notebook, id), queue);
}

/**
 * The experiment of this name, or null where there is none. The same design under the same name is the same experiment.
 * @throws EXPERIMENT_NAME_TAKEN for another design
 */
function sameExperiment(context: Context, file: ExperimentFile): string | null {
  const existing = context.notebook.experiments.byName(file.name);
  if (existing === null) return null;
  if (existing.designHash === designHash(file)) return existing.id;
  throw new BitlabError('EXPERIMENT_NAME_TAKEN', { name: file.name });
}

/** Stores the experiment with all its runs, in one transaction; runs that are there already are shared, not repeated. */
function storeExperiment(context: Context, plan: ExperimentPlan): string {
  const { notebook } = context;
  const { file } = plan;
  const at = timestamp(context);
  return notebook.transaction(() => {
    let id = sameExperiment(context, file);
    if (id === null) {
      id = notebook.newIdentifier('experiment');
      notebook.experiments.insert({ id, file, designHash: designHash(file), createdAt: at });
    } else {
      notebook.experiments.setFile(id, file);
    }
    notebook.experiments.setRuns(id, storeRuns(context, plan, at));
    return id;
  });
}

function storeRuns(context: Context, plan: ExperimentPlan, at: string): string[] {
  const { notebook } = context;
  // Looked up again, within the transaction: a run may have been added or removed since the plan was made.
  const existing = notebook.runs.byReuseKeys(plan.runs.map((run) => run.reuseKey));
  return plan.runs.map((planned) => {
    const known = existing.get(planned.reuseKey);
    if (known !== undefined) return known.id;
    const id = notebook.newIdentifier('run');
    const calibrated = planned.point.configuration.arithmetic !== 'float' ? plan.calibrate : null;
    notebook.runs.insert({
      id,
      modelId: planned.model.id,
      datasetId: plan.evaluate.id,
      samples: plan.samples,
      draw: plan.draw,
      calibrationDatasetId: calibrated?.id ?? null,
      calibrationSamples: calibrated === null ? 0 : plan.calibrationSamples,
      configuration: planned.configuration,
      configurationHash: planned.configurationHash,
      reuseKey: planned.reuseKey,
      createdAt: at
    });
    notebook.measurements.use(
      id,
      planned.measurements.map((measurement) => measurement.id)
    );
    return id;
  });
}
