import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Run, RunCell } from '../../src/contract/index.ts';
import { mean, standardDeviation, tInterval } from '../../src/main/numeric/statistics.ts';
import { openNotebook, type Notebook, type QueryColumn, type RunField } from '../../src/main/store/index.ts';
import { settingsOf } from '../../src/contract/setting-path.ts';
import {
  addDataset,
  addModel,
  addOldModel,
  addRun,
  at,
  clock,
  finishRun,
  migrations,
  temporaryFolder,
  temporaryNotebook
} from './notebook-fixture.ts';

const setting = (path: string): RunField => ({ kind: 'setting', path: path.split('.') });
const metric = (name: string): RunField => ({ kind: 'metric', name });
const column = (field: RunField, flag = false): QueryColumn => ({ kind: 'field', field, flag });
const every = { trash: false, columns: [], order: [], offset: 0, limit: 1000 };

/** Runs with few different settings, so that groups and ties occur; some have no metrics. */
async function notebookWithRuns(): Promise<{ notebook: Notebook; runs: Run[] }> {
  const notebook = temporaryNotebook();
  const models = [await addModel(notebook, 'Net-b'), await addModel(notebook, 'net-a')];
  const data = await addDataset(notebook, 'data');
  let state = 1;
  const next = (n: number) => (state = (state * 48271) % 2147483647) % n;
  notebook.transaction(() => {
    for (let i = 0; i < 120; i++) {
      const settings = {
        weights: { bits: 2 + next(4), narrow: next(2) === 1, rounding: ['nearest', 'gptq'][next(2)] },
        seed: next(3),
        ...(i % 10 === 0 && { arithmetic: 'float' })
      };
      const id = addRun(notebook, models[next(2)]!, data, settings as never);
      if (i % 7 === 3) continue;
      notebook.metrics.insert(id, {
        top1: next(8) / 8,
        crossEntropy: next(1000) / 7,
        ...(i % 5 === 0 && { bops: 1e9 })
      });
      notebook.runs.finished(id, at, next(5));
    }
  });
  notebook.tags.set(notebook.runTable.list({})[4]!.id, ['paper', 'a']);
  return { notebook, runs: notebook.runTable.list({}) };
}

/** What a run has in a field, from its full record. */
function valueIn(run: Run, field: RunField): RunCell {
  if (field.kind === 'metric') return run.metrics[field.name] ?? null;
  if (field.kind === 'column') return field.name === 'model' ? run.model : run.durationSeconds;
  if (run.baseline) return null;
  const found = [...settingsOf(run.configuration)].find(([path]) => path === field.path.join('.'));
  return (found?.[1] ?? null) as RunCell;
}

const fields: RunField[] = [
  metric('top1'),
  metric('crossEntropy'),
  metric('bops'),
  setting('weights.bits'),
  setting('weights.narrow'),
  setting('weights.rounding'),
  { kind: 'column', name: 'model' },
  { kind: 'column', name: 'duration' }
];

test('the columns asked for are what the full records say', async () => {
  const { notebook, runs } = await notebookWithRuns();
  const columns = fields.map((field) =>
    column(field, field.kind === 'setting' && field.path[1] === 'narrow')
  );
  const { total, rows } = await notebook.runQueries.ask('rows', { ...every, columns });
  expect(total).toBe(runs.length);
  expect(rows).toEqual(runs.map((run) => [run.id, ...fields.map((field) => valueIn(run, field))]));
});

test('the order is that of a comparator, by several columns, with what is missing last', async () => {
  const { notebook, runs } = await notebookWithRuns();
  const orders = fc.uniqueArray(fc.record({ index: fc.nat(fields.length - 1), descending: fc.boolean() }), {
    selector: ({ index }) => index,
    minLength: 1,
    maxLength: 4
  });
  await fc.assert(
    fc.asyncProperty(orders, async (order) => {
      const { rows } = await notebook.runQueries.ask('rows', {
        ...every,
        order: order.map(({ index, descending }) => ({ field: fields[index]!, descending }))
      });
      const expected = [...runs].sort((a, b) => {
        for (const { index, descending } of order) {
          const [x, y] = [valueIn(a, fields[index]!), valueIn(b, fields[index]!)];
          const found = compared(x, y, descending ? -1 : 1);
          if (found !== 0) return found;
        }
        return 0;
      });
      expect(rows.map(([id]) => id)).toEqual(expected.map(({ id }) => id));
    }),
    { numRuns: 60 }
  );
});

function compared(x: RunCell, y: RunCell, sign: 1 | -1): number {
  if (x === null || y === null) return Number(x === null) - Number(y === null);
  if (typeof x === 'string') {
    const [a, b] = [x.toLowerCase(), (y as string).toLowerCase()];
    return sign * (a < b ? -1 : a > b ? 1 : 0);
  }
  return sign * (Number(x) - Number(y));
}

