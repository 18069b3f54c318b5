import { gaussians } from '../../kernels/reference/gaussian.ts';
import { randomKey, randomSources } from './random-sources.ts';

/**
 * Programming errors of a rail's weights, standard normal numbers that are drawn once for each run.
 * @param rail which set of devices, among slices and signs
 * @returns (channels, length)
 */
export function programmingErrors(
  seed: number,
  layer: number,
  rail: number,
  channels: number,
  length: number
): Float32Array {
  const errors = new Float32Array(channels * length);
  const key = randomKey(seed, randomSources.programming, layer);
  for (let channel = 0; channel < channels; channel++) {
    for (let k = 0; k < length; k += 4) {
      const four = gaussians([k >>> 2, channel, 0, rail], key);
      for (let i = 0; i < Math.min(4, length - k); i++) errors[channel * length + k + i] = four[i]!;
    }
  }
  return errors;
}
