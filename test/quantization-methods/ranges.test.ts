import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BitlabError, defaultConfiguration } from '../../src/contract/index.ts';
import { uniform } from '../../src/main/numeric/random.ts';
import { sqnrDb } from '../../src/main/numeric/statistics.ts';
import { entropyRange, leastDivergence, MagnitudeCollector } from '../../src/main/quantization/entropy.ts';
import { fusedQuantizerFromRange } from '../../src/main/quantization/fused-quantizer.ts';
import { quantizeWeightGroups } from '../../src/main/quantization/group-weights.ts';
import { fakeQuantize, quantizerFromRange, quantizeWeights } from '../../src/main/quantization/index.ts';
import { PercentileCollector } from '../../src/main/quantization/percentile.ts';
import { powerOfTwoAtOrAbove, withPowerOfTwoScale } from '../../src/main/quantization/power-of-two-scale.ts';
import type { QuantizerSettings } from '../../src/main/quantization/quantizer.ts';
import { normals } from './normals.ts';

const affine8: QuantizerSettings = {
  bits: 8,
  scheme: 'affine',
  storage: 'unsigned',
  narrow: false,
  reduceRange: false
};
const symmetric8: QuantizerSettings = { ...affine8, scheme: 'symmetric', storage: 'signed' };
const rangeOf = (minimum: number, maximum: number) => ({
  minimum: Float32Array.of(minimum),
  maximum: Float32Array.of(maximum)
});
const codeOf = (action: () => unknown) => {
  try {
    action();
  } catch (error) {
    if (error instanceof BitlabError) return error.code;
    throw error;
  }
  return null;
};

describe('percentile', () => {
  test('interpolates between order statistics, as numpy.quantile does', () => {
    const collector = new PercentileCollector();
    collector.add(Float32Array.of(5, 1, 9));
    collector.add(Float32Array.of(3, 7, Infinity));
    expect(collector.quantiles(0.75)).toEqual({ minimum: 3, maximum: 7 });
    expect(collector.quantiles(0.9)).toEqual({ minimum: Math.fround(1.8), maximum: Math.fround(8.2) });
    expect(collector.quantiles(1)).toEqual({ minimum: 1, maximum: 9 });
  });

  test('nothing observed has no quantiles; NaN is reported and nothing of its batch kept', () => {
    const collector = new PercentileCollector();
    expect(codeOf(() => collector.add(Float32Array.of(1, NaN)))).toBe('VALUES_NAN');
    const { minimum, maximum } = collector.quantiles(0.99);
    expect(minimum).toBeGreaterThan(maximum);
    expect(() => collector.quantiles(0.5)).toThrow(RangeError);
  });

  test('beyond the memory bound it comes within a bin of the exact quantile', () => {
    const [exact, binned] = [new PercentileCollector(), new PercentileCollector(5000)];
    for (let batch = 0; batch < 10; batch++) {
      const values = normals(2000, batch);
      exact.add(values);
      binned.add(values);
    }
    const bin = (exact.quantiles(1).maximum - exact.quantiles(1).minimum) / 2048;
    for (const p of [0.9, 0.99, 0.999]) {
      expect(Math.abs(binned.quantiles(p).maximum - exact.quantiles(p).maximum)).toBeLessThan(2 * bin);
      expect(Math.abs(binned.quantiles(p).minimum - exact.quantiles(p).minimum)).toBeLessThan(2 * bin);
    }
    expect(binned.quantiles(0.999).maximum).not.toBe(exact.quantiles(0.999).maximum);
  });

  test('a higher percentile never gives a narrower range', () => {
    const collector = new PercentileCollector(3000);
    collector.add(normals(4000, 3));
    const widths = [0.9, 0.99, 0.999, 0.9999, 1].map((p) => {
      const { minimum, maximum } = collector.quantiles(p);
      return maximum - minimum;
    });
    expect(widths).toEqual(widths.toSorted((a, b) => a - b));
  });
});

