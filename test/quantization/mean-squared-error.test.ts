import { describe, expect, test } from 'vitest';
import {
  fakeQuantize,
  quantizerFromRange,
  type QuantizerSettings
} from '../../src/main/quantization/index.ts';
import { referenceStatisticsKernels } from '../../src/main/kernels/reference/statistics/index.ts';
import { binCount } from '../../src/main/quantization/observers/histogram.ts';
import { leastErrorRange } from '../../src/main/quantization/observers/mean-squared-error.ts';
import { normalValues } from './normal-values.ts';

const settings = (bits: number, change: Partial<QuantizerSettings> = {}): QuantizerSettings => ({
  bits,
  scheme: 'affine',
  storage: 'unsigned',
  narrow: false,
  reduceRange: false,
  ...change
});

describe('the range of least error', () => {
  // Many values spread evenly over each bin stand for what the closed form integrates.
  const perBin = 16;
  const [minimum, maximum] = [-2, 6];
  const weights = (bin: number) => Math.round(1000 * Math.exp(-(((bin - 512) / 260) ** 2) / 2));
  const counts = Float64Array.from({ length: binCount }, (_, bin) => weights(bin));
  const samples = Float32Array.from(
    { length: binCount * perBin },
    (_, i) => minimum + ((i + 0.5) / perBin / binCount) * 8
  );

  test.each<[number, Partial<QuantizerSettings>]>([
    [2, {}],
    [3, { scheme: 'symmetric', storage: 'signed' }],
    [4, {}],
    [6, { storage: 'signed', narrow: true }],
    [3, { exponent: 2.4 }],
    [4, { exponent: 3, scheme: 'symmetric', storage: 'signed' }]
  ])('at %d bits %j is the best of the 100 by brute force', (bits, change) => {
    const setting = settings(bits, change);
    let best = { error: Infinity, minimum: 0, maximum: 0 };
    for (let shrink = 0; shrink < 100; shrink++) {
      const range = {
        minimum: Float32Array.of(minimum * (1 - shrink / 100)),
        maximum: Float32Array.of(maximum * (1 - shrink / 100))
      };
      const values = fakeQuantize(samples, [samples.length], quantizerFromRange(range, setting, null));
      let error = 0;
      for (const [i, value] of values.entries())
        error += weights(Math.floor(i / perBin)) * Math.abs(value - samples[i]!) ** (change.exponent ?? 2);
      if (error < best.error) best = { error, minimum: range.minimum[0]!, maximum: range.maximum[0]! };
    }
    const found = leastErrorRange({ minimum, maximum, counts }, setting);
    expect(found).toEqual({ minimum: best.minimum, maximum: best.maximum });
    expect(found.maximum).toBeLessThan(maximum);
  });

  test('a larger exponent cuts off less', () => {
    const ends = [1, 2, 2.4, 4, 8].map(
      (exponent) => leastErrorRange({ minimum, maximum, counts }, settings(3, { exponent })).maximum
    );
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(ends.at(-1)).toBeGreaterThan(ends[0]!);
  });

  test('finds the outlier at 8 bits and drops it at 3', () => {
    const x = normalValues(50_000, 4);
    x[0] = 20;
    const histogram = {
      minimum: -5,
      maximum: 20,
      counts: referenceStatisticsKernels.statisticsOf(x).count(-5, 20)
    };
    const widths = [16, 3].map((bits) => leastErrorRange(histogram, settings(bits)).maximum);
    expect(widths[0]).toBe(20);
    expect(widths[1]).toBeLessThan(12);
  });
});
