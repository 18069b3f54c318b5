import { describe, expect, test } from 'vitest';
import { darkTheme, lightTheme } from '../../src/renderer/figures/figure-theme.ts';
import type { ScatterTrace } from '../../src/renderer/figures/figure.ts';
import { contrast } from '../../src/renderer/figures/color-scale.ts';
import { parallelCoordinates } from '../../src/renderer/figures/parallel-coordinates.ts';
import { roundTicks } from '../../src/renderer/figures/round-ticks.ts';
import { finishedRun } from './runs.ts';

const runs = [
  finishedRun({ id: 'float', model: 'a', top1: 0.95, baseline: true }),
  finishedRun({ id: 'a8', model: 'a', bits: 8, top1: 0.9 }),
  finishedRun({ id: 'a4', model: 'a', bits: 4, top1: 0.5 }),
  finishedRun({ id: 'b8', model: '<b>', bits: 8, top1: 0.8 }),
  finishedRun({ id: 'b4', model: '<b>', bits: 4, top1: 0.1 }),
  finishedRun({ id: 'waiting', model: 'a', bits: 2, top1: null })
].map((run) => ({
  ...run,
  metrics: {
    ...(run.top1 !== null && { top1: run.top1.value }),
    ...(run.id !== 'b4' && { modelSizeBits: 8000 * run.configuration.weights.bits })
  }
}));

const options = {
  factors: ['model', 'weights.bits'],
  metrics: ['modelSizeBits', 'top1'],
  theme: lightTheme,
  name: 'Lines'
};
const lines = (traces: readonly ScatterTrace[]) => traces.filter(({ fill }) => fill === undefined);

describe('parallel coordinates', () => {
  const figure = parallelCoordinates(runs, options);
  const traces = figure.data as ScatterTrace[];

  test('have a line for each finished quantized run, with a gap behind it, coloured by its accuracy', () => {
    const drawn = lines(traces);
    expect(drawn.flatMap(({ x }) => x)).toEqual(new Array(4).fill([0, 1, 2, 3, null]).flat());
    expect(drawn.map(({ line }) => line!.color!.toUpperCase())).toEqual([
      lightTheme.series[1],
      expect.any(String),
      expect.any(String),
      lightTheme.series[0]
    ]);
    expect(figure.table.rows.map((row) => row.at(-1))).toEqual(['a8', 'b8', 'a4', 'b4']);
    expect(figure.table.rows[0]!.slice(0, 4)).toEqual(['a', '8', 8, 90]);
  });

  test('a run crosses an axis at its level or value; one that has none leaves a gap', () => {
    const [worst, , , best] = lines(traces).map(({ y }) => y.slice(0, 4));
    // The first of two models has the upper half, and more bits stand above fewer.
    expect(best![0]).toBeGreaterThan(0.5);
    expect(worst![0]).toBeLessThan(0.5);
    expect(best![1]).toBeGreaterThan(0.5);
    expect(best!.slice(2)).toEqual([1, 1]);
    expect(worst!.slice(2)).toEqual([null, 0]);
  });

  test('lines at one level stand apart in the order of their accuracies', () => {
    const places = lines(traces).map(({ y }) => y[0]!);
    expect(new Set(places).size).toBe(4);
    const [b4, a4, b8, a8] = places;
    expect(a8).toBeGreaterThan(a4!);
    expect(b8).toBeGreaterThan(b4!);
  });

  test('axes are named with units, levels stand beside them as plain text', () => {
    expect(figure.layout.xaxis.ticktext).toEqual([
      'Model',
      'Weight bits',
      'Size of weights<br>and biases (kB)',
      'Top-1 accuracy<br>(%)'
    ]);
    const texts = figure.layout.annotations!.filter(({ x }) => x === 0).map(({ text }) => text);
    expect(texts).toEqual(['a', '&lt;b&gt;']);
    expect(figure.layout.shapes).toHaveLength(4);
    expect(figure.description).toContain('4 runs over the axes Model, Weight bits');
    expect(new Set(traces.map(({ type }) => type))).toEqual(new Set(['scatter']));
  });

  test('lines that are not highlighted are grey and lie below', () => {
    const chosen = parallelCoordinates(runs, { ...options, highlighted: ({ model }) => model === 'a' });
    const drawn = lines(chosen.data as ScatterTrace[]);
    expect(drawn[0]!.line!.color).toBe(lightTheme.grid);
    expect(drawn[0]!.x).toHaveLength(10);
    expect(chosen.description).toContain('2 of them are highlighted.');
  });

  test('every colour stands out from the background, light and dark', () => {
    for (const theme of [lightTheme, darkTheme]) {
      const bar = (parallelCoordinates(runs, { ...options, theme }).data as ScatterTrace[]).filter(
        ({ fill }) => fill !== undefined
      );
      expect(bar).toHaveLength(13);
      for (const { fillcolor } of bar)
        expect(contrast(fillcolor!, theme.background)).toBeGreaterThanOrEqual(3);
    }
  });

  test('nothing finished is no line, and no failure', () => {
    const empty = parallelCoordinates(runs.slice(-1), options);
    expect(lines(empty.data as ScatterTrace[])).toEqual([]);
    expect(empty.table.rows).toEqual([]);
  });
});

test('round ticks are multiples of 1, 2 or 5, within both ends', () => {
  const texts = (least: number, most: number) => roundTicks(least, most).map(({ text }) => text);
  expect(texts(9.15, 92.5)).toEqual(['20', '40', '60', '80']);
  expect(texts(-0.2, 0.1)).toEqual(['−0.2', '−0.1', '0.0', '0.1']);
  expect(texts(1118, 4125)).toEqual(['2000', '3000', '4000']);
  expect(texts(3, 3)).toEqual(['3']);
});
