import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/contract/index.ts';
import { accuracySeries } from '../../src/renderer/figures/accuracy-series.ts';
import { curveRuns } from '../../src/renderer/views/experiment/curve-runs.ts';
import { factorRoles, mapChoices, mapSubjects } from '../../src/renderer/views/experiment/factor-roles.ts';
import { namedPair, settingWords } from '../../src/renderer/views/experiment/named-pair.ts';
import {
  bestOfRow,
  everythingElse,
  nothing,
  pivotOf,
  pivotTable,
  type Pivot,
  type PivotChoice
} from '../../src/renderer/views/experiment/pivot.ts';
import { finishedRun } from '../figures/runs.ts';

const bits = ['weights.bits', 'activations.bits'];

describe('factorRoles', () => {
  const file = {
    factors: { 'weights.bits': [8, 4], 'activations.bits': [8, 4], 'activations.observer': ['mse'] }
  };

  test('zipped widths share the axis', () => {
    expect(factorRoles({ ...file, zip: [bits] }, [...bits, 'activations.observer'])).toEqual({
      factor: 'weights.bits',
      companions: ['activations.bits'],
      split: ['activations.observer'],
      choices: ['weights.bits', 'activations.observer']
    });
  });

  test('crossed widths split the series, unless another axis is chosen', () => {
    expect(factorRoles({ ...file, zip: [] }, bits)).toMatchObject({
      factor: 'weights.bits',
      split: ['activations.bits']
    });
    expect(factorRoles({ ...file, zip: [] }, bits, 'activations.bits')).toMatchObject({
      factor: 'activations.bits',
      split: ['weights.bits']
    });
  });

  test('zipped factors whose levels repeat split the series together', () => {
    const methods = {
      factors: {
        'weights.bits': [8, 4],
        'weights.rounding': ['nearest', 'nearest', 'gptq'],
        'activations.observer': ['mse', 'histogram', 'mse']
      },
      zip: [['weights.rounding', 'activations.observer']]
    };
    const varying = Object.keys(methods.factors);
    expect(factorRoles(methods, varying)).toMatchObject({
      factor: 'weights.bits',
      split: ['weights.rounding', 'activations.observer']
    });
    expect(factorRoles(methods, varying, 'weights.rounding')).toMatchObject({
      factor: 'weights.rounding',
      split: ['activations.observer', 'weights.bits']
    });
    // A member that tells the rows apart speaks for its group.
    const named = {
      factors: { 'weights.rounding': ['nearest', 'nearest'], 'activations.observer': ['mse', 'histogram'] },
      zip: [['weights.rounding', 'activations.observer']]
    };
    expect(factorRoles(named, ['activations.observer'])).toMatchObject({
      factor: 'activations.observer',
      split: []
    });
  });

  test('what is zipped and differs at one level of the axis makes series of its own', () => {
    const own = { conv: { weights: { bits: 5 } } };
    const zipped = {
      factors: { 'weights.bits': [8, 4, 4], layers: [{}, {}, own] },
      zip: [['weights.bits', 'layers']]
    };
    const roles = factorRoles(zipped, ['weights.bits', 'layers']);
    expect(roles).toMatchObject({ factor: 'weights.bits', companions: [], split: ['layers'] });
    const run = (id: string, width: number, top1: number, layers = {}) => {
      const plain = finishedRun({ id, model: 'a', bits: width, top1 });
      return { ...plain, configuration: { ...plain.configuration, layers } };
    };
    const runs = [
      finishedRun({ id: 'float', model: 'a', top1: 0.9, baseline: true }),
      run('eight', 8, 0.9),
      run('four', 4, 0.8),
      run('mixed', 4, 0.7, own)
    ];
    const series = accuracySeries(runs, roles).series;
    expect(series.map(({ points }) => points.map((point) => point?.value ?? null))).toEqual([
      [0.9, 0.8],
      [null, 0.7]
    ]);
    // Where uniform widths are there, the curve is theirs.
    const curve = curveRuns(runs, roles);
    expect(curve.runs.map(({ id }) => id)).toEqual(['float', 'eight', 'four']);
    expect(curve).toMatchObject({ leftOut: 1, roles: { split: [] } });
    const [float, , , mixed] = runs;
    expect(curveRuns([float!, mixed!], roles)).toMatchObject({ leftOut: 0, roles: { split: ['layers'] } });
    // Overrides that all widths share are a factor like any other.
    const crossed = [...runs.slice(1, 3), run('kept8', 8, 0.9, own), run('kept4', 4, 0.85, own)];
    expect(curveRuns(crossed, roles)).toMatchObject({ leftOut: 0, roles: { split: ['layers'] } });
  });

  test('without factors, models stand on the axis', () => {
    expect(factorRoles({ factors: {}, zip: [] }, [])).toMatchObject({ factor: 'model', split: [] });
  });
});

