import type { AcceleratorSettings } from '../../../contract/index.ts';

/** Weights as one set of devices holds them. */
export interface Rail {
  /** The operand of a weight code: from -largest to largest where the rail is signed, else from 0 on. */
  operand(weight: number): number;
  readonly largest: number;
  /** Two devices whose outputs are subtracted in the analog domain. */
  readonly isSigned: boolean;
  /** Whether what its converter reads is subtracted digitally. */
  readonly isNegative: boolean;
}

/** How weights below zero are computed. */
export interface SignScheme {
  readonly rails: readonly Rail[];
  /** What operands have more than weight codes; its products are subtracted digitally. */
  readonly offset: number;
}

/**
 * - `differential`: a signed weight is a balanced pair, |w| on one side; both sides are subtracted before the converter.
 * - `differential-digital`: two rails with max(w, 0) and max(-w, 0), read by a converter each, and subtracted digitally.
 * - `offset`: w + 2^(bits - 1), so that nothing is below zero; unsigned weights need none.
 * @param low the lowest code that a weight can have @param high the highest
 */
export function signScheme(
  signs: AcceleratorSettings['signs'],
  bits: number,
  low: number,
  high: number
): SignScheme {
  const magnitude = Math.max(-low, high);
  const rail = { largest: magnitude, isSigned: false, isNegative: false };
  switch (signs) {
    case 'differential':
      return { rails: [{ ...rail, isSigned: true, operand: (weight) => weight }], offset: 0 };
    case 'differential-digital':
      return {
        rails: [
          { ...rail, operand: (weight) => Math.max(weight, 0) },
          { ...rail, operand: (weight) => Math.max(-weight, 0), isNegative: true }
        ],
        offset: 0
      };
    case 'offset': {
      const offset = low < 0 ? 2 ** (bits - 1) : 0;
      return { rails: [{ ...rail, largest: high + offset, operand: (weight) => weight + offset }], offset };
    }
  }
}
