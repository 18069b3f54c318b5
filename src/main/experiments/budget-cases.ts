import { createHash } from 'node:crypto';
import { BitlabError, canonicalJson, type Configuration, type Run } from '../../contract/index.ts';
import type { Notebook, StoredExperiment } from '../store/index.ts';
import type { Context } from './context.ts';
import { designOf, type Combination } from './design.ts';
import { withMeasurements } from './named-measurements.ts';

/** One budget of an experiment. */
export interface BudgetCase {
  readonly model: string;
  readonly combination: Combination;
}

export function budgetCases(context: Context, { file }: StoredExperiment): BudgetCase[] {
  if (file.errorBudget !== true) return [];
  const combinations = [...designOf(file, context.presets).levels()];
  return file.models.flatMap((model) => combinations.map((combination) => ({ model, combination })));
}

/** The hash under which a configuration's run is stored. */
export function storedHash(notebook: Notebook, configuration: Configuration): string {
  const addressed = withMeasurements(notebook, configuration).configuration;
  return createHash('sha256').update(canonicalJson(addressed)).digest('hex');
}

/** The runs of an experiment that stand for no combination of levels: stages of error budgets. */
export function stageRuns(context: Context, experiment: StoredExperiment, runs: readonly Run[]): string[] {
  const { file } = experiment;
  if (file.errorBudget !== true) return [];
  const whole = new Set<string>();
  try {
    for (const { configuration } of designOf(file, context.presets).levels()) {
      for (const seed of file.seeds) whole.add(storedHash(context.notebook, configuration(seed)));
    }
  } catch (thrown) {
    // A preset or a measurement that the file names may be gone; its runs are still there to look at.
    if (thrown instanceof BitlabError) return [];
    throw thrown;
  }
  return runs.filter((run) => !run.baseline && !whole.has(run.configurationHash)).map((run) => run.id);
}
