import { expect, test } from 'vitest';
import type { BudgetResult, ErrorBudget } from '../../src/contract/index.ts';
import { photonicSections } from '../../tools/documents/photonic.ts';
import { withSections } from '../../tools/documents/sections.ts';

const result = (top1: number | null, change: [number, number, number] | null): BudgetResult => ({
  runIds: [],
  top1: top1 === null ? null : { value: top1, low: null, high: null, standardDeviation: null, seeds: 1 },
  change:
    change === null
      ? null
      : { value: change[0], low: change[1], high: change[2], standardDeviation: null, seeds: 1 },
  layersSqnrDb: []
});

const budget = (bits: number, alone: BudgetResult): ErrorBudget => ({
  model: 'resnet18-mse',
  levels: {
    'accelerator.preset': 'holylight-mam',
    'accelerator.link.rateGigasamplesPerSecond': 5,
    'weights.bits': bits,
    'activations.bits': bits
  },
  layers: [],
  stages: [
    { id: 'integer', title: 'integers', cumulative: result(0.9, null), alone: null },
    { id: 'light-thermal', title: 'thermal noise', cumulative: result(0.1, [-0.8, -0.85, -0.7]), alone },
    {
      id: 'crosstalk',
      title: 'crosstalk',
      cumulative: result(0.1, [0, 0, 0]),
      alone: result(0.89, [-0.01, -0.03, 0.01])
    }
  ]
});

test('a budget names what alone changes more than its interval, and says what is not computed', () => {
  const { budgets } = photonicSections({
    budgets: [budget(8, result(0.1, [-0.8, -0.85, -0.7])), budget(4, result(null, null))],
    runs: []
  });
  expect(budgets).toContain(
    '| MAM, 5 GS/s, 8 bits | 90.0 | 10.0 | 10.0 | thermal noise −80.0 (−85.0 to −70.0) |'
  );
  expect(budgets).toContain('| MAM, 5 GS/s, 4 bits | 90.0 | 10.0 | 10.0 | – |');
  expect(budgets).toContain('1 of 10 results of 2 budgets');
});

test('runs stand at their level, the float run apart, and what is missing is a dash', () => {
  const experiment = 'How many bits does the ADC need?';
  const { 'adc-bits': bits } = photonicSections({
    budgets: [],
    runs: [
      { experiment, model: 'resnet18-mse', baseline: true, top1: 0.9, 'accelerator.adc.bits': null },
      { experiment, model: 'resnet18-mse', baseline: false, top1: 0.655, 'accelerator.adc.bits': 4 }
    ]
  });
  expect(bits).toContain('| float | – | – | 90.0 |');
  expect(bits).toContain('| 4 | – | – | 65.5 |');
  expect(bits).toContain('| 3 | – | – | – |');
});

test('a section is written between its marks, by its maker only', () => {
  const text = 'a\n<!-- x: made by me -->\nold\n<!-- end of x -->\nb';
  expect(withSections(text, { x: 'new' }, 'me')).toBe(
    'a\n<!-- x: made by me -->\n\nnew\n\n<!-- end of x -->\nb'
  );
  expect(() => withSections(text, { x: 'new' })).toThrow('no place for the section x');
});
