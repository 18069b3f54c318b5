import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatCounted,
  formatDuration,
  formatLarge,
  formatMoment,
  formatPValue,
  formatPercent,
  formatProportion,
  formatShape,
  formatTimeLeft,
  percentNumber,
  pointsNumber
} from '../../src/renderer/components/format/index.ts';

describe('percentages', () => {
  test.each([
    [0.916, '91.6 %'],
    [1, '100.0 %'],
    [0, '0.0 %'],
    [0.0004, '0.0 %']
  ])('%d is %s', (proportion, text) => expect(formatPercent(proportion)).toBe(text));

  test('with the interval', () => {
    const proportion = { value: 0.9155, low: 0.9025, high: 0.9269, count: 2000 };
    expect(formatProportion(proportion)).toBe('91.5 % (90.3–92.7)');
    expect(formatProportion(proportion, 2)).toBe('91.55 % (90.25–92.69)');
  });

  test.each([
    [0.012, '+1.2'],
    [-0.004, '−0.4'],
    [0, '0.0'],
    [-0.0001, '0.0'],
    [0.0001, '0.0']
  ])('a difference of %d is %s points', (difference, text) => expect(pointsNumber(difference)).toBe(text));

  test('a negative number has the minus sign that is as wide as a plus', () => {
    expect(percentNumber(-0.25, 0)).toBe('−25');
  });
});

describe('sizes', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [12_345, '12.3 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [2_812_345, '2.81 MB'],
    [3.2e15, '3200 TB']
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe('counts', () => {
  test('thousands are parted by a thin space', () => {
    expect(formatCount(11_173_962)).toBe('11\u2009173\u2009962');
    expect(formatCount(999)).toBe('999');
  });

  test('words follow the number', () => {
    expect(formatCounted(1, 'run')).toBe('1 run');
    expect(formatCounted(0, 'run')).toBe('0 runs');
    expect(formatCounted(2, 'class', 'classes')).toBe('2 classes');
  });

  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1.00 k'],
    [37_215_488, '37.2 M'],
    [999_600, '1.00 M'],
    [1.82e9, '1.82 G']
  ])('%d is %s', (value, text) => expect(formatLarge(value)).toBe(text));
});

describe('durations', () => {
  test.each([
    [0.424, '0.42 s'],
    [0.9996, '1.0 s'],
    [8.31, '8.3 s'],
    [9.96, '10 s'],
    [59.6, '1 min'],
    [125, '2 min 5 s'],
    [3600, '1 h'],
    [4800, '1 h 20 min'],
    [90_000, '1 d 1 h']
  ])('%d s is %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  test.each([
    [0.3, 'almost done'],
    [4.2, 'about 5 s left'],
    [31, 'about 35 s left'],
    [61, 'about 2 min left'],
    [4000, 'about 1 h 10 min left']
  ])('%d s to go is %s', (seconds, text) => expect(formatTimeLeft(seconds)).toBe(text));
});

test('moments keep their order as text, and are local', () => {
  const local = new Date(2026, 4, 4, 9, 31, 12);
  expect(formatMoment(local.toISOString())).toBe('2026-05-04 09:31');
  expect(formatMoment('not a time')).toBe('not a time');
});

test('p-values have three decimals', () => {
  expect(formatPValue(0.0123)).toBe('0.012');
  expect(formatPValue(0.0009)).toBe('< 0.001');
  expect(formatPValue(1)).toBe('1.000');
});

test('shapes', () => {
  expect(formatShape([64, 3, 3, 3])).toBe('64 × 3 × 3 × 3');
  expect(formatShape([])).toBe('1');
});
