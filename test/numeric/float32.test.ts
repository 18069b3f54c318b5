import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rint } from '../../src/main/numeric/float32.ts';

test.each([
  [0.5, 0],
  [1.5, 2],
  [2.5, 2],
  [3.5, 4],
  [-0.5, -0],
  [-1.5, -2],
  [-2.5, -2],
  [-0.2, -0],
  [-0, -0],
  [0.49999999999999994, 0],
  [2 ** 51 + 0.5, 2 ** 51],
  [2 ** 51 + 1.5, 2 ** 51 + 2],
  [4503599627370495.5, 4503599627370496],
  [2 ** 53, 2 ** 53],
  [1e300, 1e300],
  [Infinity, Infinity],
  [-Infinity, -Infinity],
  [NaN, NaN]
])('rint(%d) is %d', (x, expected) => {
  expect(rint(x)).toBe(expected);
});

test('rint is the nearest whole number, and the even one at ties', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: -(2 ** 51), max: 2 ** 51 }), (x) => {
      const rounded = rint(x);
      expect(Number.isInteger(rounded)).toBe(true);
      const distance = Math.abs(x - rounded);
      expect(distance).toBeLessThanOrEqual(0.5);
      if (distance === 0.5) expect(Math.abs(rounded % 2)).toBe(0);
    })
  );
});
