import { expect, test } from 'vitest';
import type { Divergence } from '../../src/contract/index.ts';
import { codeDivergence } from '../../src/renderer/figures/code-divergence.ts';
import { codeMapPixels } from '../../src/renderer/figures/code-map-pixels.ts';
import { rgb } from '../../src/renderer/figures/color-scale.ts';
import { lightTheme } from '../../src/renderer/figures/figure-theme.ts';
import type { ScatterTrace } from '../../src/renderer/figures/figure.ts';
import { mostDifferent } from '../../src/renderer/views/run/most-different.ts';
import { wayColumns, waysOf } from '../../src/renderer/views/run/way-columns.ts';

const none = { differing: 0, share: 0, largest: 0 };
const some = { differing: 3, share: 0.03, largest: 2 };
const divergence: Divergence = {
  samples: 2,
  accumulatorBits: 18,
  predictions: {
    simulated: { right: 2, differing: 0 },
    integer: { right: 2, differing: 0 },
    limited: { right: 1, differing: 1 }
  },
  layers: [
    { name: 'conv1', codes: 200, dataBits: 17, simulated: none, limited: none },
    {
      name: 'conv2',
      codes: 200,
      dataBits: 19,
      simulated: { differing: 3, share: 0.015, largest: 2 },
      limited: none
    }
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
    ['conv1', 17, 200, 0, 0, 0],
    ['conv2', 19, 200, 3, 1.5, 2]
  ]);
});

test('where nothing parts, that is said', () => {
  const figure = codeDivergence(divergence, 'limited', lightTheme);
  expect(figure.name).toBe('Accumulators of 18 bits against integers');
  expect(figure.description).toContain('No code differs.');
});

test('the sample of which most codes differ is the one to look at', () => {
  expect(mostDifferent(divergence, 'simulated')).toBe(0);
  const swapped = { ...divergence, perSample: divergence.perSample.toReversed() };
  expect(mostDifferent(swapped, 'simulated')).toBe(0);
  const second = { ...divergence.perSample[1]!, simulated: [some, some] };
  expect(mostDifferent({ ...divergence, perSample: [divergence.perSample[0]!, second] }, 'simulated')).toBe(
    1
  );
});

test('three ways stand side by side', () => {
  const text = waysOf(divergence).map((way) => wayColumns(2).map((column) => column.text(way)));
  expect(text).toEqual([
    ['Integer', '2', '–', '–', '–', '–'],
    ['Simulated', '2', '0', 'conv2', '1.5000', '2'],
    ['Integer, 18-bit accumulators', '1', '1', 'none', '–', '–']
  ]);
});

test('a map has the shade of each difference, and one row becomes a square', () => {
  const { rgba, ...size } = codeMapPixels([0, 1, 300, 0, 0, 2], 2, 3, lightTheme);
  expect(size).toEqual({ width: 3, height: 2 });
  const pixel = (at: number) => [...rgba.subarray(at * 4, at * 4 + 4)];
  expect(pixel(0)).toEqual([...rgb(lightTheme.scale[0]), 255]);
  expect(pixel(2)).toEqual([...rgb(lightTheme.scale[1]), 255]);
  expect(pixel(1)).not.toEqual(pixel(0));
  const line = codeMapPixels([1, 1, 1, 1, 1], 1, 5, lightTheme);
  expect([line.width, line.height]).toEqual([3, 2]);
  expect(line.rgba.subarray(20)).toEqual(new Uint8ClampedArray(4));
});
