import { f32 } from '../numeric/float32.ts';
import type { Collector } from './observers/collector.ts';
import { extentOf, nothingObserved, type Extent } from './observers/extent.ts';
import { HistogramCollectorTorch } from './observers/histogram-torch.ts';
import type { Histogram } from './observers/histogram.ts';

/** Up to this many values of a tensor or channel are kept; beyond it quantiles come from the histogram. 16 MiB. */
export const exactValues = 2 ** 22;

/** In per cent, where a configuration does not say. */
export const usualPercentile = 99.99;

/**
 * Collects what quantiles need: the values themselves as long as they are few enough, else a histogram of 2,048 bins, in which
 * values are taken to be spread evenly over each bin. Infinities are ignored.
 */
export class PercentileCollector implements Collector {
  readonly #bound: number;
  #kept: Float32Array[] = [];
  #count = 0;
  #histogram: HistogramCollectorTorch | null = null;

  /** @param bound how many values are kept at most */
  constructor(bound: number = exactValues) {
    this.#bound = bound;
  }

  /** @throws BitlabError VALUES_NAN, with nothing of the batch collected */
  add(values: Float32Array): void {
    extentOf(values);
    const finite = values.filter(Number.isFinite);
    this.#count += finite.length;
    if (this.#histogram === null && this.#count > this.#bound) {
      this.#histogram = new HistogramCollectorTorch();
      for (const batch of this.#kept) this.#histogram.add(batch);
      this.#kept = [];
    }
    if (this.#histogram !== null) this.#histogram.add(finite);
    else if (finite.length > 0) this.#kept.push(finite);
  }

  /**
   * The quantiles 1 - p and p.
   * @param p above 0.5 and up to 1; 1 gives the smallest and the largest value
   * @throws RangeError for another p
   */
  quantiles(p: number): Extent {
    if (!(p > 0.5 && p <= 1)) throw new RangeError(`a percentile of ${p} is not above 0.5 and up to 1`);
    if (this.#count === 0) return nothingObserved;
    const histogram = this.#histogram?.histogram() ?? null;
    if (histogram !== null)
      return { minimum: quantileOf(histogram, 1 - p), maximum: quantileOf(histogram, p) };
    const sorted = new Float32Array(this.#count);
    let place = 0;
    for (const batch of this.#kept) {
      sorted.set(batch, place);
      place += batch.length;
    }
    sorted.sort();
    return { minimum: interpolated(sorted, 1 - p), maximum: interpolated(sorted, p) };
  }
}

/** Between the two order statistics around (n - 1) p, as NumPy's `quantile` does by default. */
function interpolated(sorted: Float32Array, p: number): number {
  const place = (sorted.length - 1) * p;
  const below = Math.floor(place);
  const lower = sorted[below]!;
  const upper = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return f32(lower + (upper - lower) * (place - below));
}

/** Where the running sum of the counts reaches a fraction of their total, on a straight line within the bin. */
function quantileOf({ counts, minimum, maximum }: Histogram, p: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const width = (maximum - minimum) / counts.length;
  const wanted = total * p;
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin]!;
    if (count > 0 && sum + count >= wanted) return f32(minimum + width * (bin + (wanted - sum) / count));
    sum += count;
  }
  return maximum;
}
