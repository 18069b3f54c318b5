/** Bins of every histogram: PyTorch's default. */
export const binCount = 2048;

/** The smallest and the largest finite value; minimum above maximum where there is none. */
export interface Extent {
  readonly minimum: number;
  readonly maximum: number;
}

/** The extent of values, and what of them was not finite. Zeros are positive. */
export interface ObservedExtent extends Extent {
  readonly allFinite: boolean;
  /** Index of the first NaN, or -1. */
  readonly firstNaN: number;
}

/** What there is to know of values. They must not change as long as it is asked. */
export interface ValueStatistics {
  /** Found when it is first asked for, and kept. */
  readonly extent: ObservedExtent;
  /**
   * Counts values into `binCount` bins as PyTorch's `histc` does: bin = int(f32(f32((x - low) * bins) / f32(high - low))), the
   * upper end in the last bin; NaN and what lies outside of [low, high] dropped. Where both ends are equal, bins reach one
   * further on each side; where float32 does not tell these from the ends, values equal to them are in the middle bin.
   * @param low float32, finite @param high float32, finite, at least `low`
   */
  count(low: number, high: number): Float64Array;
}

/** The error where the bins `first` to `last` of a histogram are covered by the levels. */
export type HistogramError = (first: number, last: number) => number;

/**
 * The heavy arithmetic of observers. There are two implementations, a plain one (reference/statistics) and WebAssembly
 * (load-statistics-kernels.ts), equal bit for bit.
 */
export interface StatisticsKernels {
  statisticsOf(values: Float32Array): ValueStatistics;
  /**
   * The L2 norm of the quantization error over a histogram whose bins `first` to `last` are covered by `levels` levels, as
   * PyTorch's `HistogramObserver._compute_quantization_error`: the density of each bin is uniform, and each bin's integral of
   * the squared distance to its level is cut at the levels' edges. Every term is rounded to float32 as PyTorch's tensors are.
   * The terms of bins i, i + 4, i + 8, ... are added in float64, one after the other, for i from 0 to 3, and then these four
   * sums: (0 + 1) + (2 + 3).
   *
   * All lengths are scaled by a power of two, which changes no mantissa, so that cubes neither overflow nor underflow.
   * @param counts one for each bin @param minimum finite, below `maximum` @param levels 2 to 2^20
   */
  quantizationError(counts: Float32Array, minimum: number, maximum: number, levels: number): HistogramError;
}