describe('entropy', () => {
  /** The scheme of the talk, word by word: reference, candidate, expansion, normalization, divergence. */
  function divergenceByDefinition(counts: number[], bins: number, levels: number): number {
    const reference = counts.slice(0, bins);
    reference[bins - 1]! += counts.slice(bins).reduce((sum, count) => sum + count, 0);
    const candidate = new Array<number>(bins).fill(0);
    for (let level = 0; level < levels; level++) {
      const start = Math.floor((level * bins) / levels);
      const end = Math.floor(((level + 1) * bins) / levels);
      const part = counts.slice(start, end);
      const mean = part.reduce((sum, count) => sum + count, 0) / part.filter((count) => count > 0).length;
      part.forEach((count, i) => (candidate[start + i] = count > 0 ? mean : 0));
    }
    const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
    const p = reference.map((x) => x / total(reference));
    let q = candidate.map((x) => x / total(candidate));
    const isMissing = p.map((x, i) => x > 0 && q[i] === 0);
    if (isMissing.includes(true)) q = q.map((x, i) => (isMissing[i] ? 1e-4 : x * (1 - 1e-4)));
    return p.reduce((sum, x, i) => sum + (x === 0 ? 0 : x * Math.log(x / q[i]!)), 0);
  }

  const occupied = (counts: readonly number[]) => counts.filter((count) => count > 0).length;

  test('finds the least divergence of the definition', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.nat({ max: 20 }), { minLength: 12, maxLength: 40 })
          .filter((counts) => counts.some((count) => count > 0)),
        fc.constantFrom(2, 4, 8),
        (counts, levels) => {
          const found = leastDivergence(Float64Array.from(counts), levels);
          const enough = Math.min(levels, Math.ceil(0.9 * occupied(counts)));
          const divergences = counts.map((_, i) =>
            i + 1 < levels || occupied(counts.slice(0, i + 1)) < enough
              ? Infinity
              : divergenceByDefinition(counts, i + 1, levels)
          );
          const least = Math.min(...divergences);
          if (least === Infinity) expect(found).toBe(counts.length);
          else expect(divergences[found - 1]).toBeCloseTo(least, 9);
        }
      )
    );
  });

  test('cuts off a far outlier, and keeps what is spread evenly', () => {
    const spread = new MagnitudeCollector();
    spread.add(Float32Array.from({ length: 50_000 }, (_, i) => uniform(1, 0, i) - 0.5));
    const whole = entropyRange(spread, symmetric8);
    expect(whole.maximum).toBeGreaterThan(0.49);
    const tailed = new MagnitudeCollector();
    tailed.add(normals(50_000, 1));
    tailed.add(Float32Array.of(100));
    const cut = entropyRange(tailed, symmetric8);
    expect(cut.maximum).toBeGreaterThan(2);
    expect(cut.maximum).toBeLessThan(60);
    expect(cut.minimum).toBeLessThan(-2);
  });

  test('what a Relu makes zero does not draw the range to nothing', () => {
    const collector = new MagnitudeCollector();
    collector.add(normals(20_000, 7).map((value) => Math.max(value, 0)));
    for (const bits of [8, 6, 5, 4, 3])
      expect(entropyRange(collector, { ...affine8, bits }).maximum).toBeGreaterThan(1.5);
  });

  test('nor do the few values that pictures have', () => {
    const collector = new MagnitudeCollector();
    collector.add(
      Float32Array.from({ length: 20_000 }, (_, i) => (Math.floor(256 * uniform(3, 0, i)) / 255 - 0.5) * 4)
    );
    for (const bits of [8, 6, 4, 3])
      expect(entropyRange(collector, { ...affine8, bits }).maximum).toBeGreaterThan(1);
    // Fewer values than levels: all of them stay.
    const few = new MagnitudeCollector();
    few.add(Float32Array.of(-1, 0, 2, 2, 2));
    expect(entropyRange(few, symmetric8)).toMatchObject({ minimum: -1, maximum: 2 });
  });

  test('bins grow without losing a value', () => {
    const collector = new MagnitudeCollector();
    const batches = [
      Float32Array.of(0, 0.001),
      Float32Array.of(-1, 0.5),
      Float32Array.of(37, -Infinity),
      Float32Array.of(-8)
    ];
    for (const batch of batches) collector.add(batch);
    const { width, counts } = collector.bins;
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(6);
    for (const value of [37, 8, 1]) expect(counts[Math.floor(value / width)]).toBeGreaterThan(0);
    expect(collector.extent).toMatchObject({ minimum: -8, maximum: 37 });
  });

  test('all zeros, nothing, and more than 8 bits', () => {
    const zeros = new MagnitudeCollector();
    zeros.add(new Float32Array(10));
    expect(entropyRange(zeros, symmetric8)).toMatchObject({ minimum: 0, maximum: 0 });
    const nothing = entropyRange(new MagnitudeCollector(), symmetric8);
    expect(nothing.minimum).toBeGreaterThan(nothing.maximum);
    expect(codeOf(() => entropyRange(zeros, { ...symmetric8, bits: 9 }))).toBe('CONFIGURATION_CONFLICT');
  });
});

