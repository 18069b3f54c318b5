import { BitlabError } from '../../../contract/index.ts';
import { f32, rint } from '../../numeric/float32.ts';
import { quantizeBias } from '../../quantization/bias.ts';
import type { BiasMode } from './settings.ts';

/** A bias as a layer uses it: added to the sums as int32, or to what the multiplier made of them as float32. */
export interface LayerBias {
  readonly codes: Int32Array | null;
  /** In units of the output: codes, or values where the output stays in float. */
  readonly offset: Float32Array | null;
  /** The bias in so many bits, with its own scale, before it was brought to the scale of the sums. */
  readonly stored: { readonly codes: Int32Array; readonly scale: number } | null;
  readonly error: BiasError;
}

/** What the representation of a bias adds to the network's error, in units of the float bias. */
export interface BiasError {
  readonly largest: number;
  readonly rootMeanSquare: number;
  /** The largest error as a multiple of the output's scale, so in codes; null where the output stays in float. */
  readonly largestInCodes: number | null;
}

/**
 * @param bias float32, one for each output channel
 * @param weightScales one for each output channel, or one for all
 * @param outputScale null where the output stays in float
 * @throws BitlabError VALUES_NAN
 */
export function layerBias(
  bias: Float32Array,
  mode: BiasMode,
  inputScale: number,
  weightScales: Float32Array,
  outputScale: number | null
): LayerBias {
  if (mode === 'float') {
    const index = bias.findIndex(Number.isNaN);
    if (index >= 0) throw new BitlabError('VALUES_NAN', { index });
    const offset = outputScale === null ? bias : bias.map((value) => value / outputScale);
    return { codes: null, offset, stored: null, error: errorOf(bias, bias, outputScale) };
  }
  const { codes, values, stored } = biasAtSums(bias, mode, inputScale, weightScales);
  return { codes, offset: null, stored, error: errorOf(bias, values, outputScale) };
}

/**
 * A bias as int32 multiples of input scale times weight scale, so that it can be added to the sums.
 * @param mode with bits, it is brought to codes of so many bits and a scale of its own first
 * @returns the codes, the values they stand for, and the bias as it is stored with bits of its own
 * @throws BitlabError VALUES_NAN
 */
export function biasAtSums(
  bias: Float32Array,
  mode: Exclude<BiasMode, 'float'>,
  inputScale: number,
  weightScales: Float32Array
): { codes: Int32Array; values: Float32Array; stored: LayerBias['stored'] } {
  if (mode === 'int32') return { ...quantizeBias(bias, inputScale, weightScales), stored: null };
  const stored = storedBias(bias, mode.bits);
  const values = Float32Array.from(stored.codes, (code) => code * stored.scale);
  return { ...quantizeBias(values, inputScale, weightScales), stored };
}

/** Symmetric signed codes of so many bits; the scale brings the largest bias of the layer to the largest code. */
function storedBias(bias: Float32Array, bits: number): { codes: Int32Array; scale: number } {
  const highest = 2 ** (bits - 1) - 1;
  const largest = bias.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (Number.isNaN(largest)) throw new BitlabError('VALUES_NAN', { index: bias.findIndex(Number.isNaN) });
  const scale = largest === 0 ? 1 : f32(largest / highest);
  const codes = Int32Array.from(bias, (value) => Math.min(Math.max(rint(value / scale), -highest), highest));
  return { codes, scale };
}

function errorOf(bias: Float32Array, values: Float32Array, outputScale: number | null): BiasError {
  let largest = 0;
  let squares = 0;
  bias.forEach((value, i) => {
    const error = Math.abs(values[i]! - value);
    largest = Math.max(largest, error);
    squares += error * error;
  });
  return {
    largest,
    rootMeanSquare: Math.sqrt(squares / Math.max(bias.length, 1)),
    largestInCodes: outputScale === null ? null : largest / outputScale
  };
}
