import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import { referenceStatisticsKernels } from '../../src/main/kernels/reference/statistics/index.ts';
import { extentOf } from '../../src/main/quantization/observers/extent.ts';
import { searchRange } from '../../src/main/quantization/observers/histogram-search.ts';
import { HistogramCollectorTorch113 } from '../../src/main/quantization/observers/histogram-torch-1-13.ts';
import { HistogramCollectorTorch } from '../../src/main/quantization/observers/histogram-torch.ts';
import { binCount } from '../../src/main/quantization/observers/histogram.ts';
import { anyFloat, finiteFloats } from './arbitraries.ts';
import { normalValues } from './normal-values.ts';
import * as reference from './reference-histogram.ts';

const countValues = (values: Float32Array, low: number, high: number) =>
  referenceStatisticsKernels.statisticsOf(values).count(low, high);

describe('the extent', () => {
  test('is the smallest and the largest finite value', () => {
    fc.assert(
      fc.property(fc.array(anyFloat), (list) => {
        const { minimum, maximum, allFinite } = extentOf(Float32Array.from(list));
        const finite = list.filter(Number.isFinite).map((value) => value + 0);
        expect(minimum).toBe(Math.min(...finite));
        expect(maximum).toBe(Math.max(...finite));
        expect(allFinite).toBe(finite.length === list.length);
      })
    );
  });

  test('reads only its own part of a buffer', () => {
    expect(extentOf(Float32Array.of(9, 1, -2, 9).subarray(1, 3))).toEqual({
      minimum: -2,
      maximum: 1,
      allFinite: true,
      firstNaN: -1
    });
  });

  test.each([
    [[NaN], 0],
    [[1, NaN, 2], 1],
    [[-Infinity, NaN], 1],
    [[NaN, Infinity], 0]
  ])('of %j is an error', (list, index) => {
    expect(() => extentOf(Float32Array.from(list))).toThrow(new BitlabError('VALUES_NAN', { index }));
    // The sign bit of NaN is not visible to JavaScript, but can be set.
    const negative = Float32Array.from(list);
    new Int32Array(negative.buffer)[index] = -1;
    expect(() => extentOf(negative)).toThrow(BitlabError);
  });
});

describe('counting', () => {
  test('equals the division that PyTorch does, at every length and for values on the edges of bins', () => {
    const values = fc.array(finiteFloats(1000), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.array(fc.integer({ min: 0, max: 2048 })), (list, edges) => {
        const [low, high] = [Math.min(...list), Math.max(...list)];
        const x = Float32Array.from([...list, ...edges.map((edge) => low + (edge / 2048) * (high - low))]);
        const inside = x.filter((value) => value >= low && value <= high);
        const expected = reference.histc(inside, low, high);
        expect(countValues(inside, low, high)).toEqual(expected);
        expect(countValues(x, low, high)).toEqual(expected);
      }),
      { numRuns: 500 }
    );
  });

  test('drops what lies outside, infinities and NaN', () => {
    const counts = countValues(Float32Array.of(-1, 0, 0.5, 1, 2, Infinity, -Infinity, NaN), 0, 1);
    expect([counts[0], counts[1024], counts[2047]]).toEqual([1, 1, 1]);
    expect(counts.reduce((a, b) => a + b)).toBe(3);
  });

  test('equal ends, subnormal and huge ranges', () => {
    for (const value of [5, -0.1, 2 ** 25, -1e30, 3e38].map(Math.fround))
      expect(countValues(Float32Array.of(value, value, value), value, value)[1024]).toBe(3);
    const tiny = countValues(Float32Array.of(0, 1e-45, 3e-45), 0, Math.fround(3e-45));
    expect([tiny[0], tiny[1024], tiny[2047]]).toEqual([1, 1, 1]);
    const huge = countValues(Float32Array.of(-3e38, 0, 3e38), -Math.fround(3e38), Math.fround(3e38));
    expect([huge[0], huge[1024], huge[2047]]).toEqual([1, 1, 1]);
  });
});

