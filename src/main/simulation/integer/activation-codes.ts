import { BitlabError } from '../../../contract/index.ts';
import { f32 } from '../../numeric/float32.ts';
import type { Quantizer } from '../../quantization/quantizer.ts';

/** Adding and subtracting this rounds a double of magnitude up to 2^51 to a whole number, half to even. */
const rounder = 1.5 * 2 ** 52;

/**
 * Values as codes, as ONNX's QuantizeLinear makes them, into memory that is kept between batches: rint(f32(x / scale)), where
 * PyTorch's fake quantization multiplies by f32(1 / scale). That differs at ties, and with a symmetric scale the largest value
 * of all lies at one.
 * @param quantizer with one scale, its codes within 16 bits
 * @throws BitlabError VALUES_NAN
 */
export function valuesToCodes(values: Float32Array, quantizer: Quantizer, codes: Int16Array): void {
  const scale = quantizer.scale[0]!;
  const zeroPoint = quantizer.zeroPoint[0]!;
  const low = quantizer.low - zeroPoint;
  const high = quantizer.high - zeroPoint;
  for (let i = 0; i < values.length; i++) {
    const scaled = f32(values[i]! / scale);
    // Bounded before it is rounded, which is the same since the bounds are whole numbers.
    const bounded = scaled < low ? low : scaled > high ? high : scaled;
    if (bounded !== bounded) throw new BitlabError('VALUES_NAN', { index: i });
    codes[i] = bounded + rounder - rounder + zeroPoint;
  }
}

/** What codes stand for: f32((code - zero point) * scale). */
export function codesToValues(codes: Int16Array, quantizer: Quantizer, values: Float32Array): void {
  const scale = quantizer.scale[0]!;
  const zeroPoint = quantizer.zeroPoint[0]!;
  for (let i = 0; i < codes.length; i++) values[i] = (codes[i]! - zeroPoint) * scale;
}
