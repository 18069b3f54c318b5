import {
  BitlabError,
  errorBudgetStages,
  ExperimentFile,
  type BudgetResult,
  type Configuration,
  type ErrorBudget,
  type Estimate,
  type Handlers,
  type LayerResult,
  type Run
} from '../../contract/index.ts';
import { mean, pairedDifference, tInterval } from '../numeric/statistics.ts';
import type { Notebook, StoredExperiment } from '../store/index.ts';
import { budgetCases, storedHash, type BudgetCase } from './budget-cases.ts';
import type { Context } from './context.ts';
import type { ExperimentQueue } from './experiment-queue.ts';
import { experimentWithId } from './names.ts';
import { pairedBySeed } from './paired-by-seed.ts';
import { PairedTests } from './paired-tests.ts';
import { startExperiment } from './run-experiment.ts';
import { requireRun } from './runs.ts';

/**
 * What each stage of hardware costs. A change is paired: by the seed where several seeds differ (Student's t over their
 * differences, a stage without anything random standing for every seed), else by the picture.
 */
export function budgetHandlers(
  context: Context,
  queue: ExperimentQueue
): Pick<Handlers, 'runs.budget' | 'experiments.budget'> {
  const { notebook } = context;
  return {
    'runs.budget': ({ id, seeds }) => startExperiment(context, queue, budgetFile(notebook, id, seeds)),

    'experiments.budget': async ({ id, choice }) => {
      const experiment = experimentWithId(notebook, id);
      const cases = budgetCases(context, experiment);
      const chosen = cases[choice];
      if (chosen === undefined) {
        const reason =
          cases.length === 0 ? 'the experiment has no error budget' : `there are ${cases.length}`;
        throw new BitlabError('REQUEST_INVALID', { method: 'experiments.budget', reason });
      }
      const runs = notebook.runTable.list({ experimentId: id });
      return {
        choices: cases.map(({ model, combination: { levels } }) => ({ model, levels })),
        budget: await errorBudget(context, experiment, runs, chosen)
      };
    }
  };
}

/** The experiment that takes the hardware of a run apart: its model, data and configuration, and so many seeds. */
function budgetFile(notebook: Notebook, id: string, seeds: readonly number[]): ExperimentFile {
  const run = requireRun(notebook, id);
  const stored = notebook.runs.get(id)!;
  const { seed: _seed, ...fixed } = run.configuration;
  if (run.configuration.arithmetic !== 'accelerator') {
    throw new BitlabError('CONFIGURATION_CONFLICT', {
      reason: `The run ${id} is of arithmetic ${run.configuration.arithmetic}, which has no hardware to take apart`,
      advice: 'Choose a run of arithmetic accelerator.'
    });
  }
  const calibrate =
    stored.calibrationDatasetId === null ? null : notebook.datasets.get(stored.calibrationDatasetId)!.name;
  return ExperimentFile.parse({
    name: `Error budget: ${run.model.slice(0, 60)}, ${id.slice(-6)}, ${seeds.length === 1 ? '1 seed' : `${seeds.length} seeds`}`,
    question: `What does each stage of the hardware of run ${id} cost?`,
    models: [run.model],
    data: {
      evaluate: run.dataset,
      calibrate,
      calibrationSamples: stored.calibrationSamples,
      samples: run.samples
    },
    fixed,
    seeds,
    errorBudget: true
  });
}

