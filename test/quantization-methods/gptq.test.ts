import { describe, expect, test } from 'vitest';
import { additivePowersOfTwoGrid, gridLevels } from '../../src/main/quantization/grids/index.ts';
import { quantizeWeightGroups } from '../../src/main/quantization/group-weights.ts';
import { dampedInverse } from '../../src/main/quantization/rounding/damped-inverse.ts';
import {
  gptq,
  LayerStatistics,
  uniformLevels,
  type WeightLevels
} from '../../src/main/quantization/rounding/index.ts';
import {
  kernels,
  outputs,
  inputs,
  columns,
  weightSettings,
  gptqOptions,
  correlated,
  problemOf,
  nearestValues
} from './layer-problems.ts';
import { normals } from './normals.ts';

describe('gptq', () => {
  test('with uncorrelated inputs there is nothing to make up for: nearest rounding', () => {
    const problem = problemOf(1, 3, false);
    const gram = new Float64Array(inputs * inputs);
    for (let i = 0; i < inputs; i++) gram[i * inputs + i] = 1 + i;
    const found = gptq(
      kernels,
      [{ ...problem.problems[0]!, gram }],
      problem.weights,
      problem.levels,
      gptqOptions
    );
    expect([...found.values]).toEqual([...nearestValues(problem)]);
  });

  test('two inputs, by hand', () => {
    // Whole numbers as levels; inputs [1, 1] always: the second weight takes over what the first one lost (0.4 of it, as
    // damping is negligible), so that the sum is 0.4 + 0.4 = 0.8, rounded to 1 instead of 0.
    const levels: WeightLevels = {
      low: -8,
      high: 7,
      value: (_o, _i, code) => code,
      nearest: (_o, _i, value) => Math.round(value),
      below: (_o, _i, value) => Math.floor(value)
    };
    const problem = {
      firstOutput: 0,
      outputs: 1,
      inputs: 2,
      columns: 1,
      gram: Float64Array.of(1, 1, 1, 1),
      targets: null
    };
    const weights = Float32Array.of(0.4, 0.4);
    const found = gptq(kernels, [problem], weights, levels, { ...gptqOptions, damping: 1e-6 });
    expect([...found.codes]).toEqual([0, 1]);
    expect(found.error).toBeCloseTo(0.04, 6);
    expect(found.nearestError).toBeCloseTo(0.64, 6);
  });

  test('a Hessian that cannot be factored is damped more, and the note names the layer', () => {
    const problem = problemOf(2, 3, false);
    // Two inputs that are always the same, and no damping asked for.
    const x = problem.x.map((value, i) => (i % inputs === 1 ? problem.x[i - 1]! : value));
    const statistics = new LayerStatistics(kernels, { kind: 'rows', inputs }, outputs, null);
    statistics.add(
      x.map(() => 1),
      columns,
      null
    );
    const found = gptq(kernels, statistics.problems(), problem.weights, problem.levels, {
      ...gptqOptions,
      layer: 'layer1.0.conv2',
      damping: 0
    });
    expect(found.notes).toHaveLength(1);
    expect(found.notes[0]).toContain('layer1.0.conv2');
    expect(found.notes[0]).toContain('damped');
    expect(found.error).toBeLessThanOrEqual(found.nearestError);
    expect(gptq(kernels, problem.problems, problem.weights, problem.levels, gptqOptions).notes).toEqual([]);
  });

  test('inputs that are always zero, and fewer columns than inputs, are noted with the layer’s name', () => {
    const problem = problemOf(2, 3, false);
    const notesFor = (x: Float32Array, count: number) => {
      const statistics = new LayerStatistics(kernels, { kind: 'rows', inputs }, outputs, null);
      statistics.add(x, count, null);
      const options = { ...gptqOptions, layer: 'fc' };
      return gptq(kernels, statistics.problems(), problem.weights, problem.levels, options).notes;
    };
    const silent = problem.x.map((value, i) => (i % inputs < 2 ? 0 : value));
    expect(notesFor(silent, columns)).toEqual([
      'The Hessian of fc is singular (2 of 12 inputs are zero for every calibration sample): damping decides there.'
    ]);
    expect(notesFor(problem.x.subarray(0, 5 * inputs), 5)).toEqual([
      'The Hessian of fc is singular (5 columns were seen for 12 inputs): damping decides there.'
    ]);
    expect(notesFor(problem.x, columns)).toEqual([]);
  });

  test('groups of inputs keep their scales, in any order', () => {
    const weights = normals(outputs * inputs, 4).map((value, i) => (i % inputs < 6 ? value : 20 * value));
    const { quantizer } = quantizeWeightGroups(weights, [outputs, inputs], 0, 6, weightSettings, 'fc');
    const levels = uniformLevels(quantizer, { outputs, inputs });
    const statistics = new LayerStatistics(kernels, { kind: 'rows', inputs }, outputs, null);
    statistics.add(correlated(9), columns, null);
    const found = gptq(kernels, statistics.problems(), weights, levels, gptqOptions);
    expect(found.error).toBeLessThan(0.8 * found.nearestError);
    found.values.forEach((value, i) => {
      const scale = quantizer.scale[2 * Math.floor(i / inputs) + Math.floor((i % inputs) / 6)]!;
      expect(value).toBe(Math.fround(found.codes[i]! * scale));
    });
  });

  test('works on other grids', () => {
    const problem = problemOf(6, 4, false);
    const quantizer = {
      grid: additivePowersOfTwoGrid(4, true),
      scale: new Float32Array(outputs).fill(3),
      axis: 0
    };
    const levels = gridLevels(quantizer);
    for (const found of [gptq(kernels, problem.problems, problem.weights, levels, gptqOptions)]) {
      expect(found.error).toBeLessThan(0.8 * found.nearestError);
      found.values.forEach((value) =>
        expect(quantizer.grid.levels.some((level) => Math.fround(level * 3) === value)).toBe(true)
      );
    }
  });
});

test('the damped inverse is the inverse of the damped matrix', () => {
  const size = 9;
  const gram = new Float64Array(size * size);
  kernels.addGram(normals(size * 30, 1), size, 30, gram);
  const { factor, fraction } = dampedInverse(kernels, gram, size, 0.01);
  expect(fraction).toBe(0.01);
  const mean = [0, 1, 2, 3, 4, 5, 6, 7, 8].reduce((sum, i) => sum + gram[i * size + i]! / size, 0);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) {
        let inverse = 0;
        for (let l = 0; l < size; l++) inverse += factor[l * size + i]! * factor[l * size + k]!;
        sum += inverse * (gram[k * size + j]! + (k === j ? 0.01 * mean : 0));
      }
      expect(sum).toBeCloseTo(i === j ? 1 : 0, 9);
      if (i > j) expect(factor[i * size + j]).toBe(0);
    }
  }
});
