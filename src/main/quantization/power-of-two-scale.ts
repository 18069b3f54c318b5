import { f32, rint } from '../numeric/float32.ts';
import type { Quantizer, Range } from './quantizer.ts';

const oneFloat = new Float32Array(1);
const oneInteger = new Int32Array(oneFloat.buffer);

/** The smallest power of two that is not below a positive normal float32 number. */
export function powerOfTwoAtOrAbove(scale: number): number {
  oneFloat[0] = scale;
  const hasFraction = (oneInteger[0]! & 0x007fffff) !== 0;
  return 2 ** ((oneInteger[0]! >> 23) - 127 + (hasFraction ? 1 : 0));
}

/**
 * The quantizer with each scale raised to the nearest power of two at or above it, so that rescaling is a shift. Where the scheme is
 * affine, the zero points are found again for the new scales: clamp(low - rint(minimum / scale)).
 * @param range what the quantizer was made from, by `quantizerFromRange`
 */
export function withPowerOfTwoScale(
  quantizer: Quantizer,
  range: Range,
  scheme: 'symmetric' | 'affine'
): Quantizer {
  const { low, high } = quantizer;
  const scale = quantizer.scale.map(powerOfTwoAtOrAbove);
  const zeroPoint = quantizer.zeroPoint.map((old, channel) => {
    const minimum = range.minimum[channel]!;
    // Nothing was observed, or the zero point does not depend on the scale.
    if (scheme === 'symmetric' || minimum > range.maximum[channel]!) return old;
    const below = low - rint(f32(Math.min(minimum, 0) / scale[channel]!));
    return Math.min(Math.max(below, low), high);
  });
  return { ...quantizer, scale, zeroPoint };
}
