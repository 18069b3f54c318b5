import { BitlabError } from '../../contract/index.ts';
import { f32 } from '../numeric/float32.ts';
import { elementCount } from '../numeric/tensor.ts';
import { decodeFromGrid, encodeOnGrid, isOnGrid } from './grids/index.ts';
import type { Quantizer } from './quantizer.ts';

/**
 * Fake quantization as PyTorch's `fake_quantize_per_tensor_affine` and `fake_quantize_per_channel_affine`, to the bit:
 * code = clamp(zeroPoint + rint(f32(x * f32(1 / scale))), low, high); value = f32((code - zeroPoint) * scale).
 * It multiplies by the inverse, because dividing by the scale differs at ties. Infinities go to the ends.
 * A quantizer with a grid gives the nearest of its levels instead.
 */

/** Adding and subtracting this rounds a float64 of magnitude up to 2^51 to a whole number, half to even. */
const rounder = 1.5 * 2 ** 52;
/** Scaled values beyond this are outside of every code range, whatever the zero point; up to here `rounder` works. */
const farOutside = 2 ** 24;

/**
 * The values after quantization.
 * @param x values in row-major order @param shape its shape
 * @throws BitlabError VALUES_NAN
 */
export function fakeQuantize(x: Float32Array, shape: readonly number[], quantizer: Quantizer): Float32Array {
  if (isOnGrid(quantizer)) return decodeFromGrid(encodeOnGrid(x, shape, quantizer), shape, quantizer);
  const result = new Float32Array(x.length);
  forEachRun(x.length, shape, quantizer, (start, end, channel) => {
    const { low, high } = quantizer;
    const scale = quantizer.scale[channel]!;
    const zeroPoint = quantizer.zeroPoint[channel]!;
    const inverse = f32(1 / scale);
    for (let i = start; i < end; i++) {
      const code = codeOf(x[i]!, inverse, zeroPoint, low, high);
      if (code !== code) throw new BitlabError('VALUES_NAN', { index: i });
      result[i] = (code - zeroPoint) * scale;
    }
  });
  return result;
}

/**
 * The integer codes, between `quantizer.low` and `quantizer.high`.
 * @param x values in row-major order @param shape its shape
 * @throws BitlabError VALUES_NAN
 */
export function quantizeToCodes(x: Float32Array, shape: readonly number[], quantizer: Quantizer): Int32Array {
  if (isOnGrid(quantizer)) return encodeOnGrid(x, shape, quantizer);
  const result = new Int32Array(x.length);
  forEachRun(x.length, shape, quantizer, (start, end, channel) => {
    const { low, high } = quantizer;
    const zeroPoint = quantizer.zeroPoint[channel]!;
    const inverse = f32(1 / quantizer.scale[channel]!);
    for (let i = start; i < end; i++) {
      const code = codeOf(x[i]!, inverse, zeroPoint, low, high);
      if (code !== code) throw new BitlabError('VALUES_NAN', { index: i });
      result[i] = code;
    }
  });
  return result;
}

/** The values that codes stand for, f32((code - zeroPoint) * scale), or the levels of a grid. */
export function dequantize(codes: Int32Array, shape: readonly number[], quantizer: Quantizer): Float32Array {
  if (isOnGrid(quantizer)) return decodeFromGrid(codes, shape, quantizer);
  const result = new Float32Array(codes.length);
  forEachRun(codes.length, shape, quantizer, (start, end, channel) => {
    const scale = quantizer.scale[channel]!;
    const zeroPoint = quantizer.zeroPoint[channel]!;
    for (let i = start; i < end; i++) result[i] = (codes[i]! - zeroPoint) * scale;
  });
  return result;
}

/** The code of one value; NaN for NaN. */
function codeOf(x: number, inverse: number, zeroPoint: number, low: number, high: number): number {
  let scaled = f32(x * inverse);
  if (scaled > farOutside) scaled = farOutside;
  else if (scaled < -farOutside) scaled = -farOutside;
  const code = scaled + rounder - rounder + zeroPoint;
  return code < low ? low : code > high ? high : code;
}

/** Calls `visit` for every run of neighbouring elements that belong to one channel. */
function forEachRun(
  length: number,
  shape: readonly number[],
  quantizer: Quantizer,
  visit: (start: number, end: number, channel: number) => void
): void {
  if (elementCount(shape) !== length)
    throw new RangeError(`${length} values are not of shape [${shape.join(', ')}]`);
  if (quantizer.axis === null) {
    visit(0, length, 0);
    return;
  }
  const channels = shape[quantizer.axis];
  if (channels === undefined || channels !== quantizer.scale.length)
    throw new RangeError(
      `${quantizer.scale.length} channels along axis ${quantizer.axis} of shape [${shape.join(', ')}]`
    );
  const inner = elementCount(shape.slice(quantizer.axis + 1));
  if (inner === 0) return;
  for (let start = 0, channel = 0; start < length; start += inner, channel++)
    visit(start, start + inner, channel % channels);
}
