import { BitlabError } from '../../../contract/index.ts';
import type { Grid } from './grid.ts';
import { withSign } from './signed-levels.ts';

/** Floating-point formats of 8 bits and fewer, by their exponent and mantissa bits; each has a sign. */
export const minifloatFormats = ['e4m3', 'e5m2', 'e3m2', 'e2m3', 'e2m1', 'e2m0'] as const;
export type MinifloatFormat = (typeof minifloatFormats)[number];

/**
 * The finite values of a minifloat. Exponent bias 2^(exponent bits - 1) - 1, subnormal numbers included, -0 the same as 0.
 *
 * With `infinities` the largest exponent is kept for infinities and NaN, as in IEEE 754: e5m2 of the OCP's 8-bit formats
 * (largest 57,344). Without, it holds numbers: in the 8-bit formats all but the last, which is NaN (e4m3 of the OCP, largest
 * 448), in the smaller ones all (e3m2 28, e2m3 7.5, e2m1 6).
 * OCP 8-bit Floating Point Specification 1.0 (2023) and OCP Microscaling Formats 1.0 (2023); e2m0 follows the same rules.
 * @param infinities the OCP's own choice where it is left out: only e5m2 has them
 * @throws BitlabError CONFIGURATION_INVALID for a format that is not known
 */
export function minifloatGrid(format: MinifloatFormat, infinities: boolean = format === 'e5m2'): Grid {
  const found = /^e(\d)m(\d)$/.exec(format);
  if (found === null || !minifloatFormats.includes(format)) {
    throw new BitlabError('CONFIGURATION_INVALID', {
      path: 'format',
      value: format,
      reason: 'it is no known minifloat',
      suggestion: `Choose one of ${minifloatFormats.join(', ')}.`
    });
  }
  const exponentBits = Number(found[1]);
  const mantissaBits = Number(found[2]);
  const bias = 2 ** (exponentBits - 1) - 1;
  const steps = 2 ** mantissaBits;
  const exponents = 2 ** exponentBits - (infinities ? 1 : 0);
  const numbers = exponents * steps - (!infinities && 1 + exponentBits + mantissaBits === 8 ? 1 : 0);
  const positive = Array.from({ length: numbers }, (_, pattern) => {
    const exponent = Math.floor(pattern / steps);
    const mantissa = (pattern % steps) / steps;
    return exponent === 0 ? mantissa * 2 ** (1 - bias) : (1 + mantissa) * 2 ** (exponent - bias);
  });
  return { name: infinities ? `${format} with infinities` : format, levels: withSign(positive, true) };
}