test('groups are those of a plain computation, with mean, deviation, number and interval', async () => {
  const { notebook, runs } = await notebookWithRuns();
  const keysOf = fc.subarray(fields.slice(3), { minLength: 1 });
  const metrics = [metric('top1'), metric('crossEntropy'), metric('bops')];
  await fc.assert(
    fc.asyncProperty(keysOf, async (keys) => {
      const { total, rows } = await notebook.runQueries.ask('groups', {
        ...every,
        keys,
        columns: keys.map((key) => column(key, key.kind === 'setting' && key.path[1] === 'narrow')),
        metrics,
        order: [{ by: { key: 0 }, descending: false }]
      });
      const groups = Map.groupBy(runs, (run) => JSON.stringify(keys.map((key) => valueIn(run, key))));
      expect(total).toBe(groups.size);
      for (const { id, cells, runs: count, means } of rows) {
        const group = groups.get(JSON.stringify(cells))!;
        expect(count).toBe(group.length);
        expect(id).toBe(group[0]!.id);
        for (const [index, { name }] of (metrics as { name: string }[]).entries()) {
          const values = group.flatMap((run) => run.metrics[name] ?? []);
          const found = means[index]!;
          if (values.length === 0) expect(found).toBeNull();
          else {
            expect(found.n).toBe(values.length);
            expect(found.mean).toBeCloseTo(mean(values), 12);
            const deviation = standardDeviation(values);
            if (deviation === null) expect(found).toMatchObject({ deviation: null, low: null, high: null });
            else {
              expect(found.deviation).toBeCloseTo(deviation, 12);
              expect(found.low).toBeCloseTo(tInterval(values).low!, 10);
              expect(found.high).toBeCloseTo(tInterval(values).high!, 10);
            }
            if (new Set(values).size === 1 && deviation !== null) expect(found.deviation).toBe(0);
          }
        }
      }
    }),
    { numRuns: 40 }
  );
});

test('everything but the seed groups the repeats', async () => {
  const { notebook, runs } = await notebookWithRuns();
  const { total, rows } = await notebook.runQueries.ask('groups', {
    ...every,
    keys: null,
    columns: [column({ kind: 'column', name: 'model' })],
    metrics: [metric('top1')],
    order: [{ by: { mean: 0 }, descending: true }]
  });
  const groups = Map.groupBy(runs, ({ model, configuration: { seed: _seed, ...rest } }) =>
    JSON.stringify([model, rest.arithmetic === 'float' ? null : rest])
  );
  // Float runs of the fixture differ in settings that mean nothing to them, which the program normalizes before it stores them.
  expect(rows.reduce((sum, row) => sum + row.runs, 0)).toBe(runs.length);
  expect(total).toBeGreaterThanOrEqual(groups.size);
  const means = rows.flatMap(({ means: [top1] }) => top1?.mean ?? []);
  expect(means).toEqual([...means].sort((a, b) => b - a));
});

test('pages are parts of the whole, and a query after a change sees it', async () => {
  const { notebook, runs } = await notebookWithRuns();
  const order = [{ field: metric('top1'), descending: true }];
  const whole = await notebook.runQueries.ask('rows', { ...every, order });
  const page = await notebook.runQueries.ask('rows', { ...every, order, offset: 50, limit: 10 });
  expect(page.rows).toEqual(whole.rows.slice(50, 60));
  notebook.trash.removeRuns([whole.rows[0]![0] as string], at);
  const after = await notebook.runQueries.ask('rows', { ...every, order });
  expect(after.total).toBe(runs.length - 1);
  expect(after.rows).toEqual(whole.rows.slice(1));
  const trash = await notebook.runQueries.ask('rows', { ...every, trash: true });
  expect(trash.rows.map(([id]) => id)).toEqual([whole.rows[0]![0]]);
  const some = await notebook.runQueries.ask('rows', { ...every, ids: [runs[3]!.id, 'run_none'] });
  expect(some.rows).toEqual([[runs[3]!.id]]);
});

test('columns that are only shown', async () => {
  const { notebook, runs } = await notebookWithRuns();
  const names = ['tags', 'experiments', 'error', 'hash', 'top1.interval'] as const;
  const { rows } = await notebook.runQueries.ask('rows', {
    ...every,
    columns: names.map((name) => ({ kind: 'shown', name }))
  });
  const run = runs[4]!;
  expect(rows[4]).toEqual([
    run.id,
    ['a', 'paper'],
    [],
    null,
    run.configurationHash,
    [run.top1!.low, run.top1!.high]
  ]);
});

test('a notebook from before the index gets it when it is opened', async () => {
  const folder = temporaryFolder();
  const before = openNotebook(folder, { migrations: migrations.slice(0, 3), clock });
  const data = await addDataset(before, 'data');
  const run = addRun(before, await addOldModel(before, 'net'), data, { weights: { bits: 3 } as never });
  await finishRun(before, run);
  before.close();
  const notebook = temporaryNotebook(folder);
  const columns = [
    column(setting('weights.bits')),
    column(metric('top1')),
    column({ kind: 'column', name: 'status' })
  ];
  const { rows } = await notebook.runQueries.ask('rows', { ...every, columns });
  expect(rows).toEqual([[run, 3, 2 / 3, 'finished']]);
  expect(notebook.metrics.names()).toEqual(['crossEntropy', 'top1']);
});

test('what is deleted leaves the index', async () => {
  const { notebook, runs } = await notebookWithRuns();
  expect(notebook.runIndex.settings().find(({ path }) => path === 'weights.bits')).toMatchObject({
    varies: true
  });
  const kept = runs.filter(({ configuration }) => configuration.weights.bits === 3);
  notebook.trash.removeRuns(
    runs.filter((run) => !kept.includes(run)).map(({ id }) => id),
    at
  );
  notebook.trash.empty();
  expect(notebook.runIndex.settings().find(({ path }) => path === 'weights.bits')).toMatchObject({
    varies: false
  });
  const values = await notebook.runQueries.ask('values', { field: setting('weights.bits'), limit: 10 });
  expect(values).toEqual([3]);
  expect((await notebook.verify()).problems).toEqual([]);
  await finishRun(notebook, kept.find(({ status }) => status === 'queued')!.id);
  const top1 = await notebook.runQueries.ask('rows', { ...every, columns: [column(metric('top1'))] });
  expect(top1.rows.filter(([, value]) => value === null)).toHaveLength(
    kept.filter(({ status }) => status === 'queued').length - 1
  );
});
