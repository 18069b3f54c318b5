import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  finishSum,
  multiplyFixedPoint,
  roundingShiftRight,
  saturatingRoundingDoublingHighMultiply as highMultiply
} from '../../src/main/kernels/reference/integer-requantization.ts';
import { decomposeMultiplier, requantizationFor } from '../../src/main/simulation/integer/index.ts';

describe("gemmlowp's arithmetic", () => {
  test.each([
    // The one product that does not fit saturates.
    [-(2n ** 31n), -(2n ** 31n), 2n ** 31n - 1n],
    [2n ** 31n - 1n, 2n ** 31n - 1n, 2n ** 31n - 2n],
    [1n, 2n ** 30n, 1n],
    // Ties go up: -0.5 becomes 0.
    [-1n, 2n ** 30n, 0n],
    [3n, 2n ** 30n, 2n],
    [-3n, 2n ** 30n, -1n],
    [1000n, 2n ** 30n, 500n]
  ])('the high half of 2 * %s * %s is %s', (a, b, high) => {
    expect(highMultiply(a, b)).toBe(high);
  });

  test.each([
    // Half away from zero.
    [1n, 1, 1n],
    [-1n, 1, -1n],
    [5n, 1, 3n],
    [-5n, 1, -3n],
    [6n, 2, 2n],
    [5n, 2, 1n],
    [-6n, 2, -2n],
    [7n, 0, 7n],
    // To the left it saturates.
    [3n, -2, 12n],
    [2n ** 30n, -1, 2n ** 31n - 1n],
    [-(2n ** 31n), -1, -(2n ** 31n)]
  ])('%s shifted right by %s is %s', (x, n, shifted) => {
    expect(roundingShiftRight(x, n)).toBe(shifted);
  });

  test('is within one of the exact product', () => {
    const factors = fc.double({ min: 2 ** -20, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(fc.integer(), factors, (sum, factor) => {
        const { multiplier, shift } = decomposeMultiplier(factor);
        const exact = (sum * multiplier) / 2 ** (31 + shift);
        expect(Math.abs(multiplyFixedPoint(sum, multiplier, shift) - exact)).toBeLessThanOrEqual(1);
      })
    );
  });
});

describe('a factor as M0 and n', () => {
  test.each([
    [0.5, 2 ** 30, 0],
    [0.25, 2 ** 30, 1],
    [1, 2 ** 30, -1],
    [0.75, 3 * 2 ** 29, 0],
    [3, 3 * 2 ** 29, -2],
    // Rounds up to the next power of two.
    [1 - 2 ** -40, 2 ** 30, -1],
    [2 ** -32, 2 ** 30, 31],
    // Too small to matter.
    [2 ** -33, 0, 0]
  ])('%s', (factor, multiplier, shift) => {
    expect(decomposeMultiplier(factor)).toEqual({ multiplier, shift });
  });

  test('0 stays 0, since factors of float32 vanish', () => {
    expect(decomposeMultiplier(0)).toEqual({ multiplier: 0, shift: 0 });
  });

  test.each([-1, NaN, Infinity, 2 ** 31])('%s cannot be written so', (factor) => {
    expect(() => decomposeMultiplier(factor)).toThrow(RangeError);
  });

  test('is exact to 31 bits', () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -31, max: 2 ** 30, noNaN: true }), (factor) => {
        const { multiplier, shift } = decomposeMultiplier(factor);
        expect(multiplier).toBeGreaterThanOrEqual(2 ** 30);
        expect(multiplier).toBeLessThan(2 ** 31);
        expect(Math.abs(multiplier * 2 ** -(31 + shift) - factor) / factor).toBeLessThanOrEqual(2 ** -31);
      })
    );
  });
});

describe('the dialects', () => {
  const code = (dialect: 'onnx' | 'qnnpack' | 'gemmlowp', sum: number, scales: readonly number[]) => {
    const [inputScale = 0, weightScale = 0, outputScale = 0] = scales;
    const requantization = requantizationFor(dialect, inputScale, Float32Array.of(weightScale), outputScale);
    return finishSum(sum, 0, { kind: 'codes', requantization, zeroPoint: 3, low: 0, high: 255 }, null);
  };

  test('round a half to even, to even, and away from zero', () => {
    const sums = [1, 3, 5, -1, -3];
    const half = [0.5, 1, 1] as const;
    expect(sums.map((sum) => code('onnx', sum, half))).toEqual([3, 5, 5, 3, 1]);
    expect(sums.map((sum) => code('qnnpack', sum, half))).toEqual([3, 5, 5, 3, 1]);
    // The high multiply by 2^30 halves: its ties go up.
    expect(sums.map((sum) => code('gemmlowp', sum, half))).toEqual([4, 5, 6, 3, 2]);
  });

  test('saturate at the bounds of the codes', () => {
    for (const dialect of ['onnx', 'qnnpack', 'gemmlowp'] as const) {
      expect(code(dialect, 2 ** 31 - 1, [0.5, 1, 1])).toBe(255);
      expect(code(dialect, -(2 ** 31), [0.5, 1, 1])).toBe(0);
    }
  });

  test('compute their factors differently', () => {
    const scales = [0.1, 0.3, 0.7].map(Math.fround) as [number, number, number];
    const factor = (dialect: 'onnx' | 'qnnpack') => {
      const result = requantizationFor(dialect, scales[0], Float32Array.of(scales[1]), scales[2]);
      return result.multipliers[0]!;
    };
    const product = Math.fround(scales[0] * scales[1]);
    expect(factor('onnx')).toBe(Math.fround(product / scales[2]));
    expect(factor('qnnpack')).toBe(Math.fround(product * Math.fround(1 / scales[2])));
    const random = fc.float({ min: Math.fround(1e-4), max: 1, noNaN: true });
    let differences = 0;
    fc.assert(
      fc.property(random, random, random, (x, w, y) => {
        const one = requantizationFor('onnx', x, Float32Array.of(w), y).multipliers[0]!;
        const two = requantizationFor('qnnpack', x, Float32Array.of(w), y).multipliers[0]!;
        if (one !== two) differences++;
        expect(Math.abs(one - two) / one).toBeLessThan(2 ** -22);
      })
    );
    expect(differences).toBeGreaterThan(0);
  });
});
