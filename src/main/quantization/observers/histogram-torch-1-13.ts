import { referenceStatisticsKernels } from '../../kernels/reference/statistics/index.ts';
import type { ValueStatistics } from '../../kernels/statistics-kernels.ts';
import { f32, rint } from '../../numeric/float32.ts';
import { extentOf, nothingObserved, union, type Extent } from './extent.ts';
import { binCount, type Histogram, type HistogramCollector } from './histogram.ts';
import { redistributed } from './redistribute.ts';

const upsampleRate = 128;

/**
 * The histogram of PyTorch 1.13.1's `HistogramObserver`, to the bit: values are counted between whole numbers (its ends go
 * through `int()`, and what lies outside is dropped), and a range that grows is relaxed to a multiple of the old bins.
 * As long as all values were equal, each batch starts over, as there.
 */
export class HistogramCollectorTorch113 implements HistogramCollector {
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
    if (known.minimum >= known.maximum) {
      this.#counts = countBetweenWholeNumbers(statistics, batch);
      this.#extent = batch;
      return;
    }
    const wanted = union(known, batch);
    const relaxed = relaxedUnion(known, wanted);
    const extent = relaxed === null ? wanted : relaxed.extent;
    const counts = countBetweenWholeNumbers(statistics, extent);
    const same = extent.minimum === known.minimum && extent.maximum === known.maximum;
    const old = same
      ? this.#counts
      : relaxed === null
        ? redistributed(this.#counts, known, wanted)
        : resampled(this.#counts, relaxed.downsampleRate, relaxed.start);
    for (let bin = 0; bin < binCount; bin++) counts[bin] = f32(counts[bin]! + old[bin]!);
    this.#counts = counts;
    this.#extent = extent;
  }
}

function countBetweenWholeNumbers(statistics: ValueStatistics, extent: Extent): Float64Array {
  const low = Math.trunc(extent.minimum);
  const high = Math.trunc(extent.maximum);
  if (low < high) return statistics.count(low, high);
  // `histc` takes equal ends as a request for the ends of the data.
  const { minimum, maximum } = statistics.extent;
  return statistics.count(minimum, maximum);
}

/**
 * The union, its upper end raised so that it holds a whole number of the old bins split by `upsampleRate`
 * (`_adjust_min_max`); null where that is not finite, for ranges near the ends of float32, with which PyTorch fails.
 */
function relaxedUnion(known: Extent, wanted: Extent) {
  const fineWidth = f32(f32(known.maximum - known.minimum) / (binCount * upsampleRate));
  const oldWidth = f32(binCount * fineWidth);
  const width = f32(wanted.maximum - wanted.minimum);
  const downsampleRate = Math.ceil(f32(width / oldWidth));
  const maximum = f32(wanted.maximum + f32(f32(downsampleRate * oldWidth) - width));
  const start = rint(f32(f32(known.minimum - wanted.minimum) / fineWidth));
  if (!Number.isFinite(maximum) || !Number.isFinite(downsampleRate) || !Number.isFinite(start)) return null;
  return { extent: { minimum: wanted.minimum, maximum }, downsampleRate, start };
}

/**
 * The old counts in the new bins (`_combine_histograms`): each old bin is repeated `upsampleRate` times, from the fine bin
 * `start` on, and `downsampleRate` fine bins make a new one. PyTorch takes differences of a running sum over all fine bins,
 * half of them rounded to float32; here the running sum is taken only where it is read, so that memory does not grow.
 */
function resampled(counts: Float64Array, downsampleRate: number, start: number): Float64Array {
  const result = new Float64Array(binCount);
  let whole = 0;
  let sum = 0;
  let before = 0;
  for (let bin = 0; bin < binCount; bin++) {
    const fine = Math.min(Math.max((bin + 1) * downsampleRate - start, 0), binCount * upsampleRate);
    for (; (whole + 1) * upsampleRate <= fine; whole++) sum += counts[whole]! * upsampleRate;
    const rest = fine - whole * upsampleRate;
    const integral = rest > 0 ? sum + counts[whole]! * rest : sum;
    result[bin] = f32((integral - before) / upsampleRate);
    before = f32(integral);
  }
  return result;
}
