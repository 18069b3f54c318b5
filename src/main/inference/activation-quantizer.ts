import type { ActivationSettings } from '../../contract/index.ts';
import {
  fusedQuantizerFromRange,
  gridOf,
  gridQuantizer,
  quantizerFromRange,
  withPowerOfTwoScale
} from '../quantization/index.ts';
import type { Observer, Quantizer, QuantizerSettings, Range } from '../quantization/index.ts';

/** The quantizer of a tensor of activations, and the range that it was made from. */
export interface ActivationQuantizer {
  readonly quantizer: Quantizer;
  readonly range: Range;
}

/**
 * The quantizer that settings ask for, from what was observed. Storage `auto` is unsigned, with zero at the lowest code, where
 * nothing negative was observed, and signed elsewhere: behind a Relu no level is spent on values that do not occur. So are
 * powers of two; minifloats have a sign anyway, and a codebook has the levels that it has.
 * @param factor times which the observed range is taken
 */
export function quantizeActivations(
  observer: Observer,
  settings: ActivationSettings,
  factor = 1
): ActivationQuantizer {
  const { storage, scheme } = settings;
  if (settings.grid !== undefined && settings.grid !== 'uniform') {
    const signed = onGrid(observer, settings, true, factor);
    if (storage === 'signed' || signed.range.minimum[0]! < 0) return signed;
    return onGrid(observer, settings, false, factor);
  }
  if (storage !== 'auto') return quantizerOf(observer, settings, { storage, scheme }, factor);
  const signed = quantizerOf(observer, settings, { storage: 'signed', scheme }, factor);
  if (signed.range.minimum[0]! < 0) return signed;
  return quantizerOf(observer, settings, { storage: 'unsigned', scheme: 'affine' }, factor);
}

function quantizerOf(
  observer: Observer,
  settings: ActivationSettings,
  codes: Pick<QuantizerSettings, 'scheme' | 'storage'>,
  factor: number
): ActivationQuantizer {
  const { bits, reduceRange, percentile, exponent, destinationLevels, dialect } = settings;
  const target: QuantizerSettings = { bits, narrow: false, reduceRange, percentile, exponent, ...codes };
  const found = observer.range(target, destinationLevels === 'auto' ? null : destinationLevels);
  const range = times(found, factor);
  const fromRange = dialect === 'fused' ? fusedQuantizerFromRange : quantizerFromRange;
  const quantizer = fromRange(range, target, null);
  return {
    quantizer: settings.powerOfTwoScale ? withPowerOfTwoScale(quantizer, range, codes.scheme) : quantizer,
    range
  };
}

function onGrid(
  observer: Observer,
  settings: ActivationSettings,
  signed: boolean,
  factor: number
): ActivationQuantizer {
  const { percentile, exponent } = settings;
  const { grid, bits } = gridOf(settings, signed);
  const storage = signed ? 'signed' : 'unsigned';
  const target: QuantizerSettings = {
    bits,
    narrow: false,
    reduceRange: false,
    scheme: 'symmetric',
    storage,
    percentile,
    exponent,
    gridLevels: grid
  };
  const range = times(observer.range(target, null), factor);
  return { quantizer: gridQuantizer(grid, bits, range, null, settings.powerOfTwoScale), range };
}

const times = ({ minimum, maximum }: Range, factor: number): Range => ({
  minimum: minimum.map((end) => end * factor),
  maximum: maximum.map((end) => end * factor)
});
