import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import {
  additivePowersOfTwoGrid,
  codebookGrid,
  decodeFromGrid,
  encodeOnGrid,
  gridQuantizerFromRange,
  gridScale,
  minifloatFormats,
  minifloatGrid,
  nearestCode,
  powersOfTwoGrid,
  scaledLevels,
  type Grid
} from '../../src/main/quantization/grids/index.ts';
import { normals } from './normals.ts';

const levelsOf = (grid: Grid) => [...grid.levels];
const codeOf = (action: () => unknown) => {
  try {
    action();
  } catch (error) {
    if (error instanceof BitlabError) return error.code;
    throw error;
  }
  return null;
};

describe('additive powers of two', () => {
  // The level sets of the ICLR 2020 paper, as whole multiples of their common part.
  test.each([
    [2, 4, [0, 1, 2, 4]],
    [3, 10, [0, 1, 2, 3, 4, 6, 8, 10]],
    [4, 48, [0, 1, 2, 3, 4, 6, 8, 9, 12, 16, 18, 24, 32, 33, 36, 48]],
    [
      5,
      100,
      [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 17, 20, 21, 24, 28, 32, 34, 36, 38, 48, 52, 64, 65, 68, 69,
        72, 76, 96, 100
      ]
    ]
  ])('the levels of %i unsigned bits', (bits, largest, multiples) => {
    expect(levelsOf(additivePowersOfTwoGrid(bits, false))).toEqual(
      multiples.map((multiple) => multiple / largest)
    );
  });

  test('signed: a sign, and the set of one bit less', () => {
    expect(levelsOf(additivePowersOfTwoGrid(2, true))).toEqual([-1, 0, 1]);
    expect(levelsOf(additivePowersOfTwoGrid(3, true))).toEqual([-1, -0.5, -0.25, 0, 0.25, 0.5, 1]);
    for (const bits of [4, 5, 6, 7, 8])
      expect(additivePowersOfTwoGrid(bits, true).levels).toHaveLength(2 ** bits - 1);
  });

  test('other bit widths are refused', () => {
    expect(codeOf(() => additivePowersOfTwoGrid(9, true))).toBe('CONFIGURATION_INVALID');
    expect(codeOf(() => additivePowersOfTwoGrid(1, true))).toBe('CONFIGURATION_BITS');
    expect(codeOf(() => additivePowersOfTwoGrid(2.5, false))).toBe('CONFIGURATION_BITS');
  });
});

test('powers of two', () => {
  expect(levelsOf(powersOfTwoGrid(2, true))).toEqual([-1, 0, 1]);
  expect(levelsOf(powersOfTwoGrid(3, true))).toEqual([-1, -0.5, -0.25, 0, 0.25, 0.5, 1]);
  expect(levelsOf(powersOfTwoGrid(2, false))).toEqual([0, 0.25, 0.5, 1]);
  expect(levelsOf(powersOfTwoGrid(4, true)).slice(7)).toEqual([
    0,
    1 / 64,
    1 / 32,
    1 / 16,
    1 / 8,
    1 / 4,
    1 / 2,
    1
  ]);
  expect(codeOf(() => powersOfTwoGrid(9, true))).toBe('CONFIGURATION_INVALID');
});

describe('minifloats', () => {
  test.each([
    ['e2m1', [0, 0.5, 1, 1.5, 2, 3, 4, 6]],
    ['e2m0', [0, 1, 2, 4]],
    [
      'e2m3',
      [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 26, 28, 30, 32, 36, 40, 44,
        48, 52, 56, 60
      ].map((eighths) => eighths / 8)
    ]
  ] as const)('all numbers of %s', (format, positive) => {
    const negative = positive.slice(1).map((level) => -level);
    expect(levelsOf(minifloatGrid(format))).toEqual([...negative.toReversed(), ...positive]);
  });

  // Largest and smallest numbers: tables 1 and 2 of the OCP's 8-bit specification, section 5.3 of its microscaling formats.
  test.each([
    ['e4m3', 448, 2 ** -9, 253],
    ['e5m2', 57_344, 2 ** -16, 247],
    ['e3m2', 28, 0.0625, 63],
    ['e2m3', 7.5, 0.125, 63],
    ['e2m1', 6, 0.5, 15]
  ] as const)('the ends of %s', (format, largest, smallest, count) => {
    const { levels } = minifloatGrid(format);
    expect([levels.at(-1), levels[levels.indexOf(0) + 1], levels.length]).toEqual([largest, smallest, count]);
  });

  test('with and without infinities', () => {
    expect(minifloatGrid('e4m3', true).levels.at(-1)).toBe(240);
    expect(minifloatGrid('e5m2', false).levels.at(-1)).toBe(98_304);
    expect(minifloatGrid('e2m1', true).levels.at(-1)).toBe(3);
  });

  test('an unknown format is refused', () => {
    expect(codeOf(() => minifloatGrid('e1m6' as 'e4m3'))).toBe('CONFIGURATION_INVALID');
  });

  test('ties go to the even mantissa', () => {
    for (const format of minifloatFormats) {
      const levels = scaledLevels(minifloatGrid(format), 1);
      const zero = levels.values.indexOf(0);
      for (let code = zero; code + 1 < levels.values.length; code++) {
        // Patterns of positive numbers count up from zero, so an even pattern is an even mantissa (or exponent, in e2m0).
        const middle = (levels.values[code]! + levels.values[code + 1]!) / 2;
        const even = (code - zero) % 2 === 0 ? code : code + 1;
        expect(nearestCode(levels, middle)).toBe(even);
        expect(nearestCode(levels, -middle)).toBe(2 * zero - even);
      }
    }
  });
});

