import type { Proportion } from '../../contract/index.ts';
import { studentCumulative, studentQuantile } from './student-distribution.ts';

/** The 97.5 % quantile of the standard normal distribution: two-sided intervals of 95 %. */
const normalQuantile = 1.959963984540054;

/**
 * A proportion with its Wilson score interval of 95 % (Wilson 1927).
 * @param successes a whole number from 0 to `count` @param count the number of samples, at least 1
 */
export function wilsonInterval(successes: number, count: number): Proportion {
  if (!(count >= 1) || !(successes >= 0 && successes <= count))
    throw new RangeError(`no proportion: ${successes} of ${count}`);
  const value = successes / count;
  const square = normalQuantile ** 2;
  const denominator = 1 + square / count;
  const center = (value + square / (2 * count)) / denominator;
  const half =
    (normalQuantile / denominator) * Math.sqrt((value * (1 - value)) / count + square / (4 * count ** 2));
  return {
    value,
    low: successes === 0 ? 0 : Math.max(0, center - half),
    high: successes === count ? 1 : Math.min(1, center + half),
    count
  };
}

/**
 * McNemar's exact two-sided test of two classifiers on the same samples: the probability, if both were equally good,
 * of discordant counts at least as unequal as these. Binomial with p = 1/2, summed from the largest term down, so that
 * it neither overflows nor cancels for many thousands of pairs.
 * @param onlyFirst samples that only the first got right @param onlySecond that only the second got right
 */
export function mcNemarExact(onlyFirst: number, onlySecond: number): number {
  const count = onlyFirst + onlySecond;
  const smaller = Math.min(onlyFirst, onlySecond);
  if (2 * smaller === count) return 1;
  let logTerm = -count * Math.LN2;
  for (let k = 1; k <= smaller; k++) logTerm += Math.log((count - smaller + k) / k);
  let ratio = 1;
  let sum = 1;
  for (let k = smaller; k > 0 && ratio > sum * Number.EPSILON; k--) {
    ratio *= k / (count - k + 1);
    sum += ratio;
  }
  return Math.min(1, 2 * Math.exp(logTerm) * sum);
}

/** A difference of two shares with its 95 % interval. */
export interface DifferenceInterval {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The difference of two shares of the same samples, second less first, with its 95 % interval: Wald's with half a sample added
 * to each cell (Agresti and Min, "Simple improved confidence intervals for comparing matched proportions", Statistics in
 * Medicine 24, 2005). The interval is around the adjusted difference, and has a width where no sample is discordant.
 * @param onlyFirst samples that only the first got right @param onlySecond that only the second got right
 */
export function pairedDifference(onlyFirst: number, onlySecond: number, count: number): DifferenceInterval {
  const adjusted = count + 2;
  const middle = (onlySecond - onlyFirst) / adjusted;
  const discordant = onlyFirst + onlySecond + 1;
  const variance = (discordant - (onlySecond - onlyFirst) ** 2 / adjusted) / adjusted ** 2;
  const half = normalQuantile * Math.sqrt(variance);
  return { difference: (onlySecond - onlyFirst) / count, low: middle - half, high: middle + half };
}

/** The arithmetic mean; NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** The sample standard deviation (n - 1 in the denominator), or null for fewer than two values. */
export function standardDeviation(values: ArrayLike<number>): number | null {
  if (values.length < 2) return null;
  const center = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - center) ** 2;
  return Math.sqrt(sum / (values.length - 1));
}

/** The mean of repeats and its 95 % interval by Student's t; the interval is null for fewer than two values. */
export interface MeanInterval {
  readonly mean: number;
  readonly standardDeviation: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly count: number;
}

/** Student's t interval of 95 % for the mean of independent repeats. */
export function tInterval(values: ArrayLike<number>): MeanInterval {
  return tIntervalOf(mean(values), standardDeviation(values), values.length);
}

/** The same from the mean, the sample standard deviation (null for fewer than two values) and the number of repeats. */
export function tIntervalOf(center: number, deviation: number | null, count: number): MeanInterval {
  if (deviation === null) return { mean: center, standardDeviation: null, low: null, high: null, count };
  const half = (studentQuantile(0.975, count - 1) * deviation) / Math.sqrt(count);
  return { mean: center, standardDeviation: deviation, low: center - half, high: center + half, count };
}

/**
 * Student's paired t test (Biometrika 6, 1908): the mean of the differences of pairs, its 95 % interval, and the two-sided p value
 * of its being zero.
 * @param differences of two pairs or more, not all the same
 */
export function pairedTTest(
  differences: readonly number[]
): DifferenceInterval & { readonly pValue: number } {
  const { mean: difference, standardDeviation: deviation, low, high, count } = tInterval(differences);
  if (deviation === null || deviation === 0)
    throw new RangeError(`no t test of ${count} differences with deviation ${deviation}`);
  const t = (difference * Math.sqrt(count)) / deviation;
  const pValue = 2 * studentCumulative(-Math.abs(t), count - 1);
  return { difference, low: low!, high: high!, pValue };
}

/**
 * Signal to quantization noise ratio, 10 log10(sum x^2 / sum (x - y)^2), in dB.
 * Infinity where nothing was lost, and -Infinity where the signal is zero but not its approximation.
 */
export function sqnrDb(signal: ArrayLike<number>, approximation: ArrayLike<number>): number {
  const { power, noise } = powers(signal, approximation);
  return noise === 0 ? Infinity : 10 * Math.log10(power / noise);
}

/**
 * The power of what an approximation gets wrong as a share of the signal's, sum (x - y)^2 / sum x^2: 0 where nothing was lost,
 * and the largest number where the signal is zero but not its approximation.
 */
export function relativeErrorPower(signal: ArrayLike<number>, approximation: ArrayLike<number>): number {
  const { power, noise } = powers(signal, approximation);
  return noise === 0 ? 0 : Math.min(noise / power, Number.MAX_VALUE);
}

function powers(signal: ArrayLike<number>, approximation: ArrayLike<number>) {
  if (signal.length !== approximation.length)
    throw new RangeError(`lengths differ: ${signal.length} and ${approximation.length}`);
  let power = 0;
  let noise = 0;
  for (let i = 0; i < signal.length; i++) {
    const x = signal[i]!;
    const error = x - approximation[i]!;
    power += x * x;
    noise += error * error;
  }
  return { power, noise };
}
