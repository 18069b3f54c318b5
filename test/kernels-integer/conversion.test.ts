import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { CodeConversion, CodeGrid } from '../../src/main/kernels/code-conversion.ts';
import { referenceConversion } from '../../src/main/kernels/reference/code-conversion.ts';
import { f32 } from '../../src/main/numeric/float32.ts';
import { normalValues } from '../quantization/normal-values.ts';
import { compiledKernels } from './compiled-kernels.ts';

let compiled: CodeConversion;
beforeAll(async () => {
  compiled = (await compiledKernels()).conversion;
});

const grids: fc.Arbitrary<CodeGrid> = fc
  .tuple(
    fc.constantFrom(1e-38, 0.003, 0.1, 0.5, 1, 3, 1e30),
    fc.integer({ min: 1, max: 16 }),
    fc.boolean(),
    fc.nat()
  )
  .map(([scale, bits, isSigned, pick]) => {
    const codes = 2 ** bits;
    const low = isSigned || bits === 16 ? -codes / 2 : 0;
    return { scale: f32(scale), zeroPoint: low + (pick % codes), low, high: low + codes - 1 };
  });
/** Values of the size of the grid, ties among them, and some that no grid has. */
const cases = grids.chain((grid) =>
  fc.record({
    grid: fc.constant(grid),
    values: fc.array(
      fc.oneof(
        {
          weight: 6,
          arbitrary: fc.integer({ min: -70_000, max: 70_000 }).map((half) => (half / 2) * grid.scale)
        },
        { weight: 3, arbitrary: fc.float({ noNaN: true }) },
        { weight: 1, arbitrary: fc.constantFrom(0, -0, Infinity, -Infinity, 3.4e38, -1e-45) }
      ),
      { maxLength: 45 }
    )
  })
);

function codesBy(conversion: CodeConversion, values: Float32Array, grid: CodeGrid) {
  const codes = new Int16Array(values.length);
  return { nan: conversion.valuesToCodes(values, grid, codes), codes };
}

function valuesBy(conversion: CodeConversion, codes: Int16Array, grid: CodeGrid) {
  const values = new Float32Array(codes.length);
  conversion.codesToValues(codes, grid, values);
  return values;
}

test('ties go to even, and what lies beyond goes to the ends', () => {
  const grid = { scale: 0.5, zeroPoint: 3, low: 0, high: 10 };
  const values = Float32Array.of(0, 0.25, 0.75, -0.25, -0.75, 100, -Infinity, Infinity, 0.26);
  for (const conversion of [referenceConversion, compiled]) {
    expect([...codesBy(conversion, values, grid).codes]).toEqual([3, 3, 5, 3, 1, 10, 0, 10, 4]);
    expect([...valuesBy(conversion, Int16Array.of(0, 3, 10), grid)]).toEqual([-1.5, 0, 3.5]);
  }
});

test('the compiled conversion equals the reference, both ways, to the bit', () => {
  fc.assert(
    fc.property(cases, ({ grid, values }) => {
      const array = Float32Array.from(values);
      const expected = codesBy(referenceConversion, array, grid);
      expect(codesBy(compiled, array, grid)).toEqual(expected);
      const back = valuesBy(referenceConversion, expected.codes, grid);
      expect(new Int32Array(valuesBy(compiled, expected.codes, grid).buffer)).toEqual(
        new Int32Array(back.buffer)
      );
    }),
    { numRuns: 1500 }
  );
});

test('and beyond what is converted at a time; the first NaN is found', () => {
  const grid = { scale: f32(0.013), zeroPoint: -12, low: -128, high: 127 };
  for (const length of [4095, 4096, 4097, 20_003]) {
    const values = normalValues(length, length);
    const expected = codesBy(referenceConversion, values, grid);
    expect(codesBy(compiled, values, grid)).toEqual(expected);
    expect(valuesBy(compiled, expected.codes, grid)).toEqual(
      valuesBy(referenceConversion, expected.codes, grid)
    );
    for (const place of [0, 4094, length - 1]) {
      const broken = values.slice();
      broken[place] = NaN;
      broken[length - 1] = NaN;
      expect(codesBy(compiled, broken, grid).nan).toBe(place);
      expect(codesBy(referenceConversion, broken, grid).nan).toBe(place);
    }
  }
  // What was NaN in a part before leaves no trace in a shorter one.
  expect(codesBy(compiled, Float32Array.of(1, 2, 3), grid).nan).toBe(-1);
});
