import { BitlabError } from '../../../contract/index.ts';
import type { Grid } from './grid.ts';
import { requireBits, withSign } from './signed-levels.ts';

/** Beyond this the levels of a grid are more than a search should walk through, and their smallest parts vanish. */
const mostBits = 8;

/**
 * Additive powers of two (Li, Dong, Wang: "Additive Powers-of-Two Quantization: An Efficient Non-uniform Discretization for
 * Neural Networks", ICLR 2020): sums of n terms of 2 bits each, term i from {0, 2^-i, 2^-(i+n), 2^-(i+2n)}, scaled so that the
 * largest is 1. Where the bits are odd, a term of 1 bit stands between the second and the third power of the others, as in the
 * authors' own sets for 3 and 5 bits. Signed: a sign, and the set of one bit less; 2 bits are then -1, 0, 1, as with the authors.
 * @throws BitlabError CONFIGURATION_BITS, CONFIGURATION_INVALID above 8 bits
 */
export function additivePowersOfTwoGrid(bits: number, signed: boolean): Grid {
  requireBits(bits, signed);
  if (bits > mostBits) {
    throw new BitlabError('CONFIGURATION_INVALID', {
      path: 'bits',
      value: bits,
      reason: 'additive powers of two are made for few bits',
      suggestion: `Choose ${mostBits} bits or fewer for additive powers of two.`
    });
  }
  const sums = termsOf(signed ? bits - 1 : bits).reduce<number[]>(
    (partial, term) => partial.flatMap((sum) => term.map((power) => sum + power)),
    [0]
  );
  const largest = Math.max(...sums);
  const levels = sums.map((sum) => sum / largest);
  return { name: `additive powers of two, ${bits} bits`, levels: withSign(levels, signed) };
}

/** The values that each term of the sum can take. */
function termsOf(bits: number): number[][] {
  const n = bits >> 1;
  const terms: number[][] = [];
  const isOdd = bits % 2 === 1;
  if (isOdd) terms.push([0, 2 ** -(2 * n + 1)]);
  for (let i = 1; i <= n; i++) terms.push([0, 2 ** -i, 2 ** -(i + n), 2 ** -(i + 2 * n + (isOdd ? 1 : 0))]);
  return terms;
}
