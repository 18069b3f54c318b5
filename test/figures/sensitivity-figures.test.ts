import { describe, expect, test } from 'vitest';
import type { BitChoice, SensitivityMeasure, SensitivityUnit } from '../../src/contract/index.ts';
import { budgetLabel, chosenBitsMap } from '../../src/renderer/figures/chosen-bits-map.ts';
import { lightTheme } from '../../src/renderer/figures/figure-theme.ts';
import type { ScatterTrace } from '../../src/renderer/figures/figure.ts';
import { orderedUnits, sensitivityMap, unitRows } from '../../src/renderer/figures/sensitivity-map.ts';

const unit = (name: string, subject: SensitivityUnit['subject'] = 'weights'): SensitivityUnit => ({
  subject,
  name,
  values: 10,
  macs: 100,
  input: null,
  feeds: []
});
const measure = (name: string, bits: number, sqnr: number | null, top1: number): SensitivityMeasure => ({
  subject: 'weights',
  unit: name,
  bits,
  logitsSqnrDb: sqnr,
  logitsError: sqnr === null ? 0 : 10 ** (-sqnr / 10),
  divergence: sqnr === null ? 0 : 1 / sqnr,
  crossEntropy: 1,
  sizeBits: 10 * bits,
  top1: { value: top1, low: top1 - 0.01, high: top1 + 0.01, count: 500 }
});
const float = { top1: { value: 0.9, low: 0.88, high: 0.92, count: 500 }, crossEntropy: 0.5 };
const details = { model: 'net', dataset: 'calib', samples: 500, bits: [2, 8] };
const rows = unitRows(
  {
    units: [unit('a'), unit('b'), unit('c'), unit('x', 'activations')],
    measures: [
      measure('a', 8, 50, 0.9),
      measure('a', 2, 20, 0.8),
      measure('b', 8, null, 0.9),
      measure('b', 2, 10, 0.85)
    ]
  },
  'weights'
);
const names = (ordered: typeof rows) => ordered.map((row) => row.unit.name);

describe('sensitivityMap', () => {
  test('units are ranked by what they lose at the fewest bits, those that are not measured last', () => {
    expect(names(rows)).toEqual(['a', 'b', 'c']);
    expect(names(orderedUnits(rows, 'sensitivity', 'logitsSqnrDb', float, [8, 2]))).toEqual(['b', 'a', 'c']);
    expect(names(orderedUnits(rows, 'sensitivity', 'top1Drop', float, [8, 2]))).toEqual(['a', 'b', 'c']);
    expect(names(orderedUnits(rows, 'network', 'top1Drop', float, [8, 2]))).toEqual(['a', 'b', 'c']);
    // Where nothing is lost at all there is no ratio; such a unit is the least sensitive.
    expect(names(orderedUnits(rows, 'sensitivity', 'logitsSqnrDb', float, [8]))).toEqual(['a', 'b', 'c']);
  });

  test('cells have the numbers, many bits at the left, and gaps where nothing is known', () => {
    const figure = sensitivityMap(rows, details, float, 'weights', 'logitsSqnrDb', lightTheme);
    const texts = figure.data.at(-1) as ScatterTrace;
    expect(texts.text).toEqual(['50.0', '20.0', '10.0']);
    expect(texts.x).toEqual([0, 1, 1]);
    expect(texts.y).toEqual([0, 0, 1]);
    expect(texts.customdata![2]).toBe('b<br>2 bits: 10.0 dB');
    expect(figure.table.rows).toEqual([
      ['a', 50, 20],
      ['b', null, 10],
      ['c', null, null]
    ]);
    expect(figure.layout.xaxis.title!.text).toBe('Bits of the weights');
    expect(figure.description).toContain('3 rows by 2 bit widths');
  });

  test('the darkest cell is the most sensitive: least dB, most points', () => {
    const darkest = (quantity: 'logitsSqnrDb' | 'top1Drop') => {
      const fills = sensitivityMap(rows, details, float, 'weights', quantity, lightTheme).data.slice(0, -1);
      const last = fills.at(-1) as ScatterTrace;
      return [last.x[0]! + 0.5, last.y[0]! + 0.5];
    };
    expect(darkest('logitsSqnrDb')).toEqual([1, 1]);
    expect(darkest('top1Drop')).toEqual([1, 0]);
  });

  test('lost points are against float', () => {
    const { table } = sensitivityMap(rows, details, float, 'weights', 'top1Drop', lightTheme);
    expect(table.rows[0]![2]).toBeCloseTo(10, 9);
    expect(table.columns[2]).toEqual({ title: '2 bits', unit: 'points', digits: 1 });
  });
});

describe('chosenBitsMap', () => {
  const choice = (budget: number, ...bits: number[]): BitChoice => ({
    budget,
    weights: bits.map((each, index) => ({ layer: `layer${index}`, bits: each })),
    activations: [],
    averageBits: budget,
    sizeBits: 0,
    bops: 0,
    cost: 0,
    predictedSqnrDb: null
  });

  test('a column for each budget, a row for each layer', () => {
    const figure = chosenBitsMap([choice(4, 8, 4), choice(3, 6, 2)], 'average-bits', 'weights', lightTheme);
    const texts = figure.data.at(-1) as ScatterTrace;
    expect(texts.text).toEqual(['8', '4', '6', '2']);
    expect(figure.layout.xaxis.ticktext).toEqual(['4 bits', '3 bits']);
    expect(figure.table.rows).toEqual([
      ['layer0', 8, 6],
      ['layer1', 4, 2]
    ]);
    expect(figure.description).toContain('from 2 to 8');
  });

  test('budgets have units', () => {
    expect(budgetLabel('average-bits', 3.5)).toBe('3.5 bits');
    expect(budgetLabel('size', 8 * 271_834)).toBe('271.8 kB');
    expect(budgetLabel('bops', 979_400_000)).toBe('979.4 M');
  });
});
