import { BitlabError } from '../../../contract/index.ts';
import { elementCount } from '../../numeric/tensor.ts';
import type { Range } from '../quantizer.ts';
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

/** Each scale is the smallest at which the grid reaches over the range, as `gridScale`. */
export function gridQuantizerFromRange(grid: Grid, range: Range, axis: number | null): GridQuantizer {
  const scale = range.minimum.map((minimum, channel) => gridScale(grid, minimum, range.maximum[channel]!));
  return { grid, scale, axis };
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
  return Int32Array.from(values, (value, i) => {
    const code = nearestCode(levels[channelOf(i)]!, value);
    if (Number.isNaN(code)) throw new BitlabError('VALUES_NAN', { index: i });
    return code;
  });
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
