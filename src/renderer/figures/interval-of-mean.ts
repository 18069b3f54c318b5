/** 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom. */
const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042
];

/** Repeats in four numbers. */
export interface RepeatedValue {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Of the sample, with n - 1 in the denominator. */
  readonly standardDeviation: number;
}

/** The mean of repeats and its two-sided 95 % t interval, cut to 0..1. Needs two values or more. */
export function interval95OfMean(values: readonly number[]): RepeatedValue {
  const count = values.length;
  const value = values.reduce((sum, item) => sum + item, 0) / count;
  const variance = values.reduce((sum, item) => sum + (item - value) ** 2, 0) / (count - 1);
  const quantile = quantiles[count - 2] ?? 1.96 + 2.4 / (count - 1);
  const half = quantile * Math.sqrt(variance / count);
  return {
    value,
    low: Math.max(0, value - half),
    high: Math.min(1, value + half),
    standardDeviation: Math.sqrt(variance)
  };
}
