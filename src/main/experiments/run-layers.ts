import { BitlabError, type Handlers } from '../../contract/index.ts';
import type { Context } from './context.ts';
import type { ExperimentQueue } from './experiment-queue.ts';
import { runJob, threadCount } from './run-job.ts';
import { requireRun } from './runs.ts';

/**
 * The layers of finished runs at a closer look. Computed when it is asked for, from the model, the calibration data and the
 * configuration: a second or two, and nothing to store with each run; runs of older notebooks have it, too.
 */
export function layerHandlers(
  context: Context,
  queue: ExperimentQueue
): Pick<Handlers, 'runs.layerHistograms'> {
  return {
    'runs.layerHistograms': async ({ id, layer, channel, group }) => {
      const run = requireRun(context.notebook, id);
      if (run.status !== 'finished') throw new BitlabError('RUN_NOT_FINISHED', { id, status: run.status });
      const job = runJob(context, context.notebook.runs.get(id)!, threadCount(context));
      return queue.exclusively(() => context.computer.layerHistograms(job, layer, { channel, group }));
    }
  };
}
