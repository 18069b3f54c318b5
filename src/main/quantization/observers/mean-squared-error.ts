import type { QuantizerSettings } from '../quantizer.ts';
import { quantizerFromRange } from '../quantizer-from-range.ts';
import type { Extent } from './extent.ts';
import { binCount, type Histogram } from './histogram.ts';

const shrinkSteps = 100;

/**
 * The range that minimizes the mean squared error of fake quantization over a histogram: both ends shrink together, in 100 steps
 * of 1 % (as in BRECQ, Li et al. 2021), each with the scale and zero point that the settings give. Within a bin the values
 * are taken as uniform, and the error is integrated exactly. Of equal errors the wider range wins.
 */
export function leastErrorRange(histogram: Histogram, settings: QuantizerSettings): Extent {
  const { minimum, maximum, counts } = histogram;
  if (minimum === maximum) return { minimum, maximum };
  let best: Extent = { minimum, maximum };
  let least = Infinity;
  const range = { minimum: new Float32Array(1), maximum: new Float32Array(1) };
  for (let shrink = 0; shrink < shrinkSteps; shrink++) {
    const factor = 1 - shrink / shrinkSteps;
    range.minimum[0] = minimum * factor;
    range.maximum[0] = maximum * factor;
    const quantizer = quantizerFromRange(range, settings, null);
    const zeroPoint = quantizer.zeroPoint[0]!;
    const error = histogramError(
      counts,
      minimum,
      (maximum - minimum) / binCount,
      quantizer.scale[0]!,
      quantizer.low - zeroPoint,
      quantizer.high - zeroPoint
    );
    if (error < least) {
      least = error;
      best = { minimum: range.minimum[0]!, maximum: range.maximum[0]! };
    }
  }
  return best;
}

/**
 * The squared error, in units of scale^2, summed over the histogram. In units of the scale levels are the whole numbers from `low`
 * to `high`, so the integral of the squared error up to any place has a closed form.
 */
function histogramError(
  counts: Float64Array,
  minimum: number,
  binWidth: number,
  scale: number,
  low: number,
  high: number
): number {
  const origin = minimum / scale;
  const width = binWidth / scale;
  let total = 0;
  let before = integral(origin, low, high);
  for (let bin = 0; bin < binCount; bin++) {
    const next = integral(origin + (bin + 1) * width, low, high);
    total += counts[bin]! * (next - before);
    before = next;
  }
  return (total / width) * scale * scale;
}

/** The integral from 0 to x of the squared distance to the nearest whole number between `low` <= 0 and `high` >= 0. */
function integral(x: number, low: number, high: number): number {
  const nearest = Math.min(Math.max(Math.floor(x + 0.5), low), high);
  const rest = x - nearest;
  // Each whole level between adds the integral of r^2 from -1/2 to 1/2, a twelfth.
  return nearest / 12 + (rest * rest * rest) / 3;
}
