import { f32 } from '../../numeric/float32.ts';
import { binCount } from './histogram.ts';

/**
 * The L2 norm of the quantization error over a histogram whose bins `first` to `last` are covered by `destinationLevels` levels,
 * as PyTorch's `HistogramObserver._compute_quantization_error`: the density of each bin is uniform, and each bin's integral of
 * the squared distance to its level is cut at the levels' edges. Every term is rounded to float32 as PyTorch's tensors are, and
 * the terms are added in float64.
 *
 * What does not change between calls is computed once: where bins begin and end, relative to `first`, and their densities; empty
 * bins are left out, because they add exactly zero. All lengths are scaled by a power of two, which changes no mantissa, so that
 * cubes neither overflow nor underflow.
 * @param counts one for each bin @param minimum finite, below `maximum`
 */
export function quantizationError(
  counts: Float32Array,
  minimum: number,
  maximum: number,
  destinationLevels: number
): (first: number, last: number) => number {
  const range = maximum - minimum;
  const binWidth = (range * 2 ** -Math.floor(Math.log2(range))) / binCount;
  const bin = f32(binWidth);
  const begins = new Float32Array(2 * binCount);
  const ends = new Float32Array(2 * binCount);
  for (let i = 0; i < 2 * binCount; i++) {
    begins[i] = (i - binCount) * bin;
    ends[i] = begins[i]! + bin;
  }
  const occupied = new Int32Array(binCount);
  const densities = new Float32Array(binCount);
  let occupiedCount = 0;
  for (let i = 0; i < binCount; i++) {
    if (counts[i] === 0) continue;
    occupied[occupiedCount] = i;
    densities[occupiedCount++] = counts[i]! / bin;
  }

  return (first, last) => {
    const levelWidth = (binWidth * (last - first + 1)) / destinationLevels;
    return errorOf(
      begins,
      ends,
      occupied.subarray(0, occupiedCount),
      densities,
      binCount - first,
      f32(levelWidth),
      destinationLevels
    );
  };
}

/** A third as a factor: the product in float64, rounded to float32, is the float32 quotient by 3. */
const third = 1 / 3;

/**
 * Walks over the occupied bins from left to right. The level in which a bin begins only grows, so it is found by comparing with the
 * level's upper edge; edges, whole multiples of a float32, are exact in float64, so this is the exact floor of the quotient.
 * @param shift index into `begins` and `ends` of bin 0
 */
function errorOf(
  begins: Float32Array,
  ends: Float32Array,
  occupied: Int32Array,
  densities: Float32Array,
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
  let total = 0;
  for (let k = 0; k < occupied.length; k++) {
    const index = occupied[k]! + shift;
    const density = densities[k]!;
    const begin = begins[index]!;
    const end = ends[index]!;
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
      total += f32(f32(head - whole) + tail);
    } else {
      let last = current + 1;
      while (last < top && end >= (last + 1) * level) last++;
      const q = f32(end - f32(f32(last * level) + half));
      const tail = f32(density * f32(f32(f32(f32(q * q) * q) + halfCubed) * third));
      total += f32(f32(head + f32((last - current - 1) * whole)) + tail);
    }
  }
  return total;
}