describe('power-of-two scales', () => {
  test('literal cases', () => {
    expect([1, 1.0000001192092896, 0.3, 0.25, 5, 2 ** -126].map(powerOfTwoAtOrAbove)).toEqual([
      1,
      2,
      0.5,
      0.25,
      8,
      2 ** -126
    ]);
  });

  test('the power is at or above the scale, and half of it is not', () => {
    fc.assert(
      fc.property(fc.float({ min: Math.fround(1e-30), max: Math.fround(1e30), noNaN: true }), (scale) => {
        const power = powerOfTwoAtOrAbove(scale);
        expect(Number.isInteger(Math.log2(power))).toBe(true);
        expect(power >= scale && power / 2 < scale).toBe(true);
      })
    );
  });

  test('zero points follow the new scale, so that the range stays covered', () => {
    const range = rangeOf(-1, 3);
    const quantizer = withPowerOfTwoScale(quantizerFromRange(range, affine8, null), range, 'affine');
    expect([quantizer.scale[0], quantizer.zeroPoint[0]]).toEqual([2 ** -5, 32]);
    const values = [...fakeQuantize(Float32Array.of(-1, 0, 3), [3], quantizer)];
    expect(values).toEqual([-1, 0, 3]);
    const symmetric = quantizerFromRange(range, symmetric8, null);
    expect(withPowerOfTwoScale(symmetric, range, 'symmetric').zeroPoint[0]).toBe(0);
  });
});