describe('merging', () => {
  test('torch-1.13 equals PyTorch with all its intermediate arrays', () => {
    const batch = fc.tuple(
      fc.array(finiteFloats(3), { minLength: 2, maxLength: 60 }),
      fc.constantFrom(0.3, 1, 2, 7)
    );
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1, maxLength: 5 }), (batches) => {
        const collector = new HistogramCollectorTorch113();
        let state: reference.State | null = null;
        for (const [list, factor] of batches) {
          const x = Float32Array.from(list, (value) => value * factor);
          const known: reference.State | null = state;
          // Old bins far narrower than the new range would need gigabytes in the reference.
          const span = known === null ? 0 : known.maximum - known.minimum;
          fc.pre(known === null || span === 0 || span > 0.05);
          collector.add(x);
          state = reference.observeTorch113(known, x);
        }
        expect(collector.histogram()).toEqual({
          minimum: state!.minimum + 0,
          maximum: state!.maximum + 0,
          counts: state!.counts
        });
      }),
      { numRuns: 100 }
    );
  });

  test('torch keeps every value, within one bin of where counting all at once puts it', () => {
    const collector = new HistogramCollectorTorch();
    const batches = [0.5, 1, 3, 2, 4, 1].map((factor, i) =>
      normalValues(3001, i).map((x) => x * factor + i / 3)
    );
    for (const batch of batches) collector.add(batch);
    const all = Float32Array.from(batches.flatMap((batch) => [...batch]));
    const { minimum, maximum } = extentOf(all);
    const direct = countValues(all, minimum, maximum);
    const merged = collector.histogram()!;
    expect([merged.minimum, merged.maximum]).toEqual([minimum, maximum]);
    const running = (counts: Float64Array) => {
      let sum = 0;
      return counts.map((count) => (sum += count));
    };
    const [expected, found] = [running(direct), running(merged.counts)];
    expect(found[binCount - 1]).toBeCloseTo(all.length, 6);
    // Three merges that widen the range may each move a value by one bin of theirs.
    for (let bin = 4; bin < binCount - 4; bin++) {
      expect(found[bin]!).toBeGreaterThanOrEqual(expected[bin - 4]! - 1e-6);
      expect(found[bin]!).toBeLessThanOrEqual(expected[bin + 4]! + 1e-6);
    }
  });

  test('torch: a batch within the known range is simply added', () => {
    const x = normalValues(999, 5);
    const { minimum, maximum } = extentOf(x);
    const collector = new HistogramCollectorTorch();
    collector.add(x);
    collector.add(x.subarray(100, 301));
    const expected = countValues(x, minimum, maximum);
    const more = countValues(x.subarray(100, 301), minimum, maximum);
    expect(collector.histogram()!.counts).toEqual(expected.map((count, bin) => count + more[bin]!));
  });

  test('torch: equal values move into their one bin, torch-1.13 forgets them', () => {
    const [newer, older] = [new HistogramCollectorTorch(), new HistogramCollectorTorch113()];
    for (const collector of [newer, older]) {
      collector.add(new Float32Array(10).fill(1));
      expect(collector.histogram()!.counts[1024]).toBe(10);
      collector.add(Float32Array.of(0, 4));
    }
    expect([0, 512, 2047].map((bin) => newer.histogram()!.counts[bin])).toEqual([1, 10, 1]);
    expect(older.histogram()!.counts.reduce((a, b) => a + b)).toBe(2);
  });

  test.each([new HistogramCollectorTorch(), new HistogramCollectorTorch113()])(
    '%s: nothing, infinities, huge and subnormal values',
    (collector) => {
      collector.add(new Float32Array(0));
      collector.add(Float32Array.of(Infinity, -Infinity));
      expect(collector.histogram()).toBeNull();
      collector.add(Float32Array.of(0, 1e-45, Infinity));
      collector.add(Float32Array.of(-3e38, 3e38));
      collector.add(Float32Array.of(-3.4e38, 1));
      const { minimum, maximum, counts } = collector.histogram()!;
      expect([minimum, maximum]).toEqual([Math.fround(-3.4e38), Math.fround(3e38)]);
      expect(counts.every(Number.isFinite)).toBe(true);
      expect(counts.reduce((a, b) => a + b)).toBeGreaterThan(3.9);
    }
  );
});

describe('the L2 search', () => {
  const shapes: [string, (i: number) => number][] = [
    ['half-normal', (i) => Math.round(5e4 * Math.exp(-((i / 450) ** 2) / 2))],
    ['normal', (i) => Math.round(5e4 * Math.exp(-(((i - 900) / 250) ** 2) / 2))],
    ['with an outlier', (i) => (i < 100 ? 1000 - i : i === 2047 ? 1 : 0)],
    ['fractional', (i) => Math.exp(-i / 200) * 300.123],
    ['one bin', (i) => (i === 7 ? 12 : 0)]
  ];
  const searches = [
    [0, 4.7, 4],
    [-3.1, 5.9, 13],
    [-1e-6, 2.3e-6, 64],
    [-60, -0.001, 256]
  ] as const;

  test.each(shapes)('equals the reference on a histogram that is %s', (_name, shape) => {
    const counts = Float64Array.from({ length: binCount }, (_, i) => shape(i));
    for (const [low, high, levels] of searches) {
      const histogram = { minimum: Math.fround(low), maximum: Math.fround(high), counts };
      const found = searchRange(histogram, levels, referenceStatisticsKernels);
      expect([found.minimum, found.maximum]).toEqual(reference.search(histogram, levels));
    }
  });

  test('the error equals the reference, but for the scale, anywhere', () => {
    const count = fc.oneof(fc.constant(0), fc.nat(1e6));
    const counts = fc.array(count, { minLength: binCount, maxLength: binCount });
    const ordered = fc
      .tuple(fc.nat(2047), fc.nat(2047))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    fc.assert(
      fc.property(counts, ordered, fc.integer({ min: 2, max: 70_000 }), (list, [first, last], levels) => {
        const all = Float64Array.from(list);
        // Between 1 and 2 the search does not scale.
        const [minimum, maximum] = [-0.25, 1.0517];
        const found = referenceStatisticsKernels.quantizationError(
          Float32Array.from(all),
          minimum,
          maximum,
          levels
        )(first, last);
        expect(found).toBe(
          reference.quantizationError({ minimum, maximum, counts: all }, first, last, levels)
        );
      }),
      { numRuns: 60 }
    );
  });

  test('equal values, huge ranges and tiny ones give a finite range inside of theirs', () => {
    const counts = countValues(normalValues(5000, 3), -5, 5);
    for (const [minimum, maximum] of [
      [3, 3],
      [-3.4e38, 3.4e38],
      [0, 3e38],
      [0, 1e-45],
      [-1e-30, 1e-30]
    ].map((pair) => pair.map(Math.fround) as [number, number])) {
      const found = searchRange({ minimum, maximum, counts }, 16, referenceStatisticsKernels);
      expect(found.minimum).toBeGreaterThanOrEqual(minimum);
      expect(found.maximum).toBeLessThanOrEqual(maximum + Math.abs(maximum) * 1e-6);
      expect(found.minimum).toBeLessThanOrEqual(found.maximum);
    }
  });
});
