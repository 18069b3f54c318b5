import {
  BitlabError,
  shownLevel,
  type Comparison,
  type Handlers,
  type PairedTest,
  type Run
} from '../../contract/index.ts';
import type { Notebook } from '../store/index.ts';
import type { Context } from './context.ts';
import { PairedTests } from './paired-tests.ts';
import { withPauses } from './pauses.ts';
import { requireRun } from './runs.ts';
import { settingsOf } from '../../contract/setting-path.ts';

type Value = Comparison['differences'][number]['values'][number];

export function compareHandlers(context: Context): Pick<Handlers, 'runs.compare'> {
  const { notebook } = context;
  return {
    'runs.compare': async ({ ids }) => {
      const runs: Run[] = [];
      for await (const id of withPauses(new Set(ids))) runs.push(requireRun(notebook, id, 'compared'));
      if (runs.length < 2) throw new BitlabError('RUNS_NOT_COMPARABLE', { reason: 'only one run was given' });
      return { runs, differences: differences(notebook, runs), pairs: await allPairs(notebook, runs) };
    }
  };
}

/** Every pair that can be compared. Throws RUNS_NOT_COMPARABLE where no pair can. */
async function allPairs(notebook: Notebook, runs: readonly Run[]): Promise<PairedTest[]> {
  const tests = new PairedTests(notebook);
  const pairs: PairedTest[] = [];
  for await (const [a, b] of withPauses(pairsOf(runs))) {
    const key = tests.samplesKey(a.id);
    if (key !== null && key === tests.samplesKey(b.id)) pairs.push(await tests.compare(a.id, b.id));
  }
  return pairs;
}

function* pairsOf(runs: readonly Run[]): Generator<[Run, Run]> {
  for (const [index, a] of runs.entries()) for (const b of runs.slice(index + 1)) yield [a, b];
}

/** What differs between the runs, settings by path; what a run does not have is null. */
function differences(notebook: Notebook, runs: readonly Run[]): Comparison['differences'] {
  const rows = runs.map((run) => {
    const stored = notebook.runs.get(run.id)!;
    const calibration =
      stored.calibrationDatasetId === null ? null : notebook.datasets.get(stored.calibrationDatasetId);
    return new Map<string, Value>([
      ['model', run.model],
      ['dataset', run.dataset],
      ['samples', run.samples],
      ['calibrationDataset', calibration?.name ?? null],
      ['calibrationSamples', stored.calibrationSamples],
      ...Array.from(settingsOf(run.configuration), ([path, value]): [string, Value] => [
        path,
        shownLevel(run, value) as Value
      ])
    ]);
  });
  const paths = new Set(rows.flatMap((row) => [...row.keys()]));
  return [...paths]
    .map((path) => ({ path, values: rows.map((row) => row.get(path) ?? null) }))
    .filter(({ values }) => new Set(values.map((value) => JSON.stringify(value))).size > 1);
}