async function errorBudget(
  context: Context,
  { file }: StoredExperiment,
  runs: readonly Run[],
  { model, combination }: BudgetCase
): Promise<ErrorBudget> {
  const { notebook } = context;
  const byHash = new Map(
    runs.filter((run) => run.model === model).map((run) => [run.configurationHash, run] as const)
  );
  const perSeed = file.seeds.map((seed) => errorBudgetStages(combination.configuration(seed)));
  const stageRunsOf = (pick: (stages: (typeof perSeed)[number]) => Configuration) => {
    const found = perSeed.flatMap((stages) => byHash.get(storedHash(notebook, pick(stages))) ?? []);
    return [...new Map(found.map((run) => [run.id, run])).values()];
  };
  const float = runs.filter((run) => run.model === model && run.baseline);
  const comparison = new Comparison(notebook);
  const layers = new LayersOf(notebook);
  const result = async (own: readonly Run[], before: readonly Run[]): Promise<BudgetResult> => ({
    runIds: own.map((run) => run.id),
    top1: accuracyOf(own),
    change: await comparison.change(before, own),
    layersSqnrDb: layers.sqnrDb(own)
  });

  const stages: ErrorBudget['stages'] = [];
  if (float.length > 0) {
    const cumulative = { ...(await result(float, [])), layersSqnrDb: [] };
    stages.push({ id: 'float', title: 'float', cumulative, alone: null });
  }
  let before: readonly Run[] = float;
  let integers: readonly Run[] = [];
  for (const [index, { id, title, alone }] of perSeed[0]!.entries()) {
    const own = stageRunsOf((each) => each[index]!.cumulative);
    if (id === 'integer') integers = own;
    const lonely = alone === null ? [] : stageRunsOf((each) => each[index]!.alone!);
    stages.push({
      id,
      title,
      cumulative: await result(own, before),
      alone: alone === null ? null : await result(lonely, integers)
    });
    before = own;
  }
  return { model, levels: combination.levels, layers: layers.names(runs, model), stages };
}

const finished = (runs: readonly Run[]) => runs.filter((run) => run.metrics['top1'] !== undefined);

function accuracyOf(runs: readonly Run[]): Estimate | null {
  const done = finished(runs);
  const [first] = done;
  if (first === undefined) return null;
  const values = done.map((run) => run.metrics['top1']!);
  const { mean: value, low, high, standardDeviation, count } = tInterval(values);
  // Seeds that change nothing leave only the uncertainty of a finite number of pictures.
  if (standardDeviation === null || standardDeviation === 0) {
    const { top1 } = first;
    return { value, low: top1?.low ?? null, high: top1?.high ?? null, standardDeviation, seeds: count };
  }
  return { value, low: Math.max(0, low!), high: Math.min(1, high!), standardDeviation, seeds: count };
}

/** Differences of the accuracies of two stages. */
class Comparison {
  readonly #tests: PairedTests;

  constructor(notebook: Notebook) {
    this.#tests = new PairedTests(notebook);
  }

  async change(before: readonly Run[], after: readonly Run[]): Promise<Estimate | null> {
    const pairs = pairedBySeed(finished(before), finished(after));
    const differences = pairs.map(([a, b]) => b.metrics['top1']! - a.metrics['top1']!);
    if (differences.length === 0) return null;
    if (new Set(differences).size > 1) {
      const { mean: value, low, high, standardDeviation, count } = tInterval(differences);
      return { value, low, high, standardDeviation, seeds: count };
    }
    const [a, b] = pairs[0]!;
    const key = this.#tests.samplesKey(a.id);
    if (key === null || key !== this.#tests.samplesKey(b.id)) {
      return { value: differences[0]!, low: null, high: null, standardDeviation: null, seeds: 1 };
    }
    const { onlyA, onlyB } = await this.#tests.compare(a.id, b.id);
    const { difference, low, high } = pairedDifference(onlyA, onlyB, b.samples);
    return { value: difference, low, high, standardDeviation: null, seeds: pairs.length };
  }
}

/** What runs did to their layers. */
class LayersOf {
  readonly #notebook: Notebook;

  constructor(notebook: Notebook) {
    this.#notebook = notebook;
  }

  names(runs: readonly Run[], model: string): string[] {
    const run = runs.find((each) => each.model === model && each.status === 'finished' && !each.baseline);
    return run === undefined ? [] : this.#of(run).map((layer) => layer.name);
  }

  sqnrDb(runs: readonly Run[]): (number | null)[] {
    const perRun = finished(runs).map((run) => this.#of(run).map((layer) => sqnrOf(run, layer)));
    return (perRun[0] ?? []).map((_, index) => {
      const known = perRun.flatMap((layers) => layers[index] ?? []);
      return known.length === 0 ? null : mean(known);
    });
  }

  #of(run: Run): LayerResult[] {
    return this.#notebook.layerResults.ofRun(run.id);
  }
}

/** Of a simulated run against float, with the errors of the layers before; of hardware against integers on the same codes. */
function sqnrOf({ configuration }: Run, layer: LayerResult): number | null {
  if (configuration.arithmetic === 'simulated') return layer.report?.outputSqnrDb ?? null;
  if (configuration.arithmetic === 'accelerator') return layer.accelerator?.outputSqnrDb ?? null;
  return null;
}
