import { BitlabError } from '../../contract/index.ts';
import { f32, float32Epsilon, float32Maximum, rint } from '../numeric/float32.ts';
import type { Quantizer, QuantizerSettings, Range } from './quantizer.ts';

/** The smallest and the largest code of a bit width. */
export interface CodeRange {
  readonly low: number;
  readonly high: number;
}

/**
 * The codes of a bit width: 0..2^B-1, or -2^(B-1)..2^(B-1)-1 signed; `narrow` drops the lowest signed code, and
 * `reduceRange` halves both ends, rounding down, as PyTorch does.
 * @throws BitlabError CONFIGURATION_BITS
 */
export function codeRange(settings: QuantizerSettings): CodeRange {
  const { bits, storage, narrow, reduceRange } = settings;
  if (!(Number.isInteger(bits) && bits >= 2 && bits <= 16))
    throw new BitlabError('CONFIGURATION_BITS', { path: 'bits', value: bits });
  const half = 2 ** (bits - 1);
  const low = storage === 'unsigned' ? 0 : narrow ? 1 - half : -half;
  const high = storage === 'unsigned' ? 2 * half - 1 : half - 1;
  return reduceRange ? { low: Math.floor(low / 2), high: Math.floor(high / 2) } : { low, high };
}

/**
 * Scale and zero point from a range, to the bit as PyTorch's `UniformQuantizationObserverBase._calculate_qparams`.
 * The range is widened to contain zero; where nothing was observed (minimum above maximum) the scale is 1.
 * Only where PyTorch's scale would be infinite is it different: the difference is then taken in float64, so that it stays finite.
 * @param range one entry for each channel, or a single one
 * @param axis the axis of the channels, or null for one quantizer for the whole tensor
 * @throws BitlabError CONFIGURATION_BITS, VALUES_NAN
 */
export function quantizerFromRange(
  range: Range,
  settings: QuantizerSettings,
  axis: number | null
): Quantizer {
  const channels = range.minimum.length;
  if (range.maximum.length !== channels || (axis === null && channels !== 1))
    throw new RangeError(`a range of ${channels} and ${range.maximum.length} entries, axis ${axis}`);
  const { low, high } = codeRange(settings);
  const scale = new Float32Array(channels);
  const zeroPoint = new Int32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const minimum = range.minimum[channel]!;
    const maximum = range.maximum[channel]!;
    if (Number.isNaN(minimum) || Number.isNaN(maximum))
      throw new BitlabError('VALUES_NAN', { index: channel });
    if (minimum > maximum) {
      scale[channel] = 1;
      continue;
    }
    const negative = finite(Math.min(minimum, 0));
    const positive = finite(Math.max(maximum, 0));
    if (settings.scheme === 'symmetric') {
      scale[channel] = usable(f32(Math.max(-negative, positive) / f32((high - low) / 2)));
      zeroPoint[channel] = settings.storage === 'unsigned' ? Math.floor((low + high) / 2) : 0;
    } else {
      const difference = f32(positive - negative);
      const step = (Number.isFinite(difference) ? difference : positive - negative) / (high - low);
      scale[channel] = usable(f32(step));
      const below = low - rint(f32(negative / scale[channel]!));
      zeroPoint[channel] = Math.min(Math.max(below, low), high);
    }
  }
  return { bits: settings.bits, scale, zeroPoint, low, high, axis };
}

/** PyTorch's `eps` from below, and finite. */
function usable(scale: number): number {
  return Math.min(Math.max(scale, float32Epsilon), float32Maximum);
}

function finite(value: number): number {
  return Math.min(Math.max(value, -float32Maximum), float32Maximum);
}
