import { expect, test } from 'vitest';
import type { Divergence } from '../../src/contract/index.ts';
import { codeDivergence } from '../../src/renderer/figures/code-divergence.ts';
import { lightTheme } from '../../src/renderer/figures/figure-theme.ts';
import type { ScatterTrace } from '../../src/renderer/figures/figure.ts';

const none = { differing: 0, share: 0, largest: 0 };
const some = { differing: 3, share: 0.03, largest: 2 };
const divergence: Divergence = {
  samples: 2,
  accumulatorBits: 18,
  layers: [
    { name: 'conv1', codes: 200, simulated: none, limited: none },
    { name: 'conv2', codes: 200, simulated: { differing: 3, share: 0.015, largest: 2 }, limited: none }
  ],
  firstSimulated: 'conv2',
  firstLimited: null,
  perSample: [
    { sample: 0, simulated: [none, some], limited: [none, none] },
    { sample: 1, simulated: [none, none], limited: [none, none] }
  ]
};

test('the first layer that parts is named, and each difference stands in its cell', () => {
  const figure = codeDivergence(divergence, 'simulated', lightTheme);
  expect(figure.description).toContain('Codes part first at conv2, where 1.5000 % differ, by 2 at most.');
  const texts = (figure.data as ScatterTrace[]).find((trace) => trace.mode === 'text')!;
  expect(texts.text).toEqual(['', '', '', '2', '2', '']);
  expect(figure.table.rows).toEqual([
    ['conv1', 200, 0, 0, 0],
    ['conv2', 200, 3, 1.5, 2]
  ]);
});

test('where nothing parts, that is said', () => {
  const figure = codeDivergence(divergence, 'limited', lightTheme);
  expect(figure.name).toBe('Accumulators of 18 bits against integers');
  expect(figure.description).toContain('No code differs.');
});
