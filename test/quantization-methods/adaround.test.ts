import { describe, expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import { quantizeWeights } from '../../src/main/quantization/index.ts';
import {
  adaround,
  adaroundDefaults,
  adaroundThroughRelu,
  ColumnSample,
  LayerStatistics,
  uniformLevels
} from '../../src/main/quantization/rounding/index.ts';
import {
  kernels,
  outputs,
  inputs,
  columns,
  weightSettings,
  correlated,
  problemOf,
  quick
} from './layer-problems.ts';
import { normals } from './normals.ts';

describe('adaround', () => {
  test('comes near to the best of all roundings up or down', async () => {
    const width = 8;
    let [error, nearestError, best] = [0, 0, 0];
    for (let seed = 0; seed < 6; seed++) {
      const weights = normals(width, 200 + seed);
      const { quantizer } = quantizeWeights(weights, [1, width], 0, weightSettings);
      const levels = uniformLevels(quantizer, { outputs: 1, inputs: width });
      const statistics = new LayerStatistics(kernels, { kind: 'rows', inputs: width }, 1, null);
      const x = correlated(30 + seed, 100, width);
      statistics.add(x, 100, null);
      const found = await adaround(kernels, statistics.problems(), weights, levels, adaroundDefaults);
      const wanted = kernels.gemm(x, weights, 100, 1, width, { b: true });
      const errors = Array.from({ length: 2 ** width }, (_, choice) => {
        const values = weights.map((weight, i) =>
          levels.value(0, i, Math.min(levels.below(0, i, weight) + ((choice >> i) & 1), levels.high))
        );
        const got = kernels.gemm(x, values, 100, 1, width, { b: true });
        return got.reduce((sum, value, i) => sum + (value - wanted[i]!) ** 2, 0) / 100;
      });
      expect(found.error).toBeGreaterThan(0.999 * Math.min(...errors));
      error += found.error;
      nearestError += found.nearestError;
      best += Math.min(...errors);
    }
    expect(error).toBeLessThan(1.15 * best);
    expect(nearestError).toBeGreaterThan(1.5 * best);
  });

  test('reports progress up to 1, and stops when told to', async () => {
    const { problems, weights, levels } = problemOf(1, 3, false);
    const fractions: number[] = [];
    await adaround(kernels, problems, weights, levels, {
      ...quick,
      onProgress: (fraction) => void fractions.push(fraction)
    });
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    const stopped = adaround(kernels, problems, weights, levels, { ...quick, shouldStop: () => true });
    await expect(stopped).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
    await expect(stopped).rejects.toBeInstanceOf(BitlabError);
  });
});

describe('adaroundThroughRelu', () => {
  /** A layer whose Relu cuts off most of the outputs. */
  function rectifiedProblem(seed: number, sampleSeed = 0) {
    const problem = problemOf(seed, 3, false);
    const bias = new Float32Array(outputs).fill(-1);
    const plain = kernels.gemm(problem.x, problem.weights, columns, outputs, inputs, { b: true });
    const targets = plain.map((value, i) => value + bias[i % outputs]!);
    const sample = new ColumnSample(kernels, { kind: 'rows', inputs }, outputs, 1, sampleSeed);
    sample.add(problem.x, columns, targets);
    return { ...problem, bias, targets, sampled: sample.problems() };
  }
  const options = { ...adaroundDefaults, batch: 128, seed: 1 };

  test('makes less error behind the Relu than nearest rounding, and reports it as it is', async () => {
    let [error, nearestError, plainError] = [0, 0, 0];
    for (let seed = 0; seed < 20; seed++) {
      const { sampled, problems, weights, bias, levels, x, targets } = rectifiedProblem(500 + seed);
      const found = await adaroundThroughRelu(kernels, sampled, weights, bias, levels, options);
      const behind = (values: Float32Array) =>
        kernels.gemm(x, values, columns, outputs, inputs, { b: true }).reduce((sum, value, i) => {
          const difference = Math.max(value + bias[i % outputs]!, 0) - Math.max(targets[i]!, 0);
          return sum + difference ** 2 / columns;
        }, 0);
      expect(found.error).toBeCloseTo(behind(found.values), 4);
      plainError += behind((await adaround(kernels, problems, weights, levels, adaroundDefaults)).values);
      expect(found.error).toBeLessThanOrEqual(found.nearestError);
      error += found.error;
      nearestError += found.nearestError;
    }
    expect(error).toBeLessThan(0.85 * nearestError);
    expect(error).toBeLessThan(plainError);
  });

  test('the same seed gives the same codes', async () => {
    const { sampled, weights, bias, levels } = rectifiedProblem(60);
    const run = (seed: number) =>
      adaroundThroughRelu(kernels, sampled, weights, bias, levels, { ...options, seed });
    expect((await run(1)).codes).toEqual((await run(1)).codes);
  });

  test('stops when told to', async () => {
    const { sampled, weights, bias, levels } = rectifiedProblem(61);
    const stopped = adaroundThroughRelu(kernels, sampled, weights, bias, levels, {
      ...options,
      shouldStop: () => true
    });
    await expect(stopped).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
  });
});
