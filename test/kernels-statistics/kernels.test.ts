import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { f32, float32Maximum } from '../../src/main/numeric/float32.ts';
import { referenceStatisticsKernels as reference } from '../../src/main/kernels/reference/statistics/index.ts';
import { binCount, type StatisticsKernels } from '../../src/main/kernels/statistics-kernels.ts';
import { normalValues } from '../quantization/normal-values.ts';
import { compiledStatisticsKernels } from './compiled-kernels.ts';

let compiled: StatisticsKernels;
beforeAll(async () => {
  compiled = await compiledStatisticsKernels();
});

const finite = (max: number) => fc.float({ min: f32(-max), max: f32(max), noNaN: true });
const special = fc.constantFrom(0, -0, 1e-45, -1e-45, 1e-38, -3e-39, 1, -1, float32Maximum, -float32Maximum);
/** Values of one magnitude, from subnormals to the ends of float32, and now and then one of another. */
const finiteValues = fc
  .constantFrom(1e-44, 1e-38, 1e-20, 1, 300, 1e20, float32Maximum)
  .chain((max) =>
    fc.array(
      fc.oneof(
        { weight: 12, arbitrary: finite(max) },
        { weight: 1, arbitrary: special.filter((x) => Math.abs(x) <= max) }
      ),
      { maxLength: 70 }
    )
  );
const nonFinite = fc.constantFrom(NaN, Infinity, -Infinity);
const anyValues = fc.oneof(
  finiteValues,
  fc.array(fc.oneof({ weight: 9, arbitrary: finite(1000) }, { weight: 1, arbitrary: nonFinite }), {
    maxLength: 70
  })
);
/** A place in a larger buffer, so that alignment and neighbours matter. */
const placed = fc.tuple(anyValues, fc.nat(5)).map(([list, before]) => {
  const buffer = new Float32Array(before + list.length + 3).fill(12345);
  buffer.set(list, before);
  return buffer.subarray(before, before + list.length);
});

const ordered = (a: number, b: number): [number, number] => [Math.min(a, b), Math.max(a, b)];

describe('the extent', () => {
  test('equals the reference', () => {
    fc.assert(
      fc.property(placed, (values) => {
        expect(compiled.statisticsOf(values).extent).toEqual(reference.statisticsOf(values).extent);
      }),
      { numRuns: 2000 }
    );
  });

  test('equals the reference beyond what is copied at once', () => {
    for (const length of [32_767, 32_768, 32_769, 100_003]) {
      const values = normalValues(length, length);
      for (const place of [0, Math.min(32_767, length - 1), length - 1]) {
        const one = values.slice();
        one[place] = -99;
        expect(compiled.statisticsOf(one).extent).toEqual({
          ...reference.statisticsOf(one).extent,
          minimum: -99
        });
        one[place] = NaN;
        expect(compiled.statisticsOf(one).extent.firstNaN).toBe(place);
        one[place] = -Infinity;
        expect(compiled.statisticsOf(one).extent).toEqual(reference.statisticsOf(one).extent);
        expect(compiled.statisticsOf(one).extent.allFinite).toBe(false);
      }
    }
  });

  test('NaN of either sign is found, and zeros are positive', () => {
    const values = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    new Int32Array(values.buffer)[8] = -1;
    expect(compiled.statisticsOf(values).extent.firstNaN).toBe(8);
    const zeros = new Float32Array(9).fill(-0);
    expect(Object.is(compiled.statisticsOf(zeros).extent.minimum, 0)).toBe(true);
    expect(Object.is(compiled.statisticsOf(zeros).extent.maximum, 0)).toBe(true);
    expect(Object.is(reference.statisticsOf(zeros).extent.minimum, 0)).toBe(true);
  });
});