describe('maps of two factors', () => {
  test('any two crossed factors with numbers have one, the bits before others', () => {
    const factors = {
      'accelerator.tile': [16, 64],
      'activations.bits': [8, 4],
      'accelerator.adc.bits': ['ideal', 8, 4],
      'weights.bits': [8, 4],
      'activations.observer': ['mse', 'histogram']
    };
    const pairs = mapChoices({ factors }, Object.keys(factors));
    expect(pairs[0]).toEqual({ rows: 'weights.bits', columns: 'activations.bits' });
    expect(pairs).toHaveLength(6);
    expect(pairs).toContainEqual({ rows: 'accelerator.tile', columns: 'accelerator.adc.bits' });
    expect(mapChoices({ factors }, ['weights.bits', 'activations.observer'])).toEqual([]);
  });

  test('models and other factors have maps of their own, so that nothing is averaged over them', () => {
    const runs = (['mse', 'histogram'] as const).flatMap((observer) =>
      ['a', 'b'].map((model) => finishedRun({ id: `${model} ${observer}`, model, observer, top1: 0.5 }))
    );
    const axes = { rows: 'weights.bits', columns: 'activations.bits' };
    const subjects = mapSubjects(runs, axes, ['weights.bits', 'activations.bits', 'activations.observer']);
    expect(subjects.map(({ name }) => name)).toEqual([
      'a, observer mse',
      'b, observer mse',
      'a, observer histogram',
      'b, observer histogram'
    ]);
    expect(subjects.every((subject) => subject.runs.length === 1)).toBe(true);
  });
});

