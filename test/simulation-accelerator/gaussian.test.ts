import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { AcceleratorInstance } from '../../src/main/kernels/load-accelerator-kernels.ts';
import { gaussians } from '../../src/main/kernels/reference/gaussian.ts';
import { compiledFunctions } from '../kernels-accelerator/compiled-kernels.ts';

let instance: AcceleratorInstance;
beforeAll(async () => {
  instance = await compiledFunctions();
});

/** The compiled numbers of four counters. */
function compiled(
  counters: readonly (readonly [number, number, number, number])[],
  key: readonly [number, number]
) {
  const words = new Uint32Array(instance.memory.buffer, 0x4000, 16);
  counters.forEach((counter, lane) => counter.forEach((word, i) => (words[i * 4 + lane] = word)));
  instance.functions.gaussians(0x4000, ...key);
  const numbers = new Float32Array(instance.memory.buffer, 0x4000, 16);
  return counters.map((_, lane) => [0, 1, 2, 3].map((i) => numbers[i * 4 + lane]!));
}

const word = fc.oneof(fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff), fc.nat(0xffffffff));
const counter = fc.tuple(word, word, word, word);

test('the compiled numbers equal those of the reference, to the bit', () => {
  fc.assert(
    fc.property(fc.tuple(counter, counter, counter, counter), fc.tuple(word, word), (counters, key) => {
      expect(compiled(counters, key)).toEqual(counters.map((each) => gaussians(each, key)));
    }),
    { numRuns: 2000 }
  );
});

test('a million numbers have the moments and tails of the normal distribution', () => {
  const draws = 1_000_000;
  const moments = [0, 0, 0, 0];
  const beyond = new Map([1, 2, 3, 4].map((deviations) => [deviations, 0]));
  for (let i = 0; i < draws / 16; i++) {
    const rows = compiled(
      [0, 1, 2, 3].map((lane) => [4 * i + lane, 0, 7, 1] as const),
      [42, 65536]
    );
    for (const value of rows.flat()) {
      moments.forEach((sum, power) => (moments[power] = sum + value ** (power + 1)));
      for (const [deviations, count] of beyond) {
        if (Math.abs(value) > deviations) beyond.set(deviations, count + 1);
      }
    }
  }
  const [mean, square, cube, fourth] = moments.map((sum) => sum / draws) as [number, number, number, number];
  // Four standard errors: 1, sqrt(2), sqrt(15) and sqrt(96) over sqrt(10^6).
  expect(Math.abs(mean)).toBeLessThan(4e-3);
  expect(Math.abs(Math.sqrt(square) - 1)).toBeLessThan(0.01);
  expect(Math.abs(cube)).toBeLessThan(0.016);
  expect(Math.abs(fourth - 3)).toBeLessThan(0.04);
  // 2 (1 - Phi(d)), and four standard errors of the count.
  const expected = new Map([
    [1, 0.317311],
    [2, 0.0455003],
    [3, 0.0026998],
    [4, 0.00006334]
  ]);
  for (const [deviations, share] of expected) {
    const error = Math.abs(beyond.get(deviations)! / draws - share);
    expect(error).toBeLessThan(4 * Math.sqrt(share / draws));
  }
});

test('nothing repeats where a single word of counter or key differs', () => {
  const first = compiled([[1, 2, 3, 4]], [5, 6])[0]!;
  for (const [given, key] of [
    [
      [2, 2, 3, 4],
      [5, 6]
    ],
    [
      [1, 3, 3, 4],
      [5, 6]
    ],
    [
      [1, 2, 4, 4],
      [5, 6]
    ],
    [
      [1, 2, 3, 5],
      [5, 6]
    ],
    [
      [1, 2, 3, 4],
      [6, 6]
    ],
    [
      [1, 2, 3, 4],
      [5, 7]
    ]
  ] as const) {
    const other = compiled([given], key)[0]!;
    expect(other.some((value, i) => value === first[i])).toBe(false);
  }
});
