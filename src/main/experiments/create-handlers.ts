import type { Handlers } from '../../contract/index.ts';
import { acceleratorHandlers } from './accelerators.ts';
import { fitHandlers } from './check-fit.ts';
import { compareHandlers } from './compare.ts';
import { layerComparison } from './compare-layers.ts';
import { sampleHandlers } from './compare-samples.ts';
import type { Context } from './context.ts';
import { datasetHandlers } from './datasets.ts';
import { ExperimentQueue } from './experiment-queue.ts';
import { budgetHandlers } from './error-budget.ts';
import { experimentHandlers } from './experiments.ts';
import { exportHandlers } from './exports/exports.ts';
import { exportSensitivityHandlers } from './export-sensitivity.ts';
import { keptHandlers } from './kept.ts';
import { measurementHandlers } from './measurements.ts';
import { modelHandlers } from './models.ts';
import { overviewHandlers } from './overview.ts';
import { findingHandlers } from './paired-findings.ts';
import { planHandlers } from './plan.ts';
import { queryHandlers } from './query-runs.ts';
import { importedRunHandlers } from './imported-runs.ts';
import { replayHandlers } from './replay.ts';
import { runningHandlers } from './run-experiment.ts';
import { integerHandlers } from './run-integers.ts';
import { layerHandlers } from './run-layers.ts';
import { runHandlers } from './runs.ts';
import { sensitivityHandlers } from './sensitivities.ts';
import { SensitivityQueue } from './sensitivity-queue.ts';
import { bitChoiceHandlers } from './choose-bits.ts';
import { viewHandlers } from './run-views.ts';
import { settingsHandlers } from './settings.ts';
import { trashHandlers } from './trash.ts';

/**
 * The one handler table that serves every host. Inputs must have been validated by the contract.
 * @param queue a host keeps it to wait for experiments (`idle`) and to stop them before it ends (`close`)
 */
export function createHandlers(
  context: Context,
  queue: ExperimentQueue = new ExperimentQueue(context)
): Handlers {
  const running = runningHandlers(context, queue);
  const sensitivities = new SensitivityQueue(context, queue);
  const queries = queryHandlers(context);
  return {
    ...overviewHandlers(context, queue),
    ...settingsHandlers(context),
    ...keptHandlers(context),
    ...trashHandlers(context),
    ...modelHandlers(context),
    ...fitHandlers(context, queue),
    ...datasetHandlers(context),
    ...measurementHandlers(context),
    ...experimentHandlers(context, queue),
    ...planHandlers(context),
    ...running,
    ...budgetHandlers(context, queue),
    ...runHandlers(context),
    ...importedRunHandlers(context),
    ...queries,
    ...viewHandlers(context),
    ...compareHandlers(context),
    ...layerComparison(context),
    ...sampleHandlers(context),
    ...findingHandlers(context),
    ...replayHandlers(context, queue),
    ...integerHandlers(context, queue),
    ...layerHandlers(context, queue),
    ...sensitivityHandlers(context, sensitivities),
    ...bitChoiceHandlers(context, sensitivities, running['experiments.run']),
    ...acceleratorHandlers(context),
    ...exportHandlers(context, queries['runs.groups']),
    ...exportSensitivityHandlers(context, sensitivities)
  };
}
