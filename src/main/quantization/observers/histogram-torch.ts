import { referenceStatisticsKernels } from '../../kernels/reference/statistics/index.ts';
import type { ValueStatistics } from '../../kernels/statistics-kernels.ts';
import { extentOf, nothingObserved, union, type Extent } from './extent.ts';
import { addCounts, binCount, type Histogram, type HistogramCollector } from './histogram.ts';
import { redistributed } from './redistribute.ts';

/**
 * The histogram of PyTorch's `HistogramObserver` since mid-2024: values are counted between the real ends, and where the
 * range grows, each old bin is split in 16, whose middles fall into new bins. Infinities are ignored.
 * Counts are kept in float64, so that bins of more than 2^24 values still grow (PyTorch's float32 counts stop there).
 */
export class HistogramCollectorTorch implements HistogramCollector {
  #extent: Extent = nothingObserved;
  #counts: Float64Array = new Float64Array(binCount);

  histogram(): Histogram | null {
    const { minimum, maximum } = this.#extent;
    return minimum > maximum ? null : { minimum, maximum, counts: this.#counts };
  }

  add(
    values: Float32Array,
    statistics: ValueStatistics = referenceStatisticsKernels.statisticsOf(values)
  ): void {
    const batch = extentOf(values, statistics);
    if (batch.minimum > batch.maximum) return;
    const known = this.#extent;
    const extent = union(known, batch);
    const counts = statistics.count(extent.minimum, extent.maximum);
    if (known !== nothingObserved) addCounts(counts, this.#inBinsOf(extent));
    this.#counts = counts;
    this.#extent = extent;
  }

  /** The counts collected so far, in the bins of a range that contains theirs. */
  #inBinsOf(extent: Extent): Float64Array {
    const { minimum, maximum } = this.#extent;
    if (extent.minimum === minimum && extent.maximum === maximum) return this.#counts;
    if (minimum === maximum) {
      const total = this.#counts.reduce((sum, count) => sum + count, 0);
      const place = referenceStatisticsKernels.statisticsOf(Float32Array.of(minimum));
      return place.count(extent.minimum, extent.maximum).map((count) => count * total);
    }
    return redistributed(this.#counts, this.#extent, extent);
  }
}
