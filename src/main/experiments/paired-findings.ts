import {
  hasRandomPart,
  holmAdjusted,
  type Handlers,
  type PairFamily,
  type Run,
  type TestedPair
} from '../../contract/index.ts';
import { pairedDifference, pairedTTest } from '../numeric/statistics.ts';
import { stageRuns } from './budget-cases.ts';
import type { Context } from './context.ts';
import { varyingFactors } from './experiments.ts';
import { experimentWithId } from './names.ts';
import { pairedBySeed } from './paired-by-seed.ts';
import { pairFamilies, Settings, type Setting } from './pair-families.ts';
import { PairedTests } from './paired-tests.ts';
import { withPauses } from './pauses.ts';

/** Pairs that are tested of a family: they grow with the square of what they are of, and nobody reads more. */
const familyLimit = 500;
/** Runs that are read from the notebook at once. */
const runsAtOnce = 50;
/** With fewer, a t test has next to no power, and hangs on its assumption of a normal distribution. */
const fewestSeeds = 3;

/** A pair before its p value is corrected for its family. */
export type UncorrectedPair = Omit<TestedPair, 'adjustedPValue'>;

/** A family of pairs with their p values corrected by Holm's method. */
export function corrected(pairs: readonly UncorrectedPair[]): TestedPair[] {
  const adjusted = holmAdjusted(pairs.map(({ pValue }) => pValue));
  return pairs.map((pair, index) => ({ ...pair, adjustedPValue: adjusted[index]! }));
}

export function findingHandlers(context: Context): Pick<Handlers, 'experiments.pairs'> {
  const { notebook } = context;
  return {
    'experiments.pairs': async ({ id }) => {
      const { file } = experimentWithId(notebook, id);
      const varying = varyingFactors(file);
      const settings = await finishedSettings(context, id, varying);
      const tester = new SettingTester(new PairedTests(notebook));
      const families: PairFamily[] = [];
      for await (const { differIn, pairs } of withPauses(pairFamilies(settings, file, varying))) {
        const chosen = pairs.slice(0, familyLimit);
        const tested: UncorrectedPair[] = [];
        for await (const [a, b] of withPauses(chosen)) {
          const pair = await tester.test(a.runs, b.runs);
          if (pair !== null) tested.push(pair);
        }
        families.push({
          differIn: [...differIn],
          pairs: corrected(tested),
          untested: chosen.length - tested.length,
          leftOut: pairs.length - chosen.length
        });
      }
      return families;
    }
  };
}

/** What was computed of an experiment, but for stages of error budgets, which stand for no combination of levels. */
async function finishedSettings(
  context: Context,
  experimentId: string,
  varying: readonly string[]
): Promise<Setting[]> {
  const { notebook } = context;
  const ids = notebook.runs.finishedOf(experimentId);
  const parts = Array.from({ length: Math.ceil(ids.length / runsAtOnce) }, (_, index) =>
    ids.slice(index * runsAtOnce, (index + 1) * runsAtOnce)
  );
  const runs: Run[] = [];
  for await (const part of withPauses(parts))
    runs.push(...notebook.runTable.list({ experimentId, ids: part }));
  const stages = new Set(stageRuns(context, experimentWithId(notebook, experimentId), runs));
  const settings = new Settings(varying);
  for await (const run of withPauses(runs)) if (!stages.has(run.id)) settings.add(run);
  return settings.all();
}

/** Tests settings in pairs: by the sample where one run speaks for each, else by the seed. */
class SettingTester {
  readonly #tests: PairedTests;

  constructor(tests: PairedTests) {
    this.#tests = tests;
  }

  /** Null where the runs do not suffice: other samples, or fewer seeds than a t test needs. */
  async test(a: readonly Run[], b: readonly Run[]): Promise<UncorrectedPair | null> {
    const pairs = pairedBySeed(a, b);
    const [first] = pairs;
    if (first === undefined || !this.#areOnTheSameSamples(pairs)) return null;
    const random = first.some(({ configuration }) => hasRandomPart(configuration));
    const differences = pairs.map(([x, y]) => y.metrics['top1']! - x.metrics['top1']!);
    const common = {
      a: a.map((run) => run.id),
      b: b.map((run) => run.id),
      samples: first[0].samples,
      seeds: pairs.length,
      random
    };
    if (random && new Set(differences).size > 1) {
      if (pairs.length < fewestSeeds) return null;
      return { ...common, test: 'paired-t', onlyA: null, onlyB: null, ...pairedTTest(differences) };
    }
    const { onlyA, onlyB, pValue } = await this.#tests.compare(first[0].id, first[1].id);
    const interval = pairedDifference(onlyA, onlyB, common.samples);
    return { ...common, test: 'mcnemar', onlyA, onlyB, ...interval, pValue };
  }

  #areOnTheSameSamples(pairs: readonly (readonly [Run, Run])[]): boolean {
    const keys = new Set(pairs.flat().map((run) => this.#tests.samplesKey(run.id)));
    return keys.size === 1 && !keys.has(null);
  }
}
