import { f32 } from '../numeric/float32.ts';
import { scaledLevels } from './grids/index.ts';
import type { Quantizer } from './quantizer.ts';

/** Half a step beyond the outermost levels: what lies outside is clipped. */
export interface ClipEnds {
  readonly lowest: number;
  readonly highest: number;
}

/** By how much more, relatively, so that float32's rounding makes no tie with the half step a clipped value. */
const slack = 2 ** -20;

/**
 * The values that a quantizer can give with one of its scales, in rising order: the first belongs to the code `low`.
 * @param scale which of them, counted from 0
 */
export function levelsOfScale(quantizer: Quantizer, scale: number): Float32Array {
  const { grid, low, high } = quantizer;
  if (grid !== undefined) return scaledLevels(grid, quantizer.scale[scale]!).values;
  return Float32Array.from({ length: high - low + 1 }, (_, i) => levelOf(quantizer, scale, low + i));
}

/** Where clipping begins with one of a quantizer's scales. */
export function clipEndsOfScale(quantizer: Quantizer, scale: number): ClipEnds {
  const { low, high } = quantizer;
  return clipEnds([low, low + 1, high - 1, high].map((code) => levelOf(quantizer, scale, code)));
}

/** @param levels two or more, in rising order; the two at each end count */
export function clipEnds(levels: ArrayLike<number>): ClipEnds {
  const count = levels.length;
  const [first, last] = [levels[0]!, levels[count - 1]!];
  const lowest = first - (levels[1]! - first) / 2;
  const highest = last + (last - levels[count - 2]!) / 2;
  return { lowest: lowest - Math.abs(lowest) * slack, highest: highest + Math.abs(highest) * slack };
}

/**
 * Which of a quantizer's scales weights have. @param inputs weights of one output
 * @returns for the place of a weight in outputs x inputs
 */
export function scaleOfWeights({ scale, groups }: Quantizer, inputs: number): (place: number) => number {
  if (scale.length === 1) return () => 0;
  if (groups === undefined) return (place) => Math.floor(place / inputs);
  const { perOutput, inputsPerGroup } = groups;
  return (place) => Math.floor(place / inputs) * perOutput + Math.floor((place % inputs) / inputsPerGroup);
}

function levelOf({ grid, scale: scales, zeroPoint }: Quantizer, scale: number, code: number): number {
  const factor = scales[scale]!;
  return f32(grid === undefined ? (code - zeroPoint[scale]!) * factor : grid.levels[code]! * factor);
}
