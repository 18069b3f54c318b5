import { BitlabError, type Handlers } from '../../contract/index.ts';
import { timestamp, type Context } from './context.ts';
import type { ExperimentQueue } from './experiment-queue.ts';
import { runJob } from './run-job.ts';
import { requireRun } from './runs.ts';

/** Computes finished runs again. Other logits are a result, not an error: the replay is recorded either way. */
export function replayHandlers(context: Context, queue: ExperimentQueue): Pick<Handlers, 'runs.replay'> {
  const { notebook, computer } = context;
  return {
    'runs.replay': async ({ id }) => {
      requireRun(notebook, id, 'computed again');
      const provenance = notebook.provenance.ofRun(id);
      const stored = notebook.runs.get(id)!;
      const recorded = provenance?.logitsHash ?? null;
      if (provenance === null || recorded === null) {
        throw new BitlabError('RUN_NOT_FINISHED', { id, status: stored.status });
      }
      const job = runJob(context, stored, provenance.threads);
      const result = await queue.exclusively(() =>
        computer.compute(job, () => undefined, new AbortController().signal)
      );
      const found = result.logitsHash;
      const same = found === recorded;
      notebook.provenance.addReplay(id, { at: timestamp(context), same, logitsHash: found });
      context.emit({ type: 'run-changed', run: requireRun(notebook, id) });
      return { same, recorded, found, durationSeconds: result.durationSeconds };
    }
  };
}
