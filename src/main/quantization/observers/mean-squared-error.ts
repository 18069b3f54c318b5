import { f32 } from '../../numeric/float32.ts';
import { gridScale, nearestCode, scaledLevels, type Grid } from '../grids/index.ts';
import type { QuantizerSettings } from '../quantizer.ts';
import { quantizerFromRange } from '../quantizer-from-range.ts';
import type { Extent } from './extent.ts';
import { binCount, type Histogram } from './histogram.ts';

const shrinkSteps = 100;
const usualExponent = 2;

/**
 * The range that minimizes the mean squared error of fake quantization over a histogram: both ends shrink together, in 100 steps
 * of 1 % (as in BRECQ, Li et al. 2021), each with the scale and zero point that the settings give. Within a bin the values
 * are taken as uniform, and the error is integrated exactly. Of equal errors the wider range wins. With another exponent than 2
 * (BRECQ's and OBC's code have 2.4) it is the mean of that power of the error's magnitude: larger ones cut off less.
 */
export function leastErrorRange(histogram: Histogram, settings: QuantizerSettings): Extent {
  const { minimum, maximum, counts } = histogram;
  if (minimum === maximum) return { minimum, maximum };
  if (settings.gridLevels !== undefined)
    return leastErrorOnGrid(histogram, settings.gridLevels, settings.exponent ?? usualExponent);
  const occupied = Int32Array.from(counts.keys()).filter((bin) => counts[bin]! > 0);
  let best: Extent = { minimum, maximum };
  let least = Infinity;
  const range = { minimum: new Float32Array(1), maximum: new Float32Array(1) };
  const exponent = settings.exponent ?? usualExponent;
  const integral = exponent === usualExponent ? squaredIntegral : powerIntegral(exponent);
  for (let shrink = 0; shrink < shrinkSteps; shrink++) {
    const factor = 1 - shrink / shrinkSteps;
    range.minimum[0] = minimum * factor;
    range.maximum[0] = maximum * factor;
    const quantizer = quantizerFromRange(range, settings, null);
    const scale = quantizer.scale[0]!;
    const low = quantizer.low - quantizer.zeroPoint[0]!;
    const high = quantizer.high - quantizer.zeroPoint[0]!;
    const width = (maximum - minimum) / binCount / scale;
    const unit = scale ** exponent / width;
    const errorUpTo = (x: number) => integral(x, low, high);
    const error = unit * histogramError(counts, occupied, minimum / scale, width, errorUpTo, least / unit);
    if (error < least) {
      least = error;
      best = { minimum: range.minimum[0]!, maximum: range.maximum[0]! };
    }
  }
  return best;
}

/** The same for the levels of a grid, with values in the middles of their bins. */
function leastErrorOnGrid({ minimum, maximum, counts }: Histogram, grid: Grid, exponent: number): Extent {
  const width = (maximum - minimum) / binCount;
  const occupied = Int32Array.from(counts.keys()).filter((bin) => counts[bin]! > 0);
  let best: Extent = { minimum, maximum };
  let least = Infinity;
  for (let shrink = 0; shrink < shrinkSteps; shrink++) {
    const factor = 1 - shrink / shrinkSteps;
    const range = { minimum: f32(minimum * factor), maximum: f32(maximum * factor) };
    const levels = scaledLevels(grid, gridScale(grid, range.minimum, range.maximum));
    let error = 0;
    for (let k = 0; k < occupied.length && error <= least; k++) {
      const middle = minimum + (occupied[k]! + 0.5) * width;
      const distance = Math.abs(middle - levels.values[nearestCode(levels, middle)]!);
      error += counts[occupied[k]!]! * distance ** exponent;
    }
    if (error < least) [least, best] = [error, range];
  }
  return best;
}

/**
 * The error summed over the occupied bins, times the bins' width, with the scale as the unit of length. Then levels are
 * the whole numbers from `low` to `high`, and the integral of the error up to any place has a closed form.
 * @param errorUpTo that integral @param limit where the sum exceeds it, the rest no longer matters
 */
function histogramError(
  counts: Float64Array,
  occupied: Int32Array,
  origin: number,
  width: number,
  errorUpTo: (x: number) => number,
  limit: number
): number {
  let total = 0;
  let end = errorUpTo(origin);
  let previous = -1;
  for (let k = 0; k < occupied.length && total <= limit; k++) {
    const bin = occupied[k]!;
    const begin = bin === previous + 1 ? end : errorUpTo(origin + bin * width);
    end = errorUpTo(origin + (bin + 1) * width);
    total += counts[bin]! * (end - begin);
    previous = bin;
  }
  return total;
}

/** The integral from 0 to x of the squared distance to the nearest whole number between `low` <= 0 and `high` >= 0. */
function squaredIntegral(x: number, low: number, high: number): number {
  const nearest = Math.min(Math.max(Math.floor(x + 0.5), low), high);
  const rest = x - nearest;
  // Each whole level between adds the integral of r^2 from -1/2 to 1/2, a twelfth.
  return nearest / 12 + (rest * rest * rest) / 3;
}

/** The same for another power of the distance. */
function powerIntegral(exponent: number): typeof squaredIntegral {
  const power = exponent + 1;
  const ofLevel = (2 * 0.5 ** power) / power;
  return (x, low, high) => {
    const nearest = Math.min(Math.max(Math.floor(x + 0.5), low), high);
    const rest = x - nearest;
    return nearest * ofLevel + (Math.sign(rest) * Math.abs(rest) ** power) / power;
  };
}
