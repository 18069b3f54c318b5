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
 * Raises quotients that the inverse made too small by a rounding error. Quotients of two float32 that are not whole lie further
 * than this below the next whole number.
 */
const nudge = 2 ** -30;

/** @param shift index into `begins` and `ends` of bin 0 */
function errorOf(
  begins: Float32Array,
  ends: Float32Array,
  occupied: Int32Array,
  densities: Float32Array,
  shift: number,
  level: number,
  levels: number
): number {
  const inverse = 1 / level;
  const half = f32(level / 2);
  const halfCubed = f32(f32(half * half) * half);
  const wholeLevel = f32(f32(halfCubed + halfCubed) * third);
  const top = levels - 1;
  let total = 0;
  for (let k = 0; k < occupied.length; k++) {
    const index = occupied[k]! + shift;
    const density = densities[k]!;
    const begin = begins[index]!;
    const end = ends[index]!;
    const quotientBegin = begin * inverse + nudge;
    const quotientEnd = end * inverse + nudge;
    const levelBegin = quotientBegin < 0 ? 0 : quotientBegin >= top ? top : quotientBegin | 0;
    const levelEnd = quotientEnd < 0 ? 0 : quotientEnd >= top ? top : quotientEnd | 0;

    const p = f32(begin - f32((levelBegin + 0.5) * level));
    const q = f32(end - f32(f32(levelEnd * level) + half));
    const pCubed = f32(f32(p * p) * p);
    const qCubed = f32(f32(q * q) * q);
    const head = f32(density * f32(f32(halfCubed - pCubed) * third));
    const middle = f32((levelEnd - levelBegin - 1) * f32(density * wholeLevel));
    const tail = f32(density * f32(f32(qCubed + halfCubed) * third));
    total += f32(f32(head + middle) + tail);
  }
  return total;
}
