import { describe, expect, test } from 'vitest';
import { accuracySeries } from '../../src/renderer/figures/accuracy-series.ts';
import { curveRuns } from '../../src/renderer/views/experiment/curve-runs.ts';
import { factorRoles, mapChoices, mapSubjects } from '../../src/renderer/views/experiment/factor-roles.ts';
import { namedPair } from '../../src/renderer/views/experiment/named-pair.ts';
import { pivotRows } from '../../src/renderer/views/experiment/pivot.ts';
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

describe('pivotRows', () => {
  const runs = [
    finishedRun({ id: 'af', model: 'a', top1: 0.9, baseline: true }),
    finishedRun({ id: 'a8', model: 'a', bits: 8, top1: 0.9 }),
    finishedRun({ id: 'b8', model: 'b', bits: 8, top1: 0.9 }),
    finishedRun({ id: 'a4', model: 'a', bits: 4, top1: 0.7 }),
    finishedRun({ id: 'b4', model: 'b', bits: 4, top1: 0.8 })
  ];
  const rows = pivotRows(accuracySeries(runs, { factor: 'weights.bits' }));

  test('has the float row first, then levels from many bits to few', () => {
    expect(rows.map((row) => row.name)).toEqual(['float', '8', '4']);
    expect(rows.map((row) => row.cells.map((cell) => cell?.runId ?? null))).toEqual([
      ['af', null],
      ['a8', 'b8'],
      ['a4', 'b4']
    ]);
  });

  test('marks the best of a row, and nobody where all are equal or alone', () => {
    expect(rows.map((row) => row.cells.map((cell) => cell?.best ?? null))).toEqual([
      [false, null],
      [false, false],
      [false, true]
    ]);
  });
});

describe('namedPair', () => {
  const test4 = { a: 'a', b: 'b', onlyA: 1, onlyB: 2, difference: 0.01, low: -0.02, high: 0.04, pValue: 1 };

  test('says what two runs share and in what they differ', () => {
    const [a, b] = ['a', 'b'].map((model) => finishedRun({ id: model, model, bits: 4, top1: 0.5 }));
    expect(namedPair(test4, a!, b!, bits)).toMatchObject({ at: '4 bits', a: 'a', b: 'b' });
  });

  test('sorts shared bits from many to few', () => {
    const order = (width: number) => {
      const [a, b] = ['a', 'b'].map((model) => finishedRun({ id: model, model, bits: width, top1: 0.5 }));
      return namedPair(test4, a!, b!, bits).order;
    };
    expect([order(2), order(10), order(4)].sort()).toEqual([order(10), order(4), order(2)]);
  });

  test('a float run has no bits', () => {
    const float = finishedRun({ id: 'f', model: 'a', top1: 0.9, baseline: true });
    const four = finishedRun({ id: 'q', model: 'a', bits: 4, top1: 0.5 });
    expect(namedPair(test4, float, four, bits)).toMatchObject({ at: 'a', a: 'float', b: '4 bits' });
    const eight = finishedRun({ id: 'e', model: 'a', bits: 8, top1: 0.9 });
    expect(namedPair(test4, float, eight, bits)).toMatchObject({ at: 'a', a: 'float', b: '8 bits' });
  });
});
