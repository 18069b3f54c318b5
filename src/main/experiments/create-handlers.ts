import type { Handlers } from '../../contract/index.ts';
import { compareHandlers } from './compare.ts';
import type { Context } from './context.ts';
import { datasetHandlers } from './datasets.ts';
import { ExperimentQueue } from './experiment-queue.ts';
import { experimentHandlers } from './experiments.ts';
import { exportHandlers } from './exports/exports.ts';
import { modelHandlers } from './models.ts';
import { overviewHandlers } from './overview.ts';
import { planHandlers } from './plan.ts';
import { queryHandlers } from './query-runs.ts';
import { replayHandlers } from './replay.ts';
import { runningHandlers } from './run-experiment.ts';
import { integerHandlers } from './run-integers.ts';
import { runHandlers } from './runs.ts';
import { viewHandlers } from './run-views.ts';
import { settingsHandlers } from './settings.ts';

/**
 * The one handler table that serves every host. Inputs must have been validated by the contract.
 * @param queue a host keeps it to wait for experiments (`idle`) and to stop them before it ends (`close`)
 */
export function createHandlers(
  context: Context,
  queue: ExperimentQueue = new ExperimentQueue(context)
): Handlers {
  const queries = queryHandlers(context);
  return {
    ...overviewHandlers(context, queue),
    ...settingsHandlers(context),
    ...modelHandlers(context),
    ...datasetHandlers(context),
    ...experimentHandlers(context, queue),
    ...planHandlers(context),
    ...runningHandlers(context, queue),
    ...runHandlers(context),
    ...queries,
    ...viewHandlers(context),
    ...compareHandlers(context),
    ...replayHandlers(context, queue),
    ...integerHandlers(context, queue),
    ...exportHandlers(context, queries['runs.groups'])
  };
}
