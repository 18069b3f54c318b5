import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import { f32 } from '../../src/main/numeric/float32.ts';
import {
  createObserver,
  observerAs,
  observerKey,
  type ObserverDialect,
  type ObserverKind,
  type QuantizerSettings
} from '../../src/main/quantization/index.ts';
import { finiteFloats } from './arbitraries.ts';
import { normalValues } from './normal-values.ts';

const kinds: ObserverKind[] = ['minmax', 'moving-average', 'histogram', 'mse'];
const dialects: ObserverDialect[] = ['torch', 'torch-1.13'];
const all = kinds.flatMap((kind) => dialects.map((dialect) => [kind, dialect] as const));
const settings = (bits: number): QuantizerSettings => ({
  bits,
  scheme: 'affine',
  storage: 'unsigned',
  narrow: false,
  reduceRange: false
});
const found = (kind: ObserverKind, dialect: ObserverDialect, batches: number[][]) => {
  const observer = createObserver(kind, dialect, null);
  for (const batch of batches) observer.observe(Float32Array.from(batch), [batch.length]);
  const { minimum, maximum } = observer.range(settings(8), null);
  return [...minimum, ...maximum];
};

test('minmax runs along', () => {
  expect(found('minmax', 'torch', [[1, 2], [-3], [0.5, 4, 1]])).toEqual([-3, 4]);
});

test('moving-average: the first batch sets it, then a hundredth of each difference, in float32', () => {
  const first = f32(-1 + f32(f32(0.01) * f32(-3 - -1)));
  const second = f32(first + f32(f32(0.01) * f32(0 - first)));
  expect(found('moving-average', 'torch', [[-1, 1], [-3, 1], [], [0, 1]])).toEqual([second, 1]);
  const huge = found('moving-average', 'torch', [[-3.4e38], [3.4e38]]);
  expect(huge[0]).toBeCloseTo(-3.4e38 * 0.98, -34);
});

describe.each(all)('%s in the dialect %s', (kind, dialect) => {
  test.each([
    ['zeros', [0, 0, 0], [0, 0]],
    ['one value', [0.75, 0.75], [0.75, 0.75]],
    ['infinities beside values', [Infinity, 1, 1, -Infinity], [1, 1]],
    ['a subnormal', [1e-45], [f32(1e-45), f32(1e-45)]]
  ])('%s', (_name, batch, expected) => {
    const [minimum, maximum] = found(kind, dialect, [batch]);
    expect(minimum! + 0).toBe(expected[0]);
    expect(maximum! + 0).toBe(expected[1]);
  });

  test('nothing observed, or nothing finite: an empty range', () => {
    expect(found(kind, dialect, [])).toEqual([Infinity, -Infinity]);
    expect(found(kind, dialect, [[], [Infinity]])).toEqual([Infinity, -Infinity]);
  });

  test('NaN is an error, and the batch leaves nothing behind', () => {
    const observer = createObserver(kind, dialect, null);
    observer.observe(Float32Array.of(1, 2), [2]);
    const before = observer.range(settings(4), null);
    expect(() => observer.observe(Float32Array.of(-9, NaN), [2])).toThrow(BitlabError);
    expect(observer.range(settings(4), null)).toEqual(before);
  });

  test('the range lies within what was observed, and reading it changes nothing', () => {
    const batches = fc.array(fc.array(finiteFloats(1e6), { minLength: 1, maxLength: 50 }), {
      minLength: 1,
      maxLength: 3
    });
    fc.assert(
      fc.property(batches, fc.integer({ min: 2, max: 16 }), (list, bits) => {
        const observer = createObserver(kind, dialect, null);
        for (const batch of list) observer.observe(Float32Array.from(batch), [1, batch.length]);
        const values = list.flat();
        const range = observer.range(settings(bits), null);
        const span = Math.max(...values) - Math.min(...values);
        // torch-1.13 relaxes the upper end by up to an old bin, and 256 levels of rounding error remain.
        const slack = span * 1.01 * (dialect === 'torch-1.13' ? 1 : 1e-4) + 1e-30;
        expect(range.minimum[0]).toBeGreaterThanOrEqual(Math.min(...values, 0) - slack);
        expect(range.maximum[0]).toBeLessThanOrEqual(Math.max(...values, 0) + slack);
        observer.range(settings(2), 256);
        expect(observer.range(settings(bits), null)).toEqual(range);
      }),
      { numRuns: 20 }
    );
  });

  test.each([0, 1, 2])('per channel along axis %d: as an observer of each channel alone', (axis) => {
    const shape = [3, 4, 5];
    const batches = [normalValues(60, 1), normalValues(60, 2).map((x) => x * 2)];
    const observer = createObserver(kind, dialect, axis);
    for (const batch of batches) observer.observe(batch, shape);
    const range = observer.range(settings(4), null);
    expect(range.minimum).toHaveLength(shape[axis]!);
    for (let channel = 0; channel < shape[axis]!; channel++) {
      const alone = createObserver(kind, dialect, null);
      for (const batch of batches) {
        const strides = [20, 5, 1];
        const values = batch.filter((_, i) => Math.floor(i / strides[axis]!) % shape[axis]! === channel);
        alone.observe(values, [values.length]);
      }
      const expected = alone.range(settings(4), null);
      expect(range.minimum[channel]).toBe(expected.minimum[0]);
      expect(range.maximum[channel]).toBe(expected.maximum[0]);
    }
  });

  test('shapes that do not fit are refused', () => {
    const observer = createObserver(kind, dialect, 1);
    observer.observe(new Float32Array(6), [2, 3]);
    expect(() => observer.observe(new Float32Array(6), [3, 2])).toThrow(RangeError);
    expect(() => observer.observe(new Float32Array(5), [2, 3])).toThrow(RangeError);
    expect(() => observer.observe(new Float32Array(3), [3])).toThrow(RangeError);
  });
});

describe('sharing', () => {
  test('keys are equal for what collects the same', () => {
    expect(observerKey('histogram', 'torch')).toBe(observerKey('mse', 'torch'));
    expect(observerKey('minmax', 'torch')).toBe(observerKey('minmax', 'torch-1.13'));
    const keys = new Set(all.map(([kind, dialect]) => observerKey(kind, dialect)));
    expect(keys.size).toBe(4);
  });

  test('one histogram answers both, whatever was asked for first, and keeps collecting', () => {
    const x = normalValues(5000, 9);
    const collected = createObserver('mse', 'torch', null);
    const histogram = observerAs(collected, 'histogram');
    collected.observe(x, [5000]);
    for (const kind of ['histogram', 'mse'] as const) {
      const own = createObserver(kind, 'torch', null);
      own.observe(x, [5000]);
      expect(observerAs(histogram, kind).range(settings(3), null)).toEqual(own.range(settings(3), null));
    }
    expect(histogram.range(settings(3), null)).not.toEqual(collected.range(settings(3), null));
  });

  test('statistics of another kind are refused', () => {
    expect(() => observerAs(createObserver('minmax', 'torch', null), 'moving-average')).toThrow(TypeError);
    expect(() => observerAs(createObserver('histogram', 'torch', null), 'minmax')).toThrow(TypeError);
    expect(observerAs(createObserver('minmax', 'torch', null), 'minmax')).toBeDefined();
  });
});
