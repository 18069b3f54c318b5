import type { AcceleratorSettings } from '../../../contract/index.ts';

/**
 * What the product at each place of a tile counts for, once a share of it has leaked into the sums of all other rings: 1 + the
 * sum of phi over them, phi(i, j) = d^2 / ((l_i - l_j)^2 + d^2) with d = l / 2Q, half the width of a resonance. CrossLight's form
 * (Sunny, Mirza, Nikdast, Pasricha, DAC 2021), for evenly spaced wavelengths.
 * @returns `elements` factors
 */
export function crosstalkGains(
  { spacingNm, wavelengthNm, qualityFactor }: NonNullable<AcceleratorSettings['crosstalk']>,
  elements: number
): Float64Array {
  const halfWidthNm = wavelengthNm / (2 * qualityFactor);
  // leak[n]: all that leaks over a distance of up to n rings, to one side.
  const leaks = new Float64Array(elements);
  for (let distance = 1; distance < elements; distance++) {
    const detuning = distance * spacingNm;
    leaks[distance] = leaks[distance - 1]! + halfWidthNm ** 2 / (detuning ** 2 + halfWidthNm ** 2);
  }
  return Float64Array.from({ length: elements }, (_, i) => 1 + leaks[i]! + leaks[elements - 1 - i]!);
}