describe('counting', () => {
  test('equals the reference between the ends of the values', () => {
    fc.assert(
      fc.property(placed, (values) => {
        const statistics = compiled.statisticsOf(values);
        const { minimum, maximum } = statistics.extent;
        fc.pre(minimum <= maximum);
        expect(statistics.count(minimum, maximum)).toEqual(
          reference.statisticsOf(values).count(minimum, maximum)
        );
      }),
      { numRuns: 2000 }
    );
  });

  test('equals the reference between any ends, and for values on the edges of bins', () => {
    const edge = fc.integer({ min: -2, max: 2050 });
    const ends = fc
      .constantFrom(1e-44, 1e-38, 1e-20, 1, 300, 1e20, float32Maximum)
      .chain((max) => fc.tuple(finite(max), finite(max)));
    fc.assert(
      fc.property(placed, ends, fc.array(edge, { maxLength: 30 }), (values, [a, b], edges) => {
        const [low, high] = ordered(a, b);
        const between = edges.map((place) => low + (place / binCount) * (high - low));
        const x = Float32Array.of(...values, ...between, low, high);
        expect(compiled.statisticsOf(x).count(low, high)).toEqual(reference.statisticsOf(x).count(low, high));
      }),
      { numRuns: 3000 }
    );
  });

  test('counts every value of a long tensor, equal neighbours too', () => {
    const values = normalValues(100_003, 7).map((x) => Math.max(x, 0));
    const statistics = compiled.statisticsOf(values);
    const counts = statistics.count(0, statistics.extent.maximum);
    expect(counts).toEqual(reference.statisticsOf(values).count(0, statistics.extent.maximum));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100_003);
    expect(counts[0]).toBeGreaterThan(50_000);
  });

  test('statistics of several tensors can be asked in turn', () => {
    const [small, large] = [normalValues(1001, 1), normalValues(300_000, 2)];
    const [one, other] = [compiled.statisticsOf(small), compiled.statisticsOf(large)];
    for (const [statistics, values] of [
      [one, small],
      [other, large],
      [one, small]
    ] as const) {
      expect(statistics.count(-2, 2)).toEqual(reference.statisticsOf(values).count(-2, 2));
      expect(statistics.extent).toEqual(reference.statisticsOf(values).extent);
    }
  });
});

describe('the quantization error', () => {
  const count = fc.oneof(fc.constant(0), fc.nat(1e6), fc.float({ min: 0, max: f32(1e7), noNaN: true }));
  const blocks = fc.array(fc.tuple(fc.nat(700), fc.array(count, { maxLength: 40 })), { maxLength: 12 });
  /** Bins in runs, with empty stretches between. */
  const histogram = blocks.map((list) => {
    const counts = new Float32Array(binCount);
    let next = 0;
    for (const [gap, run] of list) {
      counts.set(run.slice(0, Math.max(0, binCount - next - gap)), Math.min(next + gap, binCount));
      next = Math.min(next + gap + run.length, binCount);
    }
    return counts;
  });
  const full = fc
    .array(fc.nat(1e5), { minLength: binCount, maxLength: binCount })
    .map((list) => Float32Array.from(list));
  const levels = fc.oneof(
    fc.integer({ min: 2, max: 300 }),
    fc.integer({ min: 2, max: 65536 }),
    fc.constantFrom(2, 4, 16, 256, 2048, 65536)
  );
  const place = fc.nat(binCount - 1);
  const range = fc.oneof(
    fc.tuple(finite(10), finite(10)),
    fc.tuple(finite(float32Maximum), finite(float32Maximum)),
    fc.tuple(finite(1e-40), finite(1e-40))
  );

  test('equals the reference', () => {
    fc.assert(
      fc.property(
        fc.oneof(histogram, full),
        range,
        levels,
        fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 6 }),
        (counts, [a, b], number, places) => {
          const [minimum, maximum] = ordered(a, b);
          fc.pre(minimum < maximum);
          const found = compiled.quantizationError(counts, minimum, maximum, number);
          const expected = reference.quantizationError(counts, minimum, maximum, number);
          for (const pair of places) {
            const [first, last] = ordered(...pair);
            expect(found(first, last)).toBe(expected(first, last));
          }
        }
      ),
      { numRuns: 400 }
    );
  });

  test('equals the reference where bins and levels share their edges', () => {
    const counts = Float32Array.from({ length: binCount }, (_, bin) => 1 + (bin % 97));
    for (const maximum of [1, 1.5, 3, f32(0.1)]) {
      for (const number of [2, 4, 16, 256, 1024, 2048, 4096]) {
        const found = compiled.quantizationError(counts, 0, maximum, number);
        const expected = reference.quantizationError(counts, 0, maximum, number);
        for (const last of [2047, 1023, 511, 255, 1535, 0]) expect(found(0, last)).toBe(expected(0, last));
      }
    }
  });

  test('errors over two histograms can be asked in turn, and nothing counted is no error', () => {
    const [one, other] = [new Float32Array(binCount).fill(3), new Float32Array(binCount)];
    const first = compiled.quantizationError(one, 0, 1, 16);
    const second = compiled.quantizationError(other, 0, 1, 16);
    const expected = reference.quantizationError(one, 0, 1, 16)(0, 2047);
    expect([first(0, 2047), second(0, 2047), first(0, 2047)]).toEqual([expected, 0, expected]);
    expect(expected).toBeGreaterThan(0);
  });
});
