import { BitlabError } from '../../contract/index.ts';
import { f32, rint } from '../numeric/float32.ts';
import { codeRange } from './quantizer-from-range.ts';
import type { Quantizer, QuantizerSettings, Range } from './quantizer.ts';

/** Below this PyTorch raises scales to it: the smallest normal number of 16-bit floats. */
const smallestScale = f32(6.1e-5);

/**
 * Scale and zero point as PyTorch's `FusedMovingAvgObsFakeQuantize` finds them (`ChooseQuantizationParams` in ATen's QuantUtils.h;
 * the dialect `fused`). Against `quantizerFromRange`: arithmetic in double; the symmetric scale is the larger one of
 * |minimum| / (floor(R / 2) + 1) and maximum / floor(R / 2), R = high - low, and the zero point the rounded middle (8, not 7, for
 * 4 unsigned bits); that only where the range has values on both sides of zero, a one-sided range is always affine; scales below
 * 6.1e-5 are raised to it; a scale of zero becomes 0.1; nothing observed gives scale 1.
 * @param range one entry for each channel, or a single one @param axis the axis of the channels, or null
 * @throws BitlabError CONFIGURATION_BITS, VALUES_NAN
 */
export function fusedQuantizerFromRange(
  range: Range,
  settings: QuantizerSettings,
  axis: number | null
): Quantizer {
  const { low, high } = codeRange(settings);
  const channels = range.minimum.length;
  const scale = new Float32Array(channels);
  const zeroPoint = new Int32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const minimum = range.minimum[channel]!;
    const maximum = range.maximum[channel]!;
    if (Number.isNaN(minimum) || Number.isNaN(maximum))
      throw new BitlabError('VALUES_NAN', { index: channel });
    if (minimum > maximum) scale[channel] = 1;
    else
      [scale[channel], zeroPoint[channel]] = parameters(
        minimum,
        maximum,
        low,
        high,
        settings.scheme === 'symmetric'
      );
  }
  return { bits: settings.bits, scale, zeroPoint, low, high, axis };
}

function parameters(
  minimum: number,
  maximum: number,
  low: number,
  high: number,
  symmetric: boolean
): [number, number] {
  const isCentred = symmetric && minimum < 0 && maximum > 0;
  let negative = Math.min(minimum, 0);
  let positive = Math.max(maximum, 0);
  if (isCentred) {
    const half = Math.floor((high - low) / 2);
    const larger = Math.max(f32(-minimum / (half + 1)), f32(maximum / half));
    negative = f32(-larger * (half + 1));
    positive = f32(larger * half);
  }
  let scale = (positive - negative) / (high - low);
  if (f32(scale) === 0 || !Number.isFinite(f32(1 / f32(scale)))) scale = 0.1;
  if (scale < smallestScale) {
    if (negative === 0) positive = f32(smallestScale * (high - low));
    else if (positive === 0) negative = f32(-smallestScale * (high - low));
    else {
      const factor = f32(smallestScale / f32(scale));
      negative = f32(negative * factor);
      positive = f32(positive * factor);
    }
    scale = smallestScale;
  }
  return [
    f32(scale),
    isCentred ? rint((low + high) / 2) : nudgedZeroPoint(negative, positive, scale, low, high)
  ];
}

/** From the end of the range where the terms are smaller, and so is their rounding error. */
function nudgedZeroPoint(
  negative: number,
  positive: number,
  scale: number,
  low: number,
  high: number
): number {
  const errorAtLow = Math.abs(low) - Math.abs(negative / scale);
  const errorAtHigh = Math.abs(high) - Math.abs(positive / scale);
  const initial = errorAtLow < errorAtHigh ? low - negative / scale : high - positive / scale;
  return rint(Math.min(Math.max(initial, low), high));
}
