import { describe, expect, test } from 'vitest';
import { quantizeWeights } from '../../src/main/quantization/index.ts';
import { ChannelMeans, correctedBias } from '../../src/main/quantization/rounding/index.ts';
import { kernels, outputs, inputs, columns, problemOf, weightSettings } from './layer-problems.ts';
import { normals } from './normals.ts';

describe('bias correction', () => {
  test('channel means over samples and positions', () => {
    const means = new ChannelMeans(2);
    means.add(Float32Array.of(1, 3, 10, 20, 5, 7, 30, 40), [2, 2, 1, 2]);
    means.add(Float32Array.of(4, 4, 0, 0), [1, 2, 2]);
    expect([...means.means()]).toEqual([24 / 6, 100 / 6]);
    expect(() => new ChannelMeans(1).means()).toThrow(RangeError);
    expect(() => means.add(Float32Array.of(1), [1, 1])).toThrow(RangeError);
  });

  test('the corrected bias restores the means of the float layer', () => {
    const { x, weights } = problemOf(8, 2, false);
    const bias = normals(outputs, 1);
    const { values } = quantizeWeights(weights, [outputs, inputs], 0, { ...weightSettings, bits: 2 });
    const meansOf = (matrix: Float32Array, offsets: Float32Array) => {
      const means = new ChannelMeans(outputs);
      const y = kernels.gemm(x, matrix, columns, outputs, inputs, { b: true });
      means.add(
        y.map((value, i) => value + offsets[i % outputs]!),
        [columns, outputs]
      );
      return means.means();
    };
    const wanted = meansOf(weights, bias);
    const corrected = correctedBias(bias, wanted, meansOf(values, bias));
    meansOf(values, corrected).forEach((mean, i) => expect(mean).toBeCloseTo(wanted[i]!, 5));
    expect(correctedBias(null, Float64Array.of(1), Float64Array.of(0.25))).toEqual(Float32Array.of(0.75));
  });
});
