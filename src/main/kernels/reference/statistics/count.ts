import { f32 } from '../../../numeric/float32.ts';
import { binCount } from '../../statistics-kernels.ts';

/**
 * The ends between which values are counted where `low` and `high` are asked for, or null where all values to be counted are
 * equal and no float32 lies one beside them.
 */
export function countedEnds(low: number, high: number): readonly [number, number] | null {
  if (low < high) return [low, high];
  const wider = [f32(low - 1), f32(high + 1)] as const;
  return wider[0] < wider[1] ? wider : null;
}

/** See `ValueStatistics.count`. @param allInside promises that every value lies in [low, high], which is faster */
export function countValues(
  values: Float32Array,
  low: number,
  high: number,
  allInside: boolean
): Float64Array {
  const ends = countedEnds(low, high);
  return ends === null ? countEqual(values, low) : countBetween(values, ...ends, allInside);
}

/** All values equal to `value` in the middle bin. */
export function countEqual(values: Float32Array, value: number): Float64Array {
  const counts = new Float64Array(binCount);
  for (let i = 0; i < values.length; i++) if (values[i] === value) counts[binCount / 2]!++;
  return counts;
}

/**
 * The division is done as a product with the inverse in float64. That gives the same float32: a quotient q of two float32
 * differs from every midpoint of two float32 by at least 2^-49 q, and the product differs from q by less than 2^-51 q.
 */
function countBetween(values: Float32Array, low: number, high: number, allInside: boolean): Float64Array {
  // Ranges wider than the largest float32 are halved, so that differences stay finite.
  const factor = Number.isFinite(f32(high - low)) ? 1 : 0.5;
  const origin = low * factor;
  const binsPerUnit = binCount / f32(high * factor - origin);
  const counts = new Int32Array(slots);
  const others = new Int32Array(slots);
  if (allInside) countInside(values, factor, origin, binsPerUnit, counts, others);
  else {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value >= low && value <= high)
        counts[f32(f32(value * factor - origin) * binsPerUnit) & slotMask]!++;
    }
  }
  const result = new Float64Array(binCount);
  for (let bin = 0; bin < binCount; bin++) result[bin] = counts[bin]! + others[bin]!;
  result[binCount - 1]! += counts[binCount]! + others[binCount]!;
  return result;
}

/** Counters: more than bins, so that a mask keeps indices in bounds; the upper end has one of its own. */
const slots = 2 * binCount;
const slotMask = slots - 1;

/**
 * Four values at a time, all loaded before the first is used, so that their conversions overlap; neighbours count into two
 * copies, so that equal neighbours need not wait for each other's store.
 */
function countInside(
  values: Float32Array,
  factor: number,
  origin: number,
  binsPerUnit: number,
  counts: Int32Array,
  others: Int32Array
): void {
  const fourfold = values.length & ~3;
  for (let i = 0; i < fourfold; i += 4) {
    const a = values[i]! * factor;
    const b = values[i + 1]! * factor;
    const c = values[i + 2]! * factor;
    const d = values[i + 3]! * factor;
    const binA = f32(f32(a - origin) * binsPerUnit) & slotMask;
    const binB = f32(f32(b - origin) * binsPerUnit) & slotMask;
    const binC = f32(f32(c - origin) * binsPerUnit) & slotMask;
    const binD = f32(f32(d - origin) * binsPerUnit) & slotMask;
    counts[binA]!++;
    others[binB]!++;
    counts[binC]!++;
    others[binD]!++;
  }
  for (let i = fourfold; i < values.length; i++)
    counts[f32(f32(values[i]! * factor - origin) * binsPerUnit) & slotMask]!++;
}
