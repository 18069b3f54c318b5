import { BitlabError } from '../../../contract/index.ts';
import { f32, rint } from '../../numeric/float32.ts';
import { elementCount } from '../../numeric/tensor.ts';
import type { Quantizer } from '../../quantization/quantizer.ts';
import type { Layer } from '../analysis-types.ts';

/** A quantizer of activations whose codes are stored as uint8. */
export interface ByteCodes {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
  /** The byte that QuantizeLinear and Clip make of a value: it divides by the scale, and rounds half to even. */
  codeOf(value: number): number;
}

/**
 * Codes of up to 8 bits as bytes; signed ones are shifted by 128, since the integer kernels want unsigned activations.
 * @throws CONFIGURATION_CONFLICT for more than 8 bits
 */
export function storedAsBytes(what: string, quantizer: Quantizer): ByteCodes {
  const shift = quantizer.low < 0 ? 128 : 0;
  const low = quantizer.low + shift;
  const high = quantizer.high + shift;
  requireBytes(what, quantizer, low, high);
  const scale = quantizer.scale[0]!;
  const zeroPoint = quantizer.zeroPoint[0]! + shift;
  const codeOf = (value: number) => Math.min(Math.max(zeroPoint + rint(f32(value / scale)), low), high);
  return { scale, zeroPoint, low, high, codeOf };
}

/**
 * Codes of weights as signed bytes. Only code less zero point matters, so that the zero point is subtracted wherever the
 * differences fit: the kernels are fastest without one, and demand the same one for all channels.
 * @throws CONFIGURATION_CONFLICT for more than 8 bits, and where zero points differ and the differences do not fit
 */
export function storedAsSignedBytes(
  layer: Layer,
  quantizer: Quantizer,
  codes: Int32Array
): { readonly codes: Int32Array; readonly zeroPoint: number } {
  const shift = quantizer.high > 127 ? -128 : 0;
  requireBytes(
    `the weights of ${layer.name}`,
    quantizer,
    quantizer.low + shift + 128,
    quantizer.high + shift + 128
  );
  const { axis, zeroPoint } = quantizer;
  const inner = axis === null ? codes.length : elementCount(layer.weightShape.slice(axis + 1));
  const centred = codes.map((code, i) => code - zeroPoint[Math.floor(i / inner) % zeroPoint.length]!);
  if (centred.every((code) => code >= -128 && code <= 127)) return { codes: centred, zeroPoint: 0 };
  if (zeroPoint.every((other) => other === zeroPoint[0])) {
    return { codes: codes.map((code) => code + shift), zeroPoint: zeroPoint[0]! + shift };
  }
  throw new BitlabError('CONFIGURATION_CONFLICT', {
    reason: `The integer kernels need one zero point for all channels of ${layer.name}`,
    advice: 'Make the scheme of the weights symmetric, their granularity tensor, or the arithmetic simulated.'
  });
}

function requireBytes(what: string, quantizer: Quantizer, low: number, high: number): void {
  if (low >= 0 && high <= 255 && quantizer.bits <= 8) return;
  throw new BitlabError('CONFIGURATION_CONFLICT', {
    reason: `Integer arithmetic computes with 8 bits at most, and ${what} has ${quantizer.bits}`,
    advice: 'Use 8 bits or fewer, or set arithmetic to simulated.'
  });
}
