import { BitlabError } from '../../../contract/index.ts';
import type { CodeConversion, CodeGrid } from '../../kernels/code-conversion.ts';
import type { Quantizer } from '../../quantization/quantizer.ts';

/**
 * Values as codes, as ONNX's QuantizeLinear makes them, into memory that is kept between batches: rint(f32(x / scale)), where
 * PyTorch's fake quantization multiplies by f32(1 / scale). That differs at ties, and with a symmetric scale the largest value
 * of all lies at one.
 * @param quantizer with one scale, its codes within 16 bits
 * @throws BitlabError VALUES_NAN
 */
export function valuesToCodes(
  conversion: CodeConversion,
  values: Float32Array,
  quantizer: Quantizer,
  codes: Int16Array
): void {
  const index = conversion.valuesToCodes(values, gridOf(quantizer), codes);
  if (index >= 0) throw new BitlabError('VALUES_NAN', { index });
}

/** What codes stand for: f32((code - zero point) * scale). */
export function codesToValues(
  conversion: CodeConversion,
  codes: Int16Array,
  quantizer: Quantizer,
  values: Float32Array
): void {
  conversion.codesToValues(codes, gridOf(quantizer), values);
}

const gridOf = ({ scale, zeroPoint, low, high }: Quantizer): CodeGrid => ({
  scale: scale[0]!,
  zeroPoint: zeroPoint[0]!,
  low,
  high
});
