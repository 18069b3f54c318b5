import { f32 } from '../../numeric/float32.ts';

/** The values that a quantizer can give at scale 1. At scale s it gives f32(s * level). */
export interface Grid {
  /** What it is called in a run's report, e4m3 for instance. */
  readonly name: string;
  /** Finite, different from each other, in rising order; at least two. */
  readonly levels: Float64Array;
}

/** A grid's levels at a scale, with the codes 0, 1, 2, ... in rising order. */
export interface ScaledLevels {
  readonly values: Float32Array;
  /** Ties go to the levels at an even distance from this one: zero's, or the first where there is no zero. */
  readonly origin: number;
}

export function scaledLevels(grid: Grid, scale: number): ScaledLevels {
  return {
    values: Float32Array.from(grid.levels, (level) => level * scale),
    origin: Math.max(0, grid.levels.indexOf(0))
  };
}

/**
 * The code of the level nearest to a value. Of two levels at the same distance the one takes it whose number, counted from
 * zero's level (from the first, where there is no zero), is even: as in IEEE 754 for minifloats, whose levels and mantissas
 * alternate together. Values outside go to the ends; NaN gives NaN.
 */
export function nearestCode({ values, origin }: ScaledLevels, value: number): number {
  if (Number.isNaN(value)) return NaN;
  const below = codeBelow(values, value);
  if (below === values.length - 1 || value <= values[below]!) return below;
  // Differences of float32 are taken in float64, where a tie is found exactly unless exponents are far apart.
  const down = value - values[below]!;
  const up = values[below + 1]! - value;
  if (down !== up) return down < up ? below : below + 1;
  return (below - origin) % 2 === 0 ? below : below + 1;
}

/** The largest code whose level is not above a value, or 0 where there is none. */
export function codeBelow(values: Float32Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * The smallest scale at which a grid reaches over a range that contains zero: nothing of the range lies beyond the first or the
 * last level. 1 for the range of zero alone, and where the range has values on a side on which the grid has none, only the other
 * side counts (negative values of an unsigned grid go to its lowest level).
 * @returns rounded to float32, at least 2^-23
 */
export function gridScale(grid: Grid, minimum: number, maximum: number): number {
  const first = grid.levels[0]!;
  const last = grid.levels.at(-1)!;
  const negative = first < 0 ? Math.min(minimum, 0) / first : 0;
  const positive = last > 0 ? Math.max(maximum, 0) / last : 0;
  const scale = Math.max(negative, positive);
  return scale > 0 && Number.isFinite(scale) ? Math.max(f32(scale), 2 ** -23) : 1;
}
