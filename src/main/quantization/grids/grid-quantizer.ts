import { BitlabError } from '../../../contract/index.ts';
import { elementCount } from '../../numeric/tensor.ts';
import { powerOfTwoAtOrAbove } from '../power-of-two-scale.ts';
import type { Quantizer, Range } from '../quantizer.ts';
import type { WeightLevels } from '../rounding/weight-levels.ts';
import { codeBelow, gridScale, nearestCode, scaledLevels, type Grid, type ScaledLevels } from './grid.ts';

/** A grid with a scale for the whole tensor or for each channel. Codes number the levels in rising order, from 0. */
export interface GridQuantizer {
  readonly grid: Grid;
  /** One entry for each channel, or a single one. */
  readonly scale: Float32Array;
  /** The axis of the channels, or null for one scale for the whole tensor. */
  readonly axis: number | null;
}

/** Whether a quantizer has levels of its own instead of whole multiples of its scale. */
export function isOnGrid<Q extends { readonly grid?: Grid }>(
  quantizer: Q
): quantizer is Q & { readonly grid: Grid } {
  return quantizer.grid !== undefined;
}

/** Each scale is the smallest at which the grid reaches over the range, as `gridScale`. */
export function gridQuantizerFromRange(grid: Grid, range: Range, axis: number | null): GridQuantizer {
  const scale = range.minimum.map((minimum, channel) => gridScale(grid, minimum, range.maximum[channel]!));
  return { grid, scale, axis };
}

/** The same as a quantizer, its scales raised to powers of two where that is asked for. @param bits of a code */
export function gridQuantizer(
  grid: Grid,
  bits: number,
  range: Range,
  axis: number | null,
  powerOfTwoScale: boolean
): Quantizer & GridQuantizer {
  const { scale: exact } = gridQuantizerFromRange(grid, range, axis);
  const scale = powerOfTwoScale ? exact.map(powerOfTwoAtOrAbove) : exact;
  const zeroPoint = new Int32Array(scale.length);
  return { grid, bits, scale, zeroPoint, low: 0, high: grid.levels.length - 1, axis };
}

/**
 * The codes of the nearest levels, ties as `nearestCode` says.
 * @param values in row-major order @param shape their shape
 * @throws BitlabError VALUES_NAN
 */
export function encodeOnGrid(
  values: Float32Array,
  shape: readonly number[],
  quantizer: GridQuantizer
): Int32Array {
  const levels = levelsOfChannels(quantizer);
  const channelOf = channelAt(shape, quantizer, values.length);
  const codes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const code = nearestCode(levels[channelOf(i)]!, values[i]!);
    if (Number.isNaN(code)) throw new BitlabError('VALUES_NAN', { index: i });
    codes[i] = code;
  }
  return codes;
}

/** The levels that codes stand for. */
export function decodeFromGrid(
  codes: Int32Array,
  shape: readonly number[],
  quantizer: GridQuantizer
): Float32Array {
  const levels = levelsOfChannels(quantizer);
  const channelOf = channelAt(shape, quantizer, codes.length);
  return Float32Array.from(codes, (code, i) => levels[channelOf(i)]!.values[code]!);
}

/** A grid as rounding methods see it. @param quantizer with one scale, or one for each output */
export function gridLevels(quantizer: GridQuantizer): WeightLevels {
  const levels = levelsOfChannels(quantizer);
  const of = (output: number) => levels[levels.length === 1 ? 0 : output]!;
  return {
    low: 0,
    high: quantizer.grid.levels.length - 1,
    value: (output, _input, code) => of(output).values[code]!,
    nearest: (output, _input, value) => nearestCode(of(output), value),
    below: (output, _input, value) => codeBelow(of(output).values, value)
  };
}

function levelsOfChannels({ grid, scale }: GridQuantizer): ScaledLevels[] {
  return Array.from(scale, (factor) => scaledLevels(grid, factor));
}

function channelAt(
  shape: readonly number[],
  { axis, scale }: GridQuantizer,
  length: number
): (i: number) => number {
  if (elementCount(shape) !== length)
    throw new RangeError(`${length} values are not of shape [${shape.join(', ')}]`);
  if (axis === null) return () => 0;
  const channels = shape[axis];
  if (channels !== scale.length) throw new RangeError(`${scale.length} scales for ${channels} channels`);
  const inner = elementCount(shape.slice(axis + 1));
  return (i) => Math.floor(i / inner) % channels;
}
