import type { HistogramError, StatisticsKernels } from '../../kernels/statistics-kernels.ts';
import { f32, float32Maximum } from '../../numeric/float32.ts';
import type { Extent } from './extent.ts';
import { binCount, type Histogram } from './histogram.ts';

/** By how much the search moves a quantile in one step. */
const step = 1e-5;

/**
 * PyTorch's `HistogramObserver._non_linear_param_search`: from the whole histogram it moves one end inwards by quantile steps
 * as long as the L2 norm of the quantization error over the histogram does not grow. Same float32 arithmetic, same result.
 * @param destinationLevels how many levels the error assumes: PyTorch's is 256 whatever the bit width
 */
export function searchRange(
  histogram: Histogram,
  destinationLevels: number,
  kernels: StatisticsKernels
): Extent {
  const { minimum, maximum } = histogram;
  if (minimum === maximum) return { minimum, maximum };
  const counts = Float32Array.from(histogram.counts);
  const error = kernels.quantizationError(counts, minimum, maximum, destinationLevels);
  const { first, last } = searchBins(counts, error);
  const range = f32(maximum - minimum);
  const width = Number.isFinite(range) ? f32(range / binCount) : (maximum - minimum) / binCount;
  return {
    minimum: endOf(minimum, width, first),
    maximum: Math.min(endOf(minimum, width, last + 1), float32Maximum)
  };
}

/** Where a bin begins; the product may overflow float32 where the sum does not. */
function endOf(minimum: number, width: number, bin: number): number {
  const offset = f32(width * bin);
  return f32(minimum + (Number.isFinite(offset) ? offset : width * bin));
}

function searchBins(counts: Float32Array, error: HistogramError) {
  const cumulative = new Float32Array(binCount);
  let sum = 0;
  for (let bin = 0; bin < binCount; bin++) cumulative[bin] = sum += counts[bin]!;
  const total = f32(sum);

  let first = 0;
  let last = binCount - 1;
  let alpha = 0;
  let beta = 1;
  let best = Infinity;
  while (alpha < beta) {
    const nextAlpha = alpha + step;
    const nextBeta = beta - step;
    const lowMass = f32(nextAlpha * total);
    const highMass = f32(nextBeta * total);
    let left = first;
    let right = last;
    while (left < last && cumulative[left]! < lowMass) left++;
    while (right > first && cumulative[right]! > highMass) right--;
    let nextFirst = first;
    let nextLast = last;
    if (left - first > last - right) {
      nextFirst = left;
      alpha = nextAlpha;
    } else {
      nextLast = right;
      beta = nextBeta;
    }
    if (nextFirst === first && nextLast === last) continue;
    const next = error(nextFirst, nextLast);
    if (next > best) break;
    best = next;
    first = nextFirst;
    last = nextLast;
  }
  return { first, last };
}
