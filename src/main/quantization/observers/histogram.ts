import { binCount, type Extent } from '../../kernels/statistics-kernels.ts';
import type { Collector } from './collector.ts';

export { binCount };

/** Counts of values in `binCount` bins of equal width between two ends. */
export interface Histogram extends Extent {
  /** Values in each bin; merging makes fractions. */
  readonly counts: Float64Array;
}

export interface HistogramCollector extends Collector {
  /** What was collected so far, or null where nothing was observed. */
  histogram(): Histogram | null;
}

/** Adds one histogram's counts to another's of the same bins. */
export function addCounts(counts: Float64Array, more: Float64Array): void {
  for (let bin = 0; bin < binCount; bin++) counts[bin]! += more[bin]!;
}
