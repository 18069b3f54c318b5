import type { Extent } from './extent.ts';
import { binCount } from './histogram.ts';

const parts = 16;

/**
 * The counts of one range in the bins of a wider one, as PyTorch's `HistogramObserver._upscale_histogram` since mid-2024: each
 * bin is split in 16 equal parts, and each part goes to the new bin in which its middle lies. The total stays the same.
 * @param from a range of more than one value @param to a range that contains it
 */
export function redistributed(counts: Float64Array, from: Extent, to: Extent): Float64Array {
  const result = new Float64Array(binCount);
  const partWidth = (from.maximum - from.minimum) / (binCount * parts);
  const binsPerUnit = binCount / (to.maximum - to.minimum);
  const offset = from.minimum - to.minimum;
  for (let bin = 0; bin < binCount; bin++) {
    const share = counts[bin]! / parts;
    if (share === 0) continue;
    for (let part = 0; part < parts; part++) {
      const middle = offset + (bin * parts + part + 0.5) * partWidth;
      result[Math.min(Math.max(Math.floor(middle * binsPerUnit), 0), binCount - 1)]! += share;
    }
  }
  return result;
}
