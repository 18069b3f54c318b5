import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { coordinateDescent, usualRatios } from '../../src/main/quantization/index.ts';

const quiet = () => {};

/** The squared distance of the factors' logarithms to those of wanted ones: each factor can be found by itself. */
const towards = (wanted: readonly number[]) => (factors: Float64Array) =>
  Promise.resolve(
    factors.reduce((sum, factor, i) => sum + (Math.log(factor) - Math.log(wanted[i]!)) ** 2, 0)
  );

test('finds factors that single steps lead to', async () => {
  const wanted = [1.1 * 1.1, 1 / 1.1, 1];
  const { factors, error } = await coordinateDescent(3, towards(wanted), [1.1], quiet);
  wanted.forEach((value, i) => expect(factors[i]).toBeCloseTo(value, 10));
  expect(error).toBeCloseTo(0, 10);
});

test('no single step of the last ratio is better, and nothing is worse than the start', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: 0.4, max: 2.5, noNaN: true }), { minLength: 1, maxLength: 5 }),
      async (wanted) => {
        const errorOf = towards(wanted);
        const { factors, error } = await coordinateDescent(wanted.length, errorOf, usualRatios, quiet);
        expect(error).toBeLessThanOrEqual(await errorOf(new Float64Array(wanted.length).fill(1)));
        expect(error).toBe(await errorOf(factors));
        const last = usualRatios.at(-1)!;
        for (let i = 0; i < factors.length; i++)
          for (const ratio of [last, 1 / last]) {
            const moved = factors.slice();
            moved[i]! *= ratio;
            expect(await errorOf(moved)).toBeGreaterThanOrEqual(error);
          }
      }
    ),
    { numRuns: 50 }
  );
});

test('an error that is not a number moves nothing, and progress reaches the end', async () => {
  const seen: number[] = [];
  const { factors } = await coordinateDescent(
    2,
    (tried) => Promise.resolve(tried.every((factor) => factor === 1) ? 5 : NaN),
    usualRatios,
    (fraction) => seen.push(fraction)
  );
  expect([...factors]).toEqual([1, 1]);
  expect(seen.at(-1)).toBe(1);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});

test('a search can be stopped by what it asks', async () => {
  let asked = 0;
  const errorOf = () => (++asked === 4 ? Promise.reject(new Error('stopped')) : Promise.resolve(1));
  await expect(coordinateDescent(9, errorOf, usualRatios, quiet)).rejects.toThrow('stopped');
  expect(asked).toBe(4);
});
