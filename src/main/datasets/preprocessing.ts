import { BitlabError } from '../../contract/index.ts';
import type { Preprocessing } from '../../contract/index.ts';

/** Preprocessing with one mean and one standard deviation for each channel, rounded to float32. */
export interface ChannelPreprocessing {
  readonly scale: number;
  readonly mean: Float32Array;
  readonly std: Float32Array;
}

/**
 * Checks a preprocessing against the number of channels.
 * @throws BitlabError DATA_PREPROCESSING
 */
export function channelPreprocessing(
  { scale, mean, std }: Preprocessing,
  channels: number
): ChannelPreprocessing {
  const refuse = (reason: string) => new BitlabError('DATA_PREPROCESSING', { reason });
  if (!(scale > 0 && Number.isFinite(scale))) throw refuse(`the scale is ${scale}`);
  const prepared = { scale, mean: perChannel(mean, channels), std: perChannel(std, channels) };
  if (prepared.mean === null || prepared.std === null)
    throw refuse(
      `mean has ${mean.length} and std has ${std.length} values, and the pictures have ${channels} channels`
    );
  if (!prepared.mean.every(Number.isFinite)) throw refuse('a mean is not a finite number');
  // A standard deviation that is positive in double precision can vanish in float32.
  if (!prepared.std.every((value) => value > 0 && Number.isFinite(value)))
    throw refuse('a standard deviation is not a positive number that float32 can hold');
  return { scale, mean: prepared.mean, std: prepared.std };
}

function perChannel(values: readonly number[], channels: number): Float32Array | null {
  if (values.length === 1) return new Float32Array(channels).fill(values[0]!);
  return values.length === channels ? Float32Array.from(values) : null;
}

/**
 * (value * scale - mean) / std, every step rounded to float32 as PyTorch does.
 *
 * The product is formed in double precision and rounded once. For pictures of uint8 and a scale of 1 / 255 that gives
 * PyTorch's x.float() / 255 bit for bit (each of the 256 values is compared in the tests), which x * fround(1 / 255)
 * would not: it differs for 126 of them. Difference and quotient of float32 numbers are exact after rounding from double.
 */
export function preprocessed(value: number, scale: number, mean: number, std: number): number {
  return Math.fround(Math.fround(Math.fround(value * scale) - mean) / std);
}

/** preprocessed(value) for the 256 values of a uint8 and each channel: channels x 256. */
export function preprocessingTable({ scale, mean, std }: ChannelPreprocessing): Float32Array {
  const table = new Float32Array(mean.length * 256);
  for (let channel = 0; channel < mean.length; channel++)
    for (let value = 0; value < 256; value++)
      table[channel * 256 + value] = preprocessed(value, scale, mean[channel]!, std[channel]!);
  return table;
}
