import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  mcNemarExact,
  mean,
  pairedDifference,
  pairedTTest,
  relativeErrorPower,
  sqnrDb,
  standardDeviation,
  tInterval,
  wilsonInterval
} from '../../src/main/numeric/statistics.ts';
import { studentCumulative, studentQuantile } from '../../src/main/numeric/student-distribution.ts';

describe('the Wilson score interval', () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718]
  ])('of %d of %d is %d to %d', (successes, count, low, high) => {
    const interval = wilsonInterval(successes, count);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
    expect(interval.value).toBe(successes / count);
    expect(interval.count).toBe(count);
  });

  test('solves (p - value)^2 = z^2 p (1 - p) / n at both ends, and is mirrored for failures', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (count, share) => {
          const successes = Math.round(count * share);
          const { value, low, high } = wilsonInterval(successes, count);
          for (const end of [low, high]) {
            expect((end - value) ** 2).toBeCloseTo((1.959963984540054 ** 2 * end * (1 - end)) / count, 10);
          }
          const mirrored = wilsonInterval(count - successes, count);
          expect(mirrored.low).toBeCloseTo(1 - high, 12);
          expect(mirrored.high).toBeCloseTo(1 - low, 12);
        }
      )
    );
  });

  test('refuses what is no proportion', () => {
    expect(() => wilsonInterval(0, 0)).toThrow(RangeError);
    expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
    expect(() => wilsonInterval(NaN, 2)).toThrow(RangeError);
  });
});

/** 2 P(X <= smaller) for a binomial with p = 1/2, in whole numbers. */
function exactByBigInt(onlyFirst: number, onlySecond: number): number {
  const count = onlyFirst + onlySecond;
  const smaller = Math.min(onlyFirst, onlySecond);
  let term = 1n;
  let sum = 1n;
  for (let k = 1; k <= smaller; k++) {
    term = (term * BigInt(count - k + 1)) / BigInt(k);
    sum += term;
  }
  const precision = 10n ** 40n;
  const value = (2n * sum * precision) / 2n ** BigInt(count);
  return value >= precision ? 1 : Number(value) / 1e40;
}

describe("McNemar's exact test", () => {
  test.each([
    [0, 0, 1],
    [5, 5, 1],
    [0, 1, 1],
    [0, 5, 0.0625],
    [1, 9, 22 / 1024],
    [3, 12, 0.03515625]
  ])('of %d and %d discordant samples is %d', (a, b, expected) => {
    expect(mcNemarExact(a, b)).toBeCloseTo(expected, 14);
  });

  test('equals the sum of whole numbers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }), (a, b) => {
        const expected = exactByBigInt(a, b);
        if (expected < 1e-20) return;
        expect(mcNemarExact(a, b) / expected).toBeCloseTo(1, 10);
      }),
      { numRuns: 60 }
    );
  });

  test('stays stable for many thousands', () => {
    expect(mcNemarExact(4900, 5100) / exactByBigInt(4900, 5100)).toBeCloseTo(1, 9);
    expect(mcNemarExact(25_000, 25_400)).toBeCloseTo(0.0754, 3);
    expect(mcNemarExact(0, 50_000)).toBe(0);
    expect(mcNemarExact(5100, 4900)).toBe(mcNemarExact(4900, 5100));
  });
});

