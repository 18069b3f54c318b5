import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codebookGrid, gridQuantizer, powersOfTwoGrid } from '../../src/main/quantization/grids/index.ts';
import { quantizeToCodes, quantizerFromRange, valueHistogram } from '../../src/main/quantization/index.ts';
import type { Quantizer } from '../../src/main/quantization/index.ts';
import { normals } from './normals.ts';

const rangeOf = (minimum: number, maximum: number) => ({
  minimum: Float32Array.of(minimum),
  maximum: Float32Array.of(maximum)
});
const affine = { scheme: 'affine', storage: 'unsigned', narrow: false, reduceRange: false } as const;
const histogramOf = (values: Float32Array, quantizer: Quantizer) =>
  valueHistogram({
    values,
    quantizer,
    codes: quantizeToCodes(values, [values.length], quantizer),
    scaleOf: () => 0,
    scale: 0
  });

test('every value but zero is in one bin, and the ends are those of the values', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 200 }), (list) => {
      const values = Float32Array.from(list);
      const found = valueHistogram({ values, quantizer: null, codes: null, scaleOf: () => 0, scale: 0 });
      expect(found.counts.reduce((sum, count) => sum + count, found.zeros)).toBe(values.length);
      expect(found.start).toBeLessThanOrEqual(found.minimum);
      expect(found.end).toBeGreaterThanOrEqual(found.maximum);
      expect(found.zeros).toBe(list.filter((value) => value === 0).length);
    })
  );
});

test('levels, clip bounds and what lies beyond them, by hand', () => {
  // 2 bits over 0 to 3: the levels 0, 1, 2, 3, and nothing is clipped from -0.5 to 3.5.
  const quantizer = quantizerFromRange(rangeOf(0, 3), { ...affine, bits: 2 }, null);
  const found = histogramOf(Float32Array.of(-2, -0.5, 0, 0, 1.2, 3.5, 3.6, 9), quantizer);
  expect(found).toMatchObject({ unit: 'value', values: 8, zeros: 2, zero: 0, minimum: -2, maximum: 9 });
  expect(found.quantizer).toEqual({
    bits: 2,
    scale: 1,
    zeroPoint: 0,
    levels: [0, 1, 2, 3],
    levelCount: 4,
    evenlySpaced: true,
    firstLevel: 0,
    lastLevel: 3,
    lowest: expect.closeTo(-0.5, 5),
    highest: expect.closeTo(3.5, 5),
    clippedBelow: 1,
    clippedAbove: 2,
    levelsUsed: 3
  });
});

test('levels that are not evenly spaced lie where the grid has them', () => {
  const grid = powersOfTwoGrid(3, true);
  const found = histogramOf(normals(500, 1), gridQuantizer(grid, 3, rangeOf(-2, 1), null, false));
  expect(found.quantizer).toMatchObject({ levels: [-2, -1, -0.5, 0, 0.5, 1, 2], evenlySpaced: false });
  expect(found.quantizer).toMatchObject({
    lowest: expect.closeTo(-2.5, 5),
    highest: expect.closeTo(2.5, 5)
  });
});

test('values with several scales are drawn in codes, where levels lie at the same places', () => {
  const quantizer = {
    ...quantizerFromRange(
      { minimum: Float32Array.of(-1, -10), maximum: Float32Array.of(2, 5) },
      { ...affine, bits: 2 },
      0
    ),
    axis: 0
  };
  expect([...quantizer.scale]).toEqual([1, 5]);
  expect([...quantizer.zeroPoint]).toEqual([1, 2]);
  const values = Float32Array.of(-1, 2, -10, 5);
  const codes = quantizeToCodes(values, [2, 2], quantizer);
  const found = valueHistogram({ values, quantizer, codes, scaleOf: (i) => i >> 1, scale: null });
  expect(found).toMatchObject({ unit: 'code', minimum: 0, maximum: 3, zero: null });
  expect(found.quantizer).toMatchObject({ scale: null, levels: [0, 1, 2, 3], firstLevel: 0, lastLevel: 3 });
});

test('half a step beyond the last level is a tie, whatever float32 makes of it', () => {
  fc.assert(
    fc.property(
      fc.float({ min: Math.fround(1e-6), max: 100, noNaN: true }),
      fc.integer({ min: 2, max: 8 }),
      (largest, bits) => {
        // PyTorch's symmetric scale puts the largest value at half a step beyond the largest code.
        const settings = { ...affine, bits, scheme: 'symmetric', storage: 'signed' } as const;
        const quantizer = quantizerFromRange(rangeOf(-largest, largest), settings, null);
        const { clippedBelow, clippedAbove } = histogramOf(
          Float32Array.of(-largest, largest),
          quantizer
        ).quantizer!;
        expect([clippedBelow, clippedAbove]).toEqual([0, 0]);
      }
    )
  );
});

test('16 bits are too many levels to be listed', () => {
  const found = histogramOf(
    normals(50, 2),
    quantizerFromRange(rangeOf(-4, 4), { ...affine, bits: 16 }, null)
  );
  expect(found.quantizer).toMatchObject({ levels: [], levelCount: 65_536 });
  expect(found.quantizer!.lastLevel).toBeCloseTo(4, 3);
});

test('nothing and one value many times have a histogram, too', () => {
  const quantizer = gridQuantizer(codebookGrid([-1, 1]), 1, rangeOf(-1, 1), null, false);
  expect(histogramOf(new Float32Array(0), quantizer).values).toBe(0);
  const same = histogramOf(new Float32Array(40).fill(0.25), quantizer);
  expect(same.counts.reduce((sum, count) => sum + count, 0)).toBe(40);
  expect([same.start, same.end]).toEqual([-0.25, 0.75]);
});
