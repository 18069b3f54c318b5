import { describe, expect, test } from 'vitest';
import type { BudgetResult, ErrorBudget, Estimate } from '../../src/contract/index.ts';
import { budgetAlone, budgetLayers, budgetWaterfall } from '../../src/renderer/figures/error-budget.ts';
import type { ScatterTrace } from '../../src/renderer/figures/figure.ts';
import { darkTheme, lightTheme } from '../../src/renderer/figures/figure-theme.ts';

const estimate = (value: number, half: number | null = 0.01): Estimate => ({
  value,
  low: half === null ? null : value - half,
  high: half === null ? null : value + half,
  standardDeviation: null,
  seeds: 3
});

const result = (
  top1: number | null,
  change: number | null,
  layersSqnrDb: (number | null)[] = []
): BudgetResult => ({
  runIds: ['r'],
  top1: top1 === null ? null : estimate(top1),
  change: change === null ? null : estimate(change, 0.005),
  layersSqnrDb
});

const budget: ErrorBudget = {
  model: 'resnet',
  levels: { 'accelerator.link.rateGigasamplesPerSecond': 5 },
  layers: ['conv1', 'fc'],
  stages: [
    { id: 'float', title: 'float', cumulative: result(0.9, null), alone: null },
    { id: 'quantized', title: 'quantized', cumulative: result(0.88, -0.02, [30, 12.4]), alone: null },
    {
      id: 'noise-output',
      title: 'output noise',
      cumulative: result(0.885, 0.005, [40, null]),
      alone: result(0.87, -0.01, [40, null])
    },
    { id: 'crosstalk', title: 'crosstalk', cumulative: result(null, null), alone: result(null, null) }
  ]
};

const byName = (figure: { data: unknown[] }, name: string) =>
  (figure.data as ScatterTrace[]).find((trace) => trace.name === name)!;

describe('the waterfall of an error budget', () => {
  const figure = budgetWaterfall(budget, lightTheme);

  test('has a bar from each accuracy to the next, losses and gains apart', () => {
    expect(byName(figure, 'loss').x).toEqual([90, 88, 88, 90, 90, null]);
    expect(byName(figure, 'gain').x).toEqual([88, 88.5, 88.5, 88, 88, null]);
    expect(byName(figure, 'loss').fillcolor).not.toBe(byName(figure, 'gain').fillcolor);
  });

  test('writes each change beside its bar, and says what is not known', () => {
    expect(figure.layout.annotations!.map(({ text }) => text)).toEqual([
      '90.00',
      '−2.00',
      '+0.50',
      'not known yet'
    ]);
    expect(figure.layout.yaxis.ticktext).toEqual(['float', 'quantized', 'output noise', 'crosstalk']);
    expect(figure.layout.yaxis.range).toEqual([3.5, -0.5]);
  });

  test('has the interval of the change as a whisker', () => {
    const ends = figure.data.at(-1) as ScatterTrace;
    expect(ends.x).toEqual([90, 88, 88.5]);
    expect(ends.error_x!.array.map((length) => Math.round(length * 1e9) / 1e9)).toEqual([0, 0.5, 0.5]);
    expect(ends.text![1]).toBe('quantized: 88.00<br>−2.00 points (95 %: −2.50 to −1.50), 3 seeds');
  });

  test('never leaves what an accuracy can be: neither its axis nor its whiskers', () => {
    const near = (top1: number, change: number): BudgetResult => ({
      ...result(top1, change),
      change: estimate(change, 0.08)
    });
    const [float, quantized] = budget.stages;
    const stages = [
      { ...float!, cumulative: result(0.99, null) },
      { ...quantized!, cumulative: near(0.97, -0.02) },
      { ...quantized!, cumulative: near(0.04, -0.93) }
    ];
    const figure = budgetWaterfall({ ...budget, stages }, lightTheme);
    const { error_x: whiskers } = figure.data.at(-1) as ScatterTrace;
    const rounded = (lengths: readonly number[]) => lengths.map((length) => Math.round(length * 1e6) / 1e6);
    expect(rounded(whiskers!.array)).toEqual([0, 3, 8]);
    expect(rounded(whiskers!.arrayminus)).toEqual([0, 8, 4]);
    const [low, high] = figure.layout.xaxis.range as [number, number];
    expect([low, high].map(Math.round)).toEqual([-2, 102]);
    // The table keeps the interval as it was found.
    expect(figure.table.rows[1]!.slice(4, 7)).toEqual([-2, -10, 6]);
  });

  test('has its numbers as a table and a sentence', () => {
    expect(figure.name).toBe('Error budget, resnet, 5 GS/s');
    expect(figure.description).toContain('From 90.00 to 88.50 per cent.');
    expect(figure.table.rows[0]).toEqual(['float', 90, 89, 91, null, null, null, 1]);
    expect(figure.table.rows[3]).toEqual(['crosstalk', null, null, null, null, null, null, 1]);
  });
});

test('stages alone are bars from nothing, of the hardware only', () => {
  const figure = budgetAlone(budget, darkTheme);
  expect(figure.layout.yaxis.ticktext).toEqual(['output noise', 'crosstalk']);
  expect(byName(figure, 'loss').x).toEqual([0, -1, -1, 0, 0, null]);
  expect(figure.table.rows).toEqual([
    ['output noise', -1, -1.5, -0.5, 1],
    ['crosstalk', null, null, null, 1]
  ]);
});

test('layers by stages leave a hole where nothing was lost', () => {
  const figure = budgetLayers(budget, lightTheme);
  const texts = figure.data.at(-1) as ScatterTrace;
  expect(texts.text).toEqual(['30', '12', '40']);
  expect(figure.layout.xaxis.ticktext).toEqual(['quantized', 'output noise', 'crosstalk']);
  expect(figure.table.rows).toEqual([
    ['conv1', 30, 40, null],
    ['fc', 12.4, null, null]
  ]);
});
