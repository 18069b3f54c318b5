import { f32 } from '../../../numeric/float32.ts';
import { binCount, type HistogramError } from '../../statistics-kernels.ts';

/** What of a histogram does not change while its ends move. */
export interface ScaledBins {
  /** The width of a bin in float64; its float32 is the unit of `begins` and `ends`. */
  readonly binWidth: number;
  /** Where a bin begins and ends whose index, relative to the first bin of the range, is i - binCount. */
  readonly begins: Float32Array;
  readonly ends: Float32Array;
  /** Counts of the bins for each unit of length. */
  readonly densities: Float32Array;
}

/** @param minimum finite, below `maximum` */
export function scaledBins(counts: Float32Array, minimum: number, maximum: number): ScaledBins {
  const range = maximum - minimum;
  const binWidth = (range * 2 ** -Math.floor(Math.log2(range))) / binCount;
  const bin = f32(binWidth);
  const begins = new Float32Array(2 * binCount);
  const ends = new Float32Array(2 * binCount);
  for (let i = 0; i < 2 * binCount; i++) {
    begins[i] = (i - binCount) * bin;
    ends[i] = begins[i]! + bin;
  }
  return { binWidth, begins, ends, densities: counts.map((count) => count / bin) };
}

/** The width of a level in float32. */
export function levelWidth(binWidth: number, first: number, last: number, levels: number): number {
  return f32((binWidth * (last - first + 1)) / levels);
}

/** See `StatisticsKernels.quantizationError`. Empty bins are left out, because they add exactly zero. */
export function quantizationError(
  counts: Float32Array,
  minimum: number,
  maximum: number,
  levels: number
): HistogramError {
  const bins = scaledBins(counts, minimum, maximum);
  const occupied = Int32Array.from(counts.keys()).filter((bin) => counts[bin] !== 0);
  return (first, last) =>
    errorOf(bins, occupied, binCount - first, levelWidth(bins.binWidth, first, last, levels), levels);
}

/** A third as a factor: the product in float64, rounded to float32, is the float32 quotient by 3. */
const third = 1 / 3;

/**
 * Walks over the occupied bins from left to right. The level in which a bin begins only grows, so it is found by comparing with the
 * level's upper edge; edges, whole multiples of a float32, are exact in float64, so this is the exact floor of the quotient.
 * @param shift index into `begins` and `ends` of bin 0
 */
function errorOf(
  { begins, ends, densities }: ScaledBins,
  occupied: Int32Array,
  shift: number,
  level: number,
  levels: number
): number {
  const half = f32(level / 2);
  const halfCubed = f32(f32(half * half) * half);
  const wholeLevel = f32(f32(halfCubed + halfCubed) * third);
  const top = levels - 1;
  let current = 0;
  let edge = top === 0 ? Infinity : level;
  let headCenter = half;
  let tailCenter = half;
  const totals = new Float64Array(4);
  for (let k = 0; k < occupied.length; k++) {
    const bin = occupied[k]!;
    const density = densities[bin]!;
    const begin = begins[bin + shift]!;
    const end = ends[bin + shift]!;
    if (begin >= edge) {
      while (current < top && begin >= (current + 1) * level) current++;
      edge = current === top ? Infinity : (current + 1) * level;
      headCenter = f32((current + 0.5) * level);
      tailCenter = f32(f32(current * level) + half);
    }
    const p = f32(begin - headCenter);
    const head = f32(density * f32(f32(halfCubed - f32(f32(p * p) * p)) * third));
    const whole = f32(density * wholeLevel);
    if (end < edge) {
      const q = f32(end - tailCenter);
      const tail = f32(density * f32(f32(f32(f32(q * q) * q) + halfCubed) * third));
      totals[bin & 3]! += f32(f32(head - whole) + tail);
    } else {
      let last = current + 1;
      while (last < top && end >= (last + 1) * level) last++;
      const q = f32(end - f32(f32(last * level) + half));
      const tail = f32(density * f32(f32(f32(f32(q * q) * q) + halfCubed) * third));
      totals[bin & 3]! += f32(f32(head + f32((last - current - 1) * whole)) + tail);
    }
  }
  return totals[0]! + totals[1]! + (totals[2]! + totals[3]!);
}
