import { describe, expect, test } from 'vitest';
import { BitlabError, defaultConfiguration } from '../../src/contract/index.ts';
import { sqnrDb } from '../../src/main/numeric/statistics.ts';
import {
  createObserver,
  dequantize,
  fakeQuantize,
  quantizeWeights
} from '../../src/main/quantization/index.ts';
import { normalValues } from './normal-values.ts';

const defaults = defaultConfiguration.weights;
const shape = [8, 3, 5, 5];
// Channels of very different size, as after folding batch norm.
const weights = normalValues(600, 21).map((w, i) => w * 2 ** -Math.floor(i / 75));

describe.each(['minmax', 'moving-average', 'histogram', 'mse'] as const)('%s', (range) => {
  test.each(['tensor', 'channel'] as const)(
    'per %s: codes in range, values and quantizer agree',
    (granularity) => {
      for (const bits of [2, 4, 8]) {
        const result = quantizeWeights(weights, shape, 0, { ...defaults, range, granularity, bits });
        const { quantizer, codes, values } = result;
        expect(quantizer.axis).toBe(granularity === 'channel' ? 0 : null);
        expect(quantizer.scale).toHaveLength(granularity === 'channel' ? 8 : 1);
        expect(result.range.minimum).toHaveLength(quantizer.scale.length);
        expect(codes.every((code) => code >= quantizer.low && code <= quantizer.high)).toBe(true);
        expect(values).toEqual(fakeQuantize(weights, shape, quantizer));
        expect(values).toEqual(dequantize(codes, shape, quantizer));
      }
    }
  );
});

test('the axis of the output channels may be the last, as in a MatMul', () => {
  const transposed = Float32Array.from({ length: 600 }, (_, i) => weights[(i % 8) * 75 + Math.floor(i / 8)]!);
  const first = quantizeWeights(weights, [8, 75], 0, defaults);
  const last = quantizeWeights(transposed, [75, 8], 1, defaults);
  expect(last.quantizer.scale).toEqual(first.quantizer.scale);
  expect(last.codes[8 * 7 + 3]).toBe(first.codes[3 * 75 + 7]);
});

test('channels of their own lose less than one range for all, and mse less than minmax at few bits', () => {
  const sqnr = (change: Partial<typeof defaults>) =>
    sqnrDb(weights, quantizeWeights(weights, shape, 0, { ...defaults, bits: 3, ...change }).values);
  expect(sqnr({})).toBeGreaterThan(sqnr({ granularity: 'tensor' }) + 1);
  expect(sqnr({ range: 'mse' })).toBeGreaterThan(sqnr({}) + 0.3);
});

test('the histogram assumes 2^bits levels', () => {
  const observer = createObserver('histogram', 'torch', 0);
  observer.observe(weights, shape);
  const setting = { ...defaults, range: 'histogram', bits: 3 } as const;
  expect(quantizeWeights(weights, shape, 0, setting).range).toEqual(observer.range(setting, 8));
  expect(observer.range(setting, 8)).not.toEqual(observer.range(setting, 256));
});

test('a channel of zeros, and NaN', () => {
  const some = Float32Array.of(0, 0, 1, -1);
  expect([...quantizeWeights(some, [2, 2], 0, defaults).codes]).toEqual([0, 0, 127, -127]);
  expect(() => quantizeWeights(Float32Array.of(0, NaN), [2, 1], 0, defaults)).toThrow(BitlabError);
});
