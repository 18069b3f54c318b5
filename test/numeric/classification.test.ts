import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  argmaxRows,
  expectedCalibrationError,
  meanClassAccuracy,
  meanCrossEntropy,
  meanDivergence,
  softmax,
  topClasses,
  topHits
} from '../../src/main/numeric/classification.ts';

const logits = Float32Array.of(1, 3, 2, 5, 5, -1, 0, 0, 0);

test('argmax takes the first of equals', () => {
  expect([...argmaxRows(logits, 3)]).toEqual([1, 0, 0]);
  expect([...argmaxRows(new Float32Array(0), 3)]).toEqual([]);
  expect(() => argmaxRows(logits, 4)).toThrow(RangeError);
});

test('the largest classes, largest first, ties in order', () => {
  expect(topClasses(logits.subarray(0, 3), 2)).toEqual([1, 2]);
  expect(topClasses(logits.subarray(6, 9), 5)).toEqual([0, 1, 2]);
});

test('hits among the k largest', () => {
  const labels = [2, 1, 2];
  expect([1, 2, 3].map((k) => topHits(logits, labels, 3, k))).toEqual([0, 2, 3]);
  expect(() => topHits(logits, [0, 1], 3, 1)).toThrow(RangeError);
  expect(() => topHits(logits, [0, 1, 3], 3, 1)).toThrow(RangeError);
  expect(() => topHits(logits, [0, 1, -1], 3, 1)).toThrow(RangeError);
});

test('softmax and cross-entropy of literal rows', () => {
  expect([...softmax([0, Math.log(3)])]).toEqual([expect.closeTo(0.25, 14), expect.closeTo(0.75, 14)]);
  expect([...softmax([1000, 1000])]).toEqual([0.5, 0.5]);
  expect(meanCrossEntropy(Float32Array.of(0, 0, 0, 0), [3], 4)).toBeCloseTo(Math.log(4), 14);
  expect(meanCrossEntropy(Float32Array.of(1000, 0, -1000, 0), [1, 0], 2)).toBeCloseTo(1000, 10);
});

test('the mean over classes counts only those that have rows', () => {
  // Predictions 0, 0, 1, 3 for the labels 0, 0, 0, 3: two thirds of class 0 and all of class 3.
  const rows = Float32Array.of(9, 0, 0, 0, 9, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 9);
  expect(meanClassAccuracy(rows, [0, 0, 0, 3], 4)).toBeCloseTo((2 / 3 + 1) / 2, 15);
  expect(meanClassAccuracy(rows, [3, 3, 3, 0], 4)).toBe(0);
  expect(meanClassAccuracy(new Float32Array(0), [], 4)).toBeNaN();
});

test('the expected calibration error of literal confidences', () => {
  // Two classes with the probabilities c and 1 - c: the logits are ln(c / (1 - c)) and 0.
  const rows = (...confidences: number[]) =>
    Float32Array.from(confidences.flatMap((c) => [c === 1 ? 200 : Math.log(c / (1 - c)), 0]));
  // Always sure, and right half of the time.
  expect(expectedCalibrationError(rows(1, 1), [0, 1], 2)).toBeCloseTo(0.5, 12);
  // Confidence 0.75 and right three times of four.
  expect(expectedCalibrationError(rows(0.75, 0.75, 0.75, 0.75), [0, 0, 0, 1], 2)).toBeCloseTo(0, 6);
  // Three bins of fifteen: 0.55 wrong; 0.7 right; 0.9 right and 0.92 wrong.
  const error = (0.55 + 0.3 + Math.abs(1 - 0.9 - 0.92)) / 4;
  expect(expectedCalibrationError(rows(0.55, 0.7, 0.9, 0.92), [1, 0, 0, 1], 2)).toBeCloseTo(error, 6);
  // With a single bin only the means count.
  expect(expectedCalibrationError(rows(0.6, 0.8), [0, 1], 2, 1)).toBeCloseTo(0.2, 6);
  // A confidence of exactly one half belongs to the bin that ends there: of four, the second, apart from 0.6.
  expect(expectedCalibrationError(rows(0.5, 0.6), [0, 1], 2, 4)).toBeCloseTo((0.5 + 0.6) / 2, 6);
});

test('the measures agree with each other', () => {
  const row = fc.array(fc.float({ noNaN: true, min: -30, max: 30 }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(fc.tuple(row, fc.nat(4)), { minLength: 1, maxLength: 20 }), (samples) => {
      const all = Float32Array.from(samples.flatMap(([values]) => values));
      const labels = samples.map(([, label]) => label);
      const best = argmaxRows(all, 5);
      expect(topHits(all, labels, 5, 1)).toBe(labels.filter((label, i) => label === best[i]).length);
      expect(topHits(all, labels, 5, 5)).toBe(labels.length);
      let total = 0;
      for (const [i, label] of labels.entries()) {
        const values = all.subarray(i * 5, i * 5 + 5);
        expect(topClasses(values, 1)[0]).toBe(best[i]);
        const probabilities = softmax(values);
        expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
        total -= Math.log(probabilities[label]!);
      }
      expect(meanCrossEntropy(all, labels, 5)).toBeCloseTo(total / labels.length, 9);
    })
  );
});

test('divergence is none for equal logits, also when shifted, and as defined for others', () => {
  const logits = Float32Array.of(1, 2, 3, -1, 0.5, 4);
  expect(meanDivergence(logits, logits, 3)).toBe(0);
  expect(
    meanDivergence(
      logits,
      logits.map((value) => value + 2),
      3
    )
  ).toBeCloseTo(0, 12);
  // p = (1/2, 1/2), q = (1/4, 3/4): (ln 2 + ln 2/3) / 2.
  const even = Float32Array.of(0, 0);
  expect(meanDivergence(even, Float32Array.of(0, Math.log(3)), 2)).toBeCloseTo(
    (Math.log(2) + Math.log(2 / 3)) / 2,
    7
  );
  // Probabilities that vanish in float64 have logarithms all the same.
  expect(meanDivergence(even, Float32Array.of(0, 2000), 2)).toBeCloseTo(1000 - Math.log(2), 3);
  expect(() => meanDivergence(even, logits, 2)).toThrow(RangeError);
});
