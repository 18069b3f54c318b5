import { expect, test } from 'vitest';
import type { RunCondition, RunField, RunOperator } from '../../src/main/store/index.ts';
import { addDataset, addModel, addRun, at, finishRun, layer, temporaryNotebook } from './notebook-fixture.ts';

async function fourRuns() {
  const notebook = temporaryNotebook();
  const a = await addModel(notebook, 'net-a');
  const b = await addModel(notebook, 'net-b');
  const data = await addDataset(notebook, 'data');
  const ids = [
    addRun(notebook, a, data, { arithmetic: 'float' }),
    addRun(notebook, a, data, {
      weights: { bits: 4 } as never,
      layers: { 'conv.1': { weights: { bits: 8 } } }
    }),
    addRun(notebook, b, data, { activations: { bits: 3, destinationLevels: 256 } as never, seed: 7 }),
    addRun(notebook, b, data, { bias: 'float' })
  ];
  for (const id of ids.slice(0, 3)) await finishRun(notebook, id);
  notebook.tags.set(ids[1]!, ['paper', 'odd']);
  notebook.stars.set(ids[2]!, true, at);
  notebook.notes.set(ids[3]!, 'Why so SLOW?', at);
  const indices = (condition: RunCondition) =>
    notebook.runTable.list({ condition }).map((run) => ids.indexOf(run.id));
  return { notebook, ids, indices };
}

const compare = (
  field: RunField,
  operator: RunOperator,
  value: string | number | boolean | null
): RunCondition => ({
  kind: 'compare',
  field,
  operator,
  value
});
const setting = (path: string): RunField => ({ kind: 'setting', path: path.split('.') });
const top1: RunField = { kind: 'metric', name: 'top1' };

test('a row has its metrics with the Wilson interval, tags, star and experiments', async () => {
  const { notebook, ids } = await fourRuns();
  const rows = notebook.runTable.list({});
  expect(rows.map((row) => row.id)).toEqual(ids);
  expect(rows[1]).toMatchObject({
    model: 'net-a',
    dataset: 'data',
    baseline: false,
    tags: ['odd', 'paper'],
    starred: false,
    metrics: { top1: 2 / 3, crossEntropy: 0.25 },
    durationSeconds: 1.5
  });
  // Wilson's interval of 2 of 3 (Wilson 1927, z = 1.959964).
  expect(rows[1]!.top1!.low).toBeCloseTo(0.20766, 5);
  expect(rows[1]!.top1!.high).toBeCloseTo(0.93851, 5);
  expect(rows[0]!.baseline).toBe(true);
  expect(rows[3]).toMatchObject({ status: 'queued', top1: null, metrics: {} });
  expect(notebook.layerResults.ofRun(ids[0]!)).toEqual([layer]);
});

test('conditions select by setting, metric, column and tag', async () => {
  const { indices } = await fourRuns();
  expect(indices(compare(setting('weights.bits'), '<=', 4))).toEqual([1]);
  // The float run has no quantizer, and so no bits.
  expect(indices(compare(setting('activations.bits'), '!=', 8))).toEqual([0, 2]);
  expect(
    indices({
      kind: 'compare',
      field: { kind: 'setting', path: ['layers', 'conv.1', 'weights', 'bits'] },
      operator: '=',
      value: 8
    })
  ).toEqual([1]);
  expect(indices(compare(setting('activations.destinationLevels'), '>', 10))).toEqual([2]);
  expect(indices(compare(setting('activations.destinationLevels'), '=', 'auto'))).toEqual([1, 3]);
  expect(indices(compare(setting('weights.narrow'), '=', false))).toEqual([1, 2, 3]);
  expect(indices(compare({ kind: 'column', name: 'model' }, '~', 'B'))).toEqual([2, 3]);
  expect(indices(compare({ kind: 'column', name: 'baseline' }, '=', true))).toEqual([0]);
  expect(indices(compare({ kind: 'column', name: 'starred' }, '=', true))).toEqual([2]);
  expect(indices(compare({ kind: 'column', name: 'note' }, '~', 'slow'))).toEqual([3]);
  expect(indices(compare({ kind: 'column', name: 'seed' }, '>=', 1))).toEqual([2]);
  expect(indices({ kind: 'tag', tag: 'paper' })).toEqual([1]);
});

test('a comparison with what a run does not have is false, and its negation true', async () => {
  const { indices } = await fourRuns();
  expect(indices(compare(top1, '>', 0.5))).toEqual([0, 1, 2]);
  expect(indices({ kind: 'not', part: compare(top1, '>', 0.5) })).toEqual([3]);
  expect(indices(compare(top1, '=', null))).toEqual([3]);
  expect(indices({ kind: 'and', parts: [compare(top1, '<', 1), { kind: 'tag', tag: 'odd' }] })).toEqual([1]);
  expect(indices({ kind: 'or', parts: [compare(top1, '=', null), { kind: 'tag', tag: 'odd' }] })).toEqual([
    1, 3
  ]);
});

test('values never become SQL', async () => {
  const { indices } = await fourRuns();
  const hostile = `x' OR 1=1 --`;
  expect(indices(compare({ kind: 'column', name: 'model' }, '=', hostile))).toEqual([]);
  expect(indices({ kind: 'tag', tag: hostile })).toEqual([]);
  expect(indices(compare({ kind: 'metric', name: hostile }, '>', 0))).toEqual([]);
  expect(
    indices({
      kind: 'compare',
      field: { kind: 'setting', path: [`a"') OR 1=1 --`] },
      operator: '=',
      value: 1
    })
  ).toEqual([]);
});
