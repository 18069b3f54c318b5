import { BitlabError } from '../../../contract/index.ts';
import type { Grid } from './grid.ts';
import { requireBits, withSign } from './signed-levels.ts';

/** 2^-k below this is no normal float32 number any more. */
const smallestExponent = 126;

/**
 * Powers of two: unsigned 0 and 2^0, 2^-1, ..., as many as codes are left; signed the same with one bit less, and their negatives
 * (one code of 2^bits stays unused, since zero has no sign). For 4 bits signed: 0, +-1, +-1/2, ..., +-1/64.
 * Li, Dong, Wang: "Additive Powers-of-Two Quantization", ICLR 2020, the grid that they start from.
 * @throws BitlabError CONFIGURATION_INVALID for more bits than float32 has exponents for
 */
export function powersOfTwoGrid(bits: number, signed: boolean): Grid {
  requireBits(bits, signed);
  const count = 2 ** (signed ? bits - 1 : bits) - 1;
  if (count - 1 > smallestExponent) {
    throw new BitlabError('CONFIGURATION_INVALID', {
      path: 'bits',
      value: bits,
      reason: 'powers of two reach below the smallest float32 number',
      suggestion: 'Choose 7 bits or fewer for powers of two.'
    });
  }
  const positive = Array.from({ length: count }, (_, k) => 2 ** -k);
  return { name: `powers of two, ${bits} bits`, levels: withSign([0, ...positive], signed) };
}
