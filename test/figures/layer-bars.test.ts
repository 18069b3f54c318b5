import { expect, test } from 'vitest';
import type { LayerResult } from '../../src/contract/index.ts';
import type { BarTrace } from '../../src/renderer/figures/figure.ts';
import { lightTheme } from '../../src/renderer/figures/figure-theme.ts';
import { layerBars } from '../../src/renderer/figures/layer-bars.ts';

const layer = (index: number, name: string, weightSqnrDb: number | null): LayerResult => ({
  index,
  name,
  operator: 'Conv',
  fused: null,
  macs: 2_500_000,
  parameters: 1200,
  weights: null,
  weightSqnrDb,
  output: null
});

test('layers stand from the input at the top to the output, without a bar where nothing is known', () => {
  const figure = layerBars(
    [layer(0, 'conv1', 21.34), layer(1, 'conv2', 18), layer(2, 'fc', null)],
    'weightSqnrDb',
    lightTheme
  );
  const [bars] = figure.data as [BarTrace];
  expect(bars.x).toEqual([21.34, 18, null]);
  expect(bars.text).toEqual(['21.3', '18.0', '']);
  expect(figure.layout.xaxis.title?.text).toBe('Weight SQNR (dB)');
  expect(figure.layout.yaxis.range).toEqual([2.5, -0.5]);
  expect(figure.description).toContain('The smallest is 18.0 at conv2.');
});

test('large counts are given in millions', () => {
  const figure = layerBars([layer(0, 'conv1', null)], 'macs', lightTheme);
  expect((figure.data[0] as BarTrace).x).toEqual([2.5]);
  expect(figure.table.columns[2]).toEqual({ title: 'Multiply-accumulates', unit: 'million', digits: 2 });
});

test('overflows are shares of additions in per cent, and missing where nobody counted', () => {
  const integers = {
    accumulatorBits: 16,
    overflows: 5,
    overflowShare: 0.00125,
    worstCaseBits: 20,
    dataBits: 17,
    a2qMarginBits: -4,
    biasError: null,
    biasErrorCodes: null
  };
  const counted = { ...layer(0, 'conv1', null), integers };
  const figure = layerBars([counted, layer(1, 'fc', null)], 'overflowShare', lightTheme);
  expect((figure.data[0] as BarTrace).text).toEqual(['0.125', '']);
  expect(figure.layout.xaxis.title?.text).toBe('Overflows (% of additions)');
});
