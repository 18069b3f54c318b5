import { scaledLevels } from './grids/index.ts';
import type { Quantizer } from './quantizer.ts';

/** Half a step beyond the outermost levels: what lies outside is clipped. */
export interface ClipEnds {
  readonly lowest: number;
  readonly highest: number;
}

/**
 * The values that a quantizer can give with one of its scales, in rising order: the first belongs to the code `low`.
 * @param scale which of them, counted from 0
 */
export function levelsOfScale(quantizer: Quantizer, scale: number): Float32Array {
  const { grid, low, high } = quantizer;
  const factor = quantizer.scale[scale]!;
  if (grid !== undefined) return scaledLevels(grid, factor).values;
  const zeroPoint = quantizer.zeroPoint[scale]!;
  return Float32Array.from({ length: high - low + 1 }, (_, i) => (low + i - zeroPoint) * factor);
}

/** @param levels two or more, in rising order */
export function clipEnds(levels: ArrayLike<number>): ClipEnds {
  const count = levels.length;
  const [first, last] = [levels[0]!, levels[count - 1]!];
  return { lowest: first - (levels[1]! - first) / 2, highest: last + (last - levels[count - 2]!) / 2 };
}
