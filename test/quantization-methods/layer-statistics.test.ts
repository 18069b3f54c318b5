import { describe, expect, test } from 'vitest';
import type { PatchGeometry } from '../../src/main/kernels/linear-algebra.ts';
import { quantizeWeights } from '../../src/main/quantization/index.ts';
import {
  ColumnSample,
  fromRows,
  gptq,
  LayerStatistics,
  toRows,
  uniformLevels,
  type WeightLevels
} from '../../src/main/quantization/rounding/index.ts';
import { kernels, weightSettings, gptqOptions } from './layer-problems.ts';
import { normals } from './normals.ts';

describe('statistics of convolutions', () => {
  const geometry: PatchGeometry = {
    channels: 6,
    height: 5,
    width: 4,
    kernel: [3, 3],
    strides: [2, 1],
    pads: [1, 1, 1, 1],
    dilations: [1, 1],
    groups: 3
  };
  const samples = 7;
  const channelsOut = 6;
  const positions = 3 * 4;

  test('a grouped convolution is a problem for each group, and the bias is taken off', () => {
    const input = normals(samples * 6 * 20, 1);
    const weights = normals(channelsOut * 2 * 9, 2);
    const bias = normals(channelsOut, 3);
    const targets = new Float32Array(samples * channelsOut * positions);
    for (let group = 0; group < 3; group++) {
      const x = kernels.im2col(input, samples, geometry, group);
      const y = kernels.gemm(weights.subarray(group * 36, (group + 1) * 36), x, 2, samples * positions, 18);
      for (let output = 0; output < 2; output++)
        for (let sample = 0; sample < samples; sample++)
          for (let position = 0; position < positions; position++)
            targets[(sample * channelsOut + 2 * group + output) * positions + position] =
              y[(output * samples + sample) * positions + position]! + bias[2 * group + output]!;
    }
    const statistics = new LayerStatistics(kernels, { kind: 'patches', geometry }, channelsOut, bias);
    statistics.add(input.subarray(0, 3 * 120), 3, targets.subarray(0, 3 * channelsOut * positions));
    statistics.add(input.subarray(3 * 120), 4, targets.subarray(3 * channelsOut * positions));
    const problems = statistics.problems();
    expect(
      problems.map(({ firstOutput, outputs: count, inputs: width, columns: seen }) => [
        firstOutput,
        count,
        width,
        seen
      ])
    ).toEqual([
      [0, 2, 18, 84],
      [2, 2, 18, 84],
      [4, 2, 18, 84]
    ]);
    const { quantizer } = quantizeWeights(weights, [channelsOut, 2, 3, 3], 0, weightSettings);
    const levels = uniformLevels(quantizer, { outputs: channelsOut, inputs: 18 });
    const found = gptq(kernels, problems, weights, levels, gptqOptions);
    expect(found.error).toBeLessThan(0.9 * found.nearestError);
    // The targets are the weights' own outputs, so keeping the weights would make no error.
    const exact: WeightLevels = {
      low: 0,
      high: 0,
      value: (output, i) => weights[output * 18 + i]!,
      nearest: () => 0,
      below: () => 0
    };
    expect(gptq(kernels, problems, weights, exact, gptqOptions).nearestError).toBeLessThan(1e-8);
  });

  test('batches with and without targets do not mix', () => {
    const statistics = new LayerStatistics(kernels, { kind: 'rows', inputs: 2 }, 1, null);
    statistics.add(Float32Array.of(1, 2), 1, null);
    expect(() => statistics.add(Float32Array.of(1, 2), 1, Float32Array.of(1))).toThrow(RangeError);
  });

  test('sampled positions are the same however samples fall into batches, and all different', () => {
    const input = normals(4 * 6 * 20, 4);
    const targets = Float32Array.from({ length: 4 * channelsOut * positions }, (_, i) => i);
    const collect = (sizes: number[]) => {
      const sample = new ColumnSample(kernels, { kind: 'patches', geometry }, channelsOut, 5, 3);
      let start = 0;
      for (const size of sizes) {
        sample.add(
          input.subarray(start * 120, (start + size) * 120),
          size,
          targets.subarray(start * 72, (start + size) * 72)
        );
        start += size;
      }
      return sample.problems();
    };
    expect(collect([1, 3])).toEqual(collect([4]));
    const [first] = collect([4]);
    expect(first!.columns).toBe(20);
    const drawn = Array.from({ length: 20 }, (_, i) => first!.targetColumns[2 * i]!);
    expect(new Set(drawn).size).toBe(20);
  });
});

test('rows and back, for outputs along either axis', () => {
  const values = Float32Array.of(1, 2, 3, 4, 5, 6);
  expect([...toRows(values, [2, 3], 0)]).toEqual([1, 2, 3, 4, 5, 6]);
  expect([...toRows(values, [3, 2], 1)]).toEqual([1, 3, 5, 2, 4, 6]);
  expect([...fromRows(toRows(values, [3, 2], 1), [3, 2], 1)]).toEqual([...values]);
  expect(() => toRows(values, [1, 2, 3], 1)).toThrow(RangeError);
});
