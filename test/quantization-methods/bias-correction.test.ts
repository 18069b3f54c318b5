import { describe, expect, test } from 'vitest';
import { quantizeWeights } from '../../src/main/quantization/index.ts';
import { correctedBias } from '../../src/main/quantization/rounding/index.ts';
import { kernels, outputs, inputs, columns, problemOf, weightSettings } from './layer-problems.ts';
import { normals } from './normals.ts';

describe('bias correction', () => {
  test('by hand: the errors of the weights times the mean inputs, taken off', () => {
    const weights = Float32Array.of(1, 2, 3, 4);
    const rounded = Float32Array.of(1.5, 2, 3, 3);
    const bias = Float32Array.of(10, 20);
    expect(correctedBias(bias, weights, rounded, [Float64Array.of(2, 5)])).toEqual(Float32Array.of(9, 25));
    // Two groups: each output has inputs of its own.
    const grouped = correctedBias(bias, weights, rounded, [Float64Array.of(2, 5), Float64Array.of(0, 1)]);
    expect(grouped).toEqual(Float32Array.of(9, 21));
  });

  test('weights that are not rounded leave the bias, and numbers that do not fit are refused', () => {
    const weights = normals(6, 1);
    const bias = normals(2, 2);
    expect(correctedBias(bias, weights, weights, [Float64Array.of(1, 2, 3)])).toEqual(bias);
    expect(() => correctedBias(bias, weights, weights, [Float64Array.of(1, 2)])).toThrow(RangeError);
    expect(() => correctedBias(bias, weights, weights.subarray(1), [Float64Array.of(1, 2, 3)])).toThrow(
      RangeError
    );
  });

  test('for the same inputs, each output has the mean of the float layer again', () => {
    const { x, weights } = problemOf(8, 2, false);
    const bias = normals(outputs, 1);
    const { values } = quantizeWeights(weights, [outputs, inputs], 0, { ...weightSettings, bits: 2 });
    const meanInputs = Float64Array.from({ length: inputs }, (_, i) => {
      let sum = 0;
      for (let column = 0; column < columns; column++) sum += x[column * inputs + i]!;
      return sum / columns;
    });
    const meansOf = (matrix: Float32Array, offsets: Float32Array) => {
      const y = kernels.gemm(x, matrix, columns, outputs, inputs, { b: true });
      const means = new Float64Array(outputs);
      y.forEach((value, i) => (means[i % outputs]! += (value + offsets[i % outputs]!) / columns));
      return means;
    };
    const wanted = meansOf(weights, bias);
    const before = meansOf(values, bias);
    const after = meansOf(values, correctedBias(bias, weights, values, [meanInputs]));
    after.forEach((mean, i) => {
      expect(mean).toBeCloseTo(wanted[i]!, 5);
      expect(Math.abs(before[i]! - wanted[i]!)).toBeGreaterThan(1e-3);
    });
  });
});