describe('the pivot table', () => {
  const runs = [
    finishedRun({ id: 'af', model: 'a', top1: 0.9, baseline: true }),
    finishedRun({ id: 'bf', model: 'b', top1: 0.92, baseline: true }),
    finishedRun({ id: 'a8', model: 'a', bits: 8, top1: 0.9 }),
    finishedRun({ id: 'b8', model: 'b', bits: 8, top1: 0.9 }),
    finishedRun({ id: 'a4', model: 'a', bits: 4, top1: 0.7 }),
    finishedRun({ id: 'b4', model: 'b', bits: 4, top1: 0.8 }),
    finishedRun({ id: 'waiting', model: 'b', bits: 2, top1: null })
  ].map((run, index) => ({
    ...run,
    metrics: run.top1 === null ? {} : { top1: run.top1.value, crossEntropy: index }
  }));
  const factors = ['model', 'weights.bits'];
  const pivot = (choice: Partial<PivotChoice>, of: readonly Run[] = runs, by = factors) =>
    pivotOf(of, by, { rows: 'weights.bits', columns: everythingElse, metric: 'top1', ...choice });
  const ids = ({ rows }: Pivot) =>
    rows.map(({ cells }) => cells.map((cell) => cell?.runs.map(({ id }) => id).join(' ') ?? null));

  test('has a float row first, then levels from many bits to few, and a column for everything else', () => {
    const found = pivot({});
    expect(found.rows.map(({ name }) => name)).toEqual(['float', '8', '4']);
    expect(found.columnNames).toEqual(['a', 'b']);
    expect(ids(found)).toEqual([
      ['af', 'bf'],
      ['a8', 'b8'],
      ['a4', 'b4']
    ]);
    expect(found.over).toEqual([]);
    // One run has its own interval, in percent.
    expect(found.rows[1]!.cells[0]).toMatchObject({ mean: 90, deviation: null, count: 1, low: 89, high: 92 });
  });

  test('takes any factor by any other', () => {
    const found = pivot({ rows: 'model', columns: 'weights.bits' });
    expect(found.rows.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(found.columnNames).toEqual(['float', '8', '4']);
    expect(ids(found)).toEqual([
      ['af', 'a8', 'a4'],
      ['bf', 'b8', 'b4']
    ]);
  });

  test('says over what a cell is taken, with deviation and number, and then has no interval', () => {
    const found = pivot({ columns: nothing });
    expect(found.over).toEqual(['model']);
    const four = found.rows[2]!.cells[0]!;
    expect(four).toMatchObject({ count: 2, low: null, high: null });
    expect([four.mean, four.minimum, four.maximum, four.median].map((value) => value.toFixed(6))).toEqual([
      '75.000000',
      '70.000000',
      '80.000000',
      '75.000000'
    ]);
    // Of two values the sample deviation is their distance over the root of two.
    expect(four.deviation).toBeCloseTo(10 / Math.SQRT2, 9);
  });

  test('seeds of one setting are a mean with an interval', () => {
    const repeats = [0.5, 0.6, 0.7].map((top1, seed) => {
      const run = finishedRun({ id: `s${seed}`, model: 'a', bits: 4, seed, top1 });
      const configuration = { ...run.configuration, seed };
      return { ...run, configuration, metrics: { top1 } };
    });
    const found = pivot({}, repeats, [...factors, 'seed']);
    expect(found.over).toEqual(['seed']);
    const [cell] = found.rows[0]!.cells;
    expect(cell!.mean).toBeCloseTo(60, 9);
    // t(0.975, 2) = 4.303.
    expect(cell!.high! - cell!.mean).toBeCloseTo((4.303 * 10) / Math.sqrt(3), 1);
    expect(ids(pivot({ columns: 'seed' }, repeats, [...factors, 'seed']))).toEqual([['s0', 's1', 's2']]);
  });

  test('marks the best of a row by the direction of the metric, and nobody where all are equal or alone', () => {
    const bestOf = (found: Pivot, metric: string, aggregate: 'mean' | 'count' = 'mean') =>
      found.rows.map(({ cells }) => bestOfRow(cells, metric, aggregate));
    expect(bestOf(pivot({}), 'top1')).toEqual([
      [false, true],
      [false, false],
      [false, true]
    ]);
    const entropy = pivot({ metric: 'crossEntropy' });
    expect(bestOf(entropy, 'crossEntropy')).toEqual([
      [true, false],
      [true, false],
      [true, false]
    ]);
    expect(bestOf(entropy, 'crossEntropy', 'count').flat()).not.toContain(true);
  });

  test('as a file it has a row for each cell, with the runs', () => {
    const table = pivotTable(pivot({}), { rows: 'Bits', columns: 'Rest', metric: 'top1' });
    expect(table.columns[2]).toMatchObject({ title: 'Top-1 accuracy, mean', unit: '%' });
    expect(table.rows).toHaveLength(6);
    expect(table.rows.at(-1)).toEqual(['4', 'b', 80, 80, 80, 80, null, 79, 82, 1, 'b4']);
  });
});

describe('namedPair', () => {
  test('says what two runs share and in what they differ', () => {
    const [a, b] = ['a', 'b'].map((model) => finishedRun({ id: model, model, bits: 4, top1: 0.5 }));
    expect(namedPair(a!, b!, bits)).toMatchObject({ at: '4 bits', a: 'a', b: 'b' });
  });

  test('sorts shared bits from many to few', () => {
    const order = (width: number) => {
      const [a, b] = ['a', 'b'].map((model) => finishedRun({ id: model, model, bits: width, top1: 0.5 }));
      return namedPair(a!, b!, bits).order;
    };
    expect([order(2), order(10), order(4)].sort()).toEqual([order(10), order(4), order(2)]);
  });

  test('a float run has no bits', () => {
    const float = finishedRun({ id: 'f', model: 'a', top1: 0.9, baseline: true });
    const four = finishedRun({ id: 'q', model: 'a', bits: 4, top1: 0.5 });
    expect(namedPair(float, four, bits)).toMatchObject({ at: 'a', a: 'float', b: '4 bits' });
    const eight = finishedRun({ id: 'e', model: 'a', bits: 8, top1: 0.9 });
    expect(namedPair(float, eight, bits)).toMatchObject({ at: 'a', a: 'float', b: '8 bits' });
  });

  test('without factors, what is not float is quantized; bits are said before other settings', () => {
    const float = finishedRun({ id: 'f', model: 'a', top1: 0.9, baseline: true });
    const four = finishedRun({ id: 'q', model: 'a', bits: 4, top1: 0.5, observer: 'mse' });
    expect(namedPair(float, four, [])).toMatchObject({ at: 'a', a: 'float', b: 'quantized' });
    expect(settingWords(four, ['model', 'activations.observer', ...bits])).toEqual([
      'a',
      '4 bits',
      'observer mse'
    ]);
  });
});