describe('codebooks', () => {
  test('levels are sorted', () => {
    expect(levelsOf(codebookGrid([1, -2, 0.5]))).toEqual([-2, 0.5, 1]);
  });

  test.each([
    ['no level', [], 'it has no levels'],
    ['one level', [7], 'it has only one level'],
    ['duplicates', [1, 2, 1], 'the level 1 is there twice'],
    ['duplicates in float32', [0.1, 0.10000000001], 'there twice'],
    ['NaN', [1, NaN, 2], 'its level 2 is NaN'],
    ['infinity', [1, Infinity], 'its level 2 is Infinity'],
    ['beyond float32', [1, 1e39], 'its level 2 is 1e+39']
  ])('%s are refused', (_, levels, reason) => {
    expect(codeOf(() => codebookGrid(levels))).toBe('CODEBOOK_INVALID');
    expect(() => codebookGrid(levels)).toThrow(reason);
  });
});

const anyGrid = fc.oneof(
  fc.constantFrom(...minifloatFormats).map((format) => minifloatGrid(format)),
  fc
    .tuple(fc.integer({ min: 2, max: 7 }), fc.boolean())
    .map(([bits, signed]) => powersOfTwoGrid(bits, signed)),
  fc
    .tuple(fc.integer({ min: 2, max: 8 }), fc.boolean())
    .map(([bits, signed]) => additivePowersOfTwoGrid(bits, signed)),
  fc
    .uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 20 })
    .map((levels) => codebookGrid(levels.map((level) => level / 64)))
);
const scale = fc.double({ min: 1e-3, max: 1e3, noNaN: true }).map(Math.fround);
const value = fc.double({ min: -1e4, max: 1e4, noNaN: true }).map(Math.fround);

describe('any grid', () => {
  test('the nearest level is nearest', () => {
    fc.assert(
      fc.property(anyGrid, scale, value, (grid, factor, x) => {
        const levels = scaledLevels(grid, factor);
        const distance = Math.abs(levels.values[nearestCode(levels, x)]! - x);
        expect(distance).toBe(Math.min(...[...levels.values].map((level) => Math.abs(level - x))));
      })
    );
  });

  test('quantization is idempotent: every level is its own nearest one', () => {
    fc.assert(
      fc.property(anyGrid, scale, (grid, factor) => {
        const levels = scaledLevels(grid, factor);
        levels.values.forEach((level, code) => expect(nearestCode(levels, level)).toBe(code));
      })
    );
  });

  test('a grid with signs treats both signs alike', () => {
    fc.assert(
      fc.property(fc.constantFrom(...minifloatFormats), scale, value, (format, factor, x) => {
        const levels = scaledLevels(minifloatGrid(format), factor);
        expect(levels.values[nearestCode(levels, -x)]).toBe(0 - levels.values[nearestCode(levels, x)]!);
      })
    );
  });

  test('the scale reaches over the range, and no smaller one does', () => {
    fc.assert(
      fc.property(anyGrid, fc.tuple(value, value), (grid, [a, b]) => {
        const [minimum, maximum] = [Math.min(a, b, 0), Math.max(a, b, 0)];
        const factor = gridScale(grid, minimum, maximum);
        const [low, high] = [grid.levels[0]! * factor, grid.levels.at(-1)! * factor];
        const slack = 1e-6 * Math.max(-minimum, maximum);
        if (grid.levels[0]! < 0) expect(low).toBeLessThanOrEqual(minimum + slack);
        if (grid.levels.at(-1)! > 0) expect(high).toBeGreaterThanOrEqual(maximum - slack);
      })
    );
  });
});

test('encode and decode channel by channel', () => {
  const grid = codebookGrid([-1, 0, 0.25, 1]);
  const range = { minimum: Float32Array.of(-2, 0), maximum: Float32Array.of(1, 8) };
  const quantizer = gridQuantizerFromRange(grid, range, 1);
  expect([...quantizer.scale]).toEqual([2, 8]);
  const values = Float32Array.of(-1.5, 0.3, 3, 9, 0.24, 2, -7, 0);
  const codes = encodeOnGrid(values, [2, 2, 2], quantizer);
  expect([...codes]).toEqual([0, 2, 2, 3, 1, 3, 0, 1]);
  expect([...decodeFromGrid(codes, [2, 2, 2], quantizer)]).toEqual([-2, 0.5, 2, 8, 0, 2, -8, 0]);
});

test('NaN is reported, infinities go to the ends', () => {
  const quantizer = { grid: minifloatGrid('e2m1'), scale: Float32Array.of(1), axis: null };
  expect(codeOf(() => encodeOnGrid(Float32Array.of(1, NaN), [2], quantizer))).toBe('VALUES_NAN');
  expect([...encodeOnGrid(Float32Array.of(Infinity, -Infinity), [2], quantizer)]).toEqual([14, 0]);
});

test('more bits never make a larger error on a grid that contains the smaller one', () => {
  const values = normals(2000, 1);
  for (const make of [powersOfTwoGrid, additivePowersOfTwoGrid]) {
    const errors = [3, 4, 5, 6].map((bits) => {
      const quantizer = { grid: make(bits, true), scale: Float32Array.of(4), axis: null };
      const found = decodeFromGrid(encodeOnGrid(values, [2000], quantizer), [2000], quantizer);
      return values.reduce((sum, x, i) => sum + (x - found[i]!) ** 2, 0);
    });
    expect(errors).toEqual(errors.toSorted((a, b) => b - a));
  }
});
