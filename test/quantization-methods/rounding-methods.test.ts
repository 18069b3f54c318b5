import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quadraticError, rowError } from '../../src/main/quantization/rounding/layer-problem.ts';
import { adaround, gptq, type RoundedWeights } from '../../src/main/quantization/rounding/index.ts';
import {
  kernels,
  columns,
  inputs,
  outputs,
  quick,
  gptqOptions,
  type Problem,
  problemOf,
  errorByDefinition,
  nearestValues
} from './layer-problems.ts';

const methods: [string, (problem: Problem) => Promise<RoundedWeights>][] = [
  ['gptq', async ({ problems, weights, levels }) => gptq(kernels, problems, weights, levels, gptqOptions)],
  [
    'gptq in the order of the inputs',
    async ({ problems, weights, levels }) =>
      gptq(kernels, problems, weights, levels, { ...gptqOptions, actOrder: false })
  ],
  ['adaround', ({ problems, weights, levels }) => adaround(kernels, problems, weights, levels, quick)]
];

describe('compensation', () => {
  test('moves the targets from what the weights make of the inputs to what they were given as', () => {
    const problem = problemOf(11, 3, true);
    const { weights, x, targets } = problem;
    const rounded = nearestValues(problem);
    const own = kernels.gemm(x, weights, columns, outputs, inputs, { b: true });
    for (const compensation of [0, 0.3, 1]) {
      const mixed = targets!.map((value, i) => compensation * value + (1 - compensation) * own[i]!);
      const wanted = errorByDefinition({ ...problem, targets: mixed }, rounded);
      const error = quadraticError(problem.problems[0]!, weights, compensation);
      let found = 0;
      for (let output = 0; output < outputs; output++) {
        const start = output * inputs;
        const difference = Float64Array.from(
          { length: inputs },
          (_, i) => rounded[start + i]! - weights[start + i]!
        );
        found += rowError(error, output, difference) / columns;
      }
      expect(found).toBeCloseTo(wanted, 4);
    }
  });

  test('of nothing is rounding without targets', async () => {
    const problem = problemOf(12, 3, true);
    const without = { ...problem, problems: problem.problems.map((each) => ({ ...each, targets: null })) };
    const options = { ...gptqOptions, compensation: 0 };
    const { weights, levels } = problem;
    expect(gptq(kernels, problem.problems, weights, levels, options).codes).toEqual(
      gptq(kernels, without.problems, weights, levels, gptqOptions).codes
    );
    const steps = { ...quick, compensation: 0 };
    expect((await adaround(kernels, problem.problems, weights, levels, steps)).codes).toEqual(
      (await adaround(kernels, without.problems, weights, levels, quick)).codes
    );
  });
});

describe.each(methods)('%s', (_name, method) => {
  test('is never worse than nearest rounding, and reports errors as they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 1000 }),
        fc.integer({ min: 2, max: 5 }),
        fc.boolean(),
        async (seed, bits, asymmetric) => {
          const problem = problemOf(seed, bits, asymmetric);
          const found = await method(problem);
          const nearest = errorByDefinition(problem, nearestValues(problem));
          expect(found.nearestError).toBeCloseTo(nearest, 4);
          expect(found.error).toBeCloseTo(errorByDefinition(problem, found.values), 4);
          expect(found.error).toBeLessThanOrEqual(found.nearestError);
          found.codes.forEach((code, i) => {
            expect(code >= problem.levels.low && code <= problem.levels.high).toBe(true);
            expect(found.values[i]).toBe(problem.levels.value(Math.floor(i / inputs), i % inputs, code));
          });
        }
      ),
      { numRuns: 20 }
    );
  });

  test('on correlated inputs it makes less than 60 % of the error of nearest rounding', async () => {
    let [error, nearestError] = [0, 0];
    for (let seed = 0; seed < 8; seed++) {
      const found = await method(problemOf(100 + seed, 3, false));
      error += found.error;
      nearestError += found.nearestError;
    }
    expect(error / nearestError).toBeLessThan(0.6);
  });

  test('weights that are levels already stay', async () => {
    const problem = problemOf(7, 4, false);
    const weights = nearestValues(problem);
    const found = await method({ ...problem, weights });
    expect([...found.values]).toEqual([...weights]);
    expect(found.error).toBe(0);
  });

  test('inputs that never come change nothing: nearest rounding', async () => {
    const problem = problemOf(3, 3, false);
    const dead = { ...problem.problems[0]!, gram: new Float64Array(inputs * inputs) };
    const found = await method({ ...problem, problems: [dead] });
    expect([...found.values]).toEqual([...nearestValues(problem)]);
  });

  test('gives the same result again', async () => {
    const problem = problemOf(5, 3, true);
    expect((await method(problem)).codes).toEqual((await method(problem)).codes);
  });
});
