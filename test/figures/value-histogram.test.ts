import { describe, expect, test } from 'vitest';
import type { HistogramQuantizer, ValueHistogram } from '../../src/contract/index.ts';
import type { HistogramTrace, ScatterTrace } from '../../src/renderer/figures/figure.ts';
import { lightTheme } from '../../src/renderer/figures/figure-theme.ts';
import { drawnLevels, valueHistogram } from '../../src/renderer/figures/value-histogram.ts';

const quantizer: HistogramQuantizer = {
  bits: 2,
  scale: 1,
  zeroPoint: 0,
  levels: [-1, 0, 1, 2],
  levelCount: 4,
  evenlySpaced: true,
  firstLevel: -1,
  lastLevel: 2,
  lowest: -1.5,
  highest: 2.5,
  clippedBelow: 0,
  clippedAbove: 3,
  levelsUsed: 4
};
const histogram: ValueHistogram = {
  unit: 'value',
  values: 200,
  zeros: 80,
  zero: 0,
  minimum: 0,
  maximum: 4,
  start: 0,
  end: 4,
  counts: [60, 50, 7, 3],
  quantizer
};
const drawn = (change: Partial<ValueHistogram> = {}, countsAre: 'linear' | 'log' = 'linear') =>
  valueHistogram({ ...histogram, ...change }, 'output', 'conv1', null, countsAre, lightTheme);
const uniform = (levelCount: number): HistogramQuantizer => ({
  ...quantizer,
  levelCount,
  levels: Array.from({ length: levelCount }, (_, i) => i),
  firstLevel: 0,
  lastLevel: levelCount - 1
});

test('a bar for each bin, a line for each level, and the range beyond the last one shaded', () => {
  const { data, layout } = drawn();
  const [bars, levels] = data as [HistogramTrace, ScatterTrace];
  expect(bars).toMatchObject({ x: [0.5, 1.5, 2.5, 3.5], y: [60, 50, 7, 3], width: 1 });
  expect(levels.x.filter((x) => x !== null)).toEqual([-1, -1, 0, 0, 1, 1, 2, 2]);
  expect(levels.y.slice(0, 3)).toEqual([0, 1, null]);
  const shaded = layout.shapes!.filter(({ type }) => type === 'rect');
  expect(shaded).toHaveLength(1);
  expect(shaded[0]!.x0).toBe(2.5);
  expect(layout.shapes!.find(({ type }) => type === 'line')).toMatchObject({ x0: 0, x1: 0 });
});

test('says in words what is drawn', () => {
  const { description, layout, name } = drawn();
  expect(name).toBe('Output of conv1');
  expect(description).toBe(
    '200 values from 0 to 4, 40.00 % of them zero and not drawn: 4 levels (lines), 1.50 % clipped (shaded). 4 levels are used.'
  );
  expect(layout.annotations!.map(({ text }) => text)).toEqual([
    '4 levels (lines); 1.50 % clipped (shaded)',
    'zero: 40.00 % of the values, not drawn'
  ]);
  const clean = drawn({ quantizer: { ...quantizer, clippedAbove: 0 } });
  expect(clean.layout.annotations![0]!.text).toBe('4 levels (lines); nothing clipped');
});

test('its numbers: each bin with its share and its levels', () => {
  const { table } = drawn();
  expect(table.rows).toEqual([
    [0, 1, 60, 30, 1],
    [1, 2, 50, 25, 1],
    [2, 3, 7, 3.5, 1],
    [3, 4, 3, 1.5, 0]
  ]);
});

test('counts on a logarithmic axis, from below one to above the most', () => {
  const { yaxis } = drawn({}, 'log').layout;
  expect(yaxis.type).toBe('log');
  expect(yaxis.range![0]).toBeLessThan(0);
  expect(10 ** yaxis.range![1]).toBeGreaterThan(60);
});

describe('many levels', () => {
  test('up to 32 are lines, more are ticks', () => {
    expect(drawnLevels(uniform(32))).toMatchObject({ asLines: true, every: 1 });
    expect(drawnLevels(uniform(33))).toMatchObject({ asLines: false, every: 1 });
  });

  test('evenly spaced ones are thinned out, and the figure says so', () => {
    const { places, every } = drawnLevels(uniform(256));
    expect(every).toBe(4);
    expect(places.slice(0, 3)).toEqual([0, 4, 8]);
    expect(drawn({ quantizer: uniform(256) }).layout.annotations![0]!.text).toContain(
      'every 4th of 256 levels (ticks)'
    );
  });

  test('those that are not listed are drawn between the ends', () => {
    const { places, every } = drawnLevels({ ...uniform(65_536), levels: [] });
    expect([places.length, every, places[1]]).toEqual([64, 1024, 1024]);
    expect(drawn({ quantizer: { ...uniform(65_536), levels: [] } }).table.rows[0]![4]).toBeNull();
  });

  test('others stand where they stand', () => {
    const levels = Array.from({ length: 200 }, (_, i) => (i / 10) ** 3);
    const given = { ...uniform(200), levels, evenlySpaced: false };
    expect(drawnLevels(given)).toEqual({ places: levels, asLines: false, every: 1 });
  });
});

test('in codes the axis says so, and zero is marked only where all scales have it at one place', () => {
  const { layout } = drawn({ unit: 'code', zero: null });
  expect(layout.xaxis.title!.text).toContain('zero point (codes)');
  expect(layout.shapes!.some(({ type }) => type === 'line')).toBe(false);
  const grid = drawn({ unit: 'code', quantizer: { ...quantizer, evenlySpaced: false } });
  expect(grid.layout.xaxis.title!.text).toBe('Value that leaves / scale');
});

test('a float run has bars only', () => {
  const figure = drawn({ quantizer: null });
  expect(figure.data).toHaveLength(1);
  expect(figure.description).toContain('not quantized');
  expect(figure.table.rows[0]).toEqual([0, 1, 60, 30, null]);
});
