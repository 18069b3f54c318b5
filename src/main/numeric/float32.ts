/** Rounds to float32 (nearest, ties to even). */
export const f32 = Math.fround;

/** The distance from 1 to the next larger float32, 2^-23. */
export const float32Epsilon = 2 ** -23;

/** The largest finite float32. */
export const float32Maximum = (2 - 2 ** -23) * 2 ** 127;

/** From here on every float64 is a whole number, and adding it pushes the fraction out, rounding half to even. */
const wholeFrom = 2 ** 52;

/**
 * Rounds to the nearest whole number, half to even, as C's `rint` does in its default mode.
 * `Math.round` takes halves upwards instead. NaN, infinities and the sign of zero are kept.
 */
export function rint(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < wholeFrom) || magnitude === 0) return x;
  const rounded = magnitude + wholeFrom - wholeFrom;
  return x < 0 ? -rounded : rounded;
}
