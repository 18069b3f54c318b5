import type { AcceleratorSettings } from '../../../contract/index.ts';
import { rint } from '../../numeric/float32.ts';
import { levelsOf, type SumRange } from './analog-to-digital.ts';

/** How often sums were seen. */
export interface SumHistogram {
  readonly counts: Float64Array;
  /** Products of slice codes. */
  readonly binWidth: number;
  /** Of the first bin, in bins: it begins at firstBin * binWidth. */
  readonly firstBin: number;
}

/** Without the empty bins at both ends. @param counts of bins that lie around 0, as many below as above */
export function sumHistogram(counts: Float64Array, binWidth: number): SumHistogram {
  const first = Math.max(
    counts.findIndex((count) => count > 0),
    0
  );
  const end = counts.findLastIndex((count) => count > 0) + 1;
  return { counts: counts.slice(first, end), binWidth, firstBin: first - counts.length / 2 };
}

/** Steps of the search for the least error: the range shrinks by 1 % of the widest at a time. */
const shrinkSteps = 100;

/**
 * The ends that a converter needs for sums that were seen: two percentiles, or those that make the mean squared error of
 * clipping and rounding least.
 * @param bits of the converter
 */
export function calibratedRange(
  histogram: SumHistogram,
  { method, percentile, narrow }: AcceleratorSettings['adc'],
  bits: number
): SumRange {
  const widest = quantiles(histogram, 0, 1);
  if (method === 'percentile') {
    return quantiles(histogram, 1 - percentile / 100, percentile / 100);
  }
  let best = widest;
  let least = Infinity;
  for (let i = 0; i < shrinkSteps; i++) {
    const keep = 1 - i / shrinkSteps;
    const middle = widest.low > 0 || widest.high < 0 ? (widest.low + widest.high) / 2 : 0;
    const range = {
      low: middle + (widest.low - middle) * keep,
      high: middle + (widest.high - middle) * keep
    };
    const error = squaredError(histogram, range, bits, narrow);
    if (error < least) [best, least] = [range, error];
  }
  return best;
}

/** Ends of the bins in which the shares `lower` and `upper` of all sums are reached. */
function quantiles({ counts, binWidth, firstBin }: SumHistogram, lower: number, upper: number): SumRange {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  let low: number | null = null;
  let high = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    if (counts[bin] === 0) continue;
    const after = below + counts[bin]!;
    if (low === null && after > lower * total) low = bin + firstBin;
    if (below < upper * total) high = bin + 1 + firstBin;
    below = after;
  }
  // A single value is a range of one product.
  return { low: (low ?? 0) * binWidth, high: Math.max(high, (low ?? 0) + 1) * binWidth };
}

function squaredError(
  { counts, binWidth, firstBin }: SumHistogram,
  range: SumRange,
  bits: number,
  narrow: boolean
): number {
  const { step, low, high } = levelsOf(range, bits, narrow);
  let error = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    if (counts[bin] === 0) continue;
    const value = (bin + 0.5 + firstBin) * binWidth;
    const level = Math.min(Math.max(rint(value / step), low), high);
    error += counts[bin]! * (value - level * step) ** 2;
  }
  return error;
}