describe('repeats', () => {
  test('mean, sample standard deviation and the t interval of a literal case', () => {
    const interval = tInterval([91.2, 90.8, 91.9, 91.1, 90.5]);
    expect(interval.mean).toBeCloseTo(91.1, 12);
    expect(interval.standardDeviation).toBeCloseTo(0.5244044240850758, 12);
    // t(0.975, 4) = 2.7764451052
    expect(interval.high! - interval.mean).toBeCloseTo((2.7764451052 * 0.5244044240850758) / Math.sqrt(5), 8);
    expect(interval.count).toBe(5);
  });

  test('one value has no interval, none has no mean', () => {
    expect(tInterval([3])).toEqual({ mean: 3, standardDeviation: null, low: null, high: null, count: 1 });
    expect(standardDeviation([])).toBeNull();
    expect(mean([])).toBeNaN();
  });

  // Abramowitz and Stegun, table 26.10.
  test.each([
    [1, 12.7062],
    [2, 4.30265],
    [3, 3.18245],
    [9, 2.26216],
    [30, 2.04227],
    [120, 1.97993]
  ])('the quantile at 0.975 of t with %d degrees of freedom is %d', (degrees, expected) => {
    expect(studentQuantile(0.975, degrees)).toBeCloseTo(expected, 4);
    expect(studentQuantile(0.025, degrees)).toBeCloseTo(-expected, 4);
  });

  test('quantile and cumulative probability are inverse; one degree of freedom is the Cauchy distribution', () => {
    expect(studentCumulative(1, 1)).toBeCloseTo(0.75, 14);
    for (const degrees of [1, 2, 7, 49, 1000])
      for (const p of [0.001, 0.3, 0.5, 0.9, 0.999])
        expect(studentCumulative(studentQuantile(p, degrees), degrees)).toBeCloseTo(p, 12);
    expect(() => studentQuantile(1, 3)).toThrow(RangeError);
    expect(() => studentQuantile(0.9, 0)).toThrow(RangeError);
  });
});

describe('the paired t test', () => {
  test('finds what Student found for two soporifics (1908)', () => {
    // Additional hours of sleep of ten patients; the result is also that of R's t.test(paired = TRUE) on its data set sleep.
    const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
    const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    const { difference, low, high, pValue } = pairedTTest(second.map((hours, i) => hours - first[i]!));
    expect(difference).toBeCloseTo(1.58, 12);
    expect(low).toBeCloseTo(0.7001142, 6);
    expect(high).toBeCloseTo(2.4598858, 6);
    expect(pValue).toBeCloseTo(0.002833, 6);
  });

  test('is below 5 % exactly where the 95 % interval is off zero', () => {
    const value = fc.integer({ min: -50, max: 60 });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 8 }), (values) => {
        fc.pre(new Set(values).size > 1);
        const { low, high, pValue } = pairedTTest(values);
        if (Math.abs(pValue - 0.05) < 1e-9) return;
        expect(low > 0 || high < 0).toBe(pValue < 0.05);
      })
    );
  });

  test('says nothing of one pair, or of pairs that do not vary', () => {
    expect(() => pairedTTest([1])).toThrow(RangeError);
    expect(() => pairedTTest([1, 1, 1])).toThrow(RangeError);
  });
});

describe('SQNR', () => {
  test('in dB', () => {
    expect(sqnrDb([3, 4], [3, 4.5])).toBeCloseTo(20, 12);
    expect(sqnrDb([1, 2], [1, 2])).toBe(Infinity);
    expect(sqnrDb([0, 0], [0, 1])).toBe(-Infinity);
    expect(() => sqnrDb([1], [1, 2])).toThrow(RangeError);
  });
});

test('relative error power is the inverse of the signal to noise ratio', () => {
  const [signal, approximation] = [
    [1, -2, 3],
    [1, -1, 2.5]
  ];
  expect(relativeErrorPower(signal!, approximation!)).toBeCloseTo(1.25 / 14, 12);
  expect(-10 * Math.log10(relativeErrorPower(signal!, approximation!))).toBeCloseTo(
    sqnrDb(signal!, approximation!),
    9
  );
  expect(relativeErrorPower(signal!, signal!)).toBe(0);
  expect(relativeErrorPower([0, 0], [0, 1])).toBe(Number.MAX_VALUE);
});

test("a paired difference is within Agresti and Min's interval, which has a width without discordant samples", () => {
  // b = 21, c = 9, n = 100: adjusted difference -12 / 102, standard error sqrt(31 - 144 / 102) / 102.
  const { difference, low, high } = pairedDifference(21, 9, 100);
  expect(difference).toBeCloseTo(-0.12, 12);
  expect((low + high) / 2).toBeCloseTo(-12 / 102, 12);
  expect(high - low).toBeCloseTo((2 * 1.959964 * Math.sqrt(31 - 144 / 102)) / 102, 7);
  const same = pairedDifference(0, 0, 2000);
  expect(same.difference).toBe(0);
  expect(same.high).toBeCloseTo(1.959964 / 2002, 8);
  expect(pairedDifference(3, 8, 50).difference).toBe(-pairedDifference(8, 3, 50).difference);
});