describe('the fused dialect', () => {
  const parametersOf = (minimum: number, maximum: number, settings: QuantizerSettings) => {
    const { scale, zeroPoint } = fusedQuantizerFromRange(rangeOf(minimum, maximum), settings, null);
    return [scale[0], zeroPoint[0]];
  };

  test('symmetric: the two sides have different numbers of levels', () => {
    // R = 255: 128 steps below zero, 127 above.
    expect(parametersOf(-1, 0.5, symmetric8)).toEqual([Math.fround(1 / 128), 0]);
    expect(parametersOf(-0.5, 1, symmetric8)).toEqual([Math.fround(1 / 127), 0]);
    const plain = quantizerFromRange(rangeOf(-1, 0.5), symmetric8, null);
    expect(plain.scale[0]).toBe(Math.fround(1 / 127.5));
  });

  test('4 unsigned bits have the zero point 8, not 7', () => {
    const settings: QuantizerSettings = { ...affine8, bits: 4, scheme: 'symmetric' };
    expect(parametersOf(-1, 1, settings)[1]).toBe(8);
    expect(quantizerFromRange(rangeOf(-1, 1), settings, null).zeroPoint[0]).toBe(7);
  });

  test('affine, by hand', () => {
    expect(parametersOf(-1, 1.55, affine8)).toEqual([Math.fround((Math.fround(1.55) + 1) / 255), 100]);
    expect(parametersOf(0, 2.55, affine8)).toEqual([Math.fround(Math.fround(2.55) / 255), 0]);
  });

  test('ranges too small for a 16-bit float, empty and unseen ones', () => {
    expect(parametersOf(0, 1e-6, affine8)).toEqual([Math.fround(6.1e-5), 0]);
    expect(parametersOf(0, 0, affine8)).toEqual([Math.fround(0.1), 0]);
    expect(parametersOf(Infinity, -Infinity, affine8)).toEqual([1, 0]);
    expect(codeOf(() => parametersOf(NaN, 1, affine8))).toBe('VALUES_NAN');
  });

  test('zero is always represented, and codes stay in range', () => {
    fc.assert(
      fc.property(
        fc.float({ min: -100, max: 100, noNaN: true }),
        fc.float({ min: 0, max: 100, noNaN: true }),
        fc.integer({ min: 2, max: 16 }),
        fc.boolean(),
        (minimum, width, bits, symmetric) => {
          const settings = symmetric ? { ...symmetric8, bits } : { ...affine8, bits };
          const quantizer = fusedQuantizerFromRange(rangeOf(minimum, minimum + width), settings, null);
          expect(quantizer.zeroPoint[0]).toBeGreaterThanOrEqual(quantizer.low);
          expect(quantizer.zeroPoint[0]).toBeLessThanOrEqual(quantizer.high);
          expect(fakeQuantize(Float32Array.of(0), [1], quantizer)[0]).toBe(0);
        }
      )
    );
  });
});

describe('weights in groups', () => {
  const settings = { ...defaultConfiguration.weights, bits: 4 };

  test('each group of input channels has a scale of its own', () => {
    // 1 output, 4 channels of 1 x 2: groups of 2 channels reach to 7 and 70.
    const weights = Float32Array.of(1, 7, -3, 2, 10, -70, 30, 20);
    const { quantizer, codes, values } = quantizeWeightGroups(weights, [1, 4, 1, 2], 0, 2, settings, 'conv');
    expect(quantizer).toMatchObject({ groups: 2, inputsPerGroup: 4, low: -8, high: 7 });
    expect([...quantizer.scale]).toEqual([Math.fround(7 / 7.5), Math.fround(70 / 7.5)]);
    expect([...codes]).toEqual([1, 7, -3, 2, 1, -8, 3, 2]);
    expect(values[5]).toBe(Math.fround(-8 * quantizer.scale[1]!));
  });

  test('one group is the same as one scale for each channel, along either axis', () => {
    const weights = normals(6 * 16, 2);
    for (const axis of [0, 1]) {
      const shape = axis === 0 ? [6, 16] : [16, 6];
      const grouped = quantizeWeightGroups(weights, shape, axis, 16, settings, 'fc');
      const plain = quantizeWeights(weights, shape, axis, { ...settings, granularity: 'channel' });
      expect(grouped.codes).toEqual(plain.codes);
      expect(grouped.values).toEqual(plain.values);
    }
  });

  test('smaller groups lose less, on average and at every bit width', () => {
    const weights = normals(32 * 64 * 9, 5);
    for (const bits of [2, 3, 4, 6]) {
      const quality = [64, 32, 16].map((groupSize) => {
        const { values } = quantizeWeightGroups(
          weights,
          [32, 64, 3, 3],
          0,
          groupSize,
          { ...settings, bits },
          'conv'
        );
        return sqnrDb(weights, values);
      });
      expect(quality).toEqual(quality.toSorted((a, b) => a - b));
    }
  });

  test('groups that do not divide the channels are refused, and the layer is named', () => {
    const quantize = (size: number) =>
      quantizeWeightGroups(new Float32Array(54), [2, 3, 3, 3], 0, size, settings, 'conv1');
    expect(codeOf(() => quantize(16))).toBe('GROUPS_UNEVEN');
    expect(codeOf(() => quantize(0))).toBe('GROUPS_UNEVEN');
    expect(() => quantize(2)).toThrow('conv1 has 3 input channels, which groups of 2 do not divide.');
  });
});
