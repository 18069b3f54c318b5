import { f32, rint } from '../../../numeric/float32.ts';

/**
 * exp and log of float32 by the polynomials of Cephes (expf, logf; S. Moshier, netlib.org/cephes), every operation rounded
 * to float32. Relative error below 2e-7 on the ranges used here.
 */
const exponentialTerms = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1
].map(f32);
const logarithmTerms = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1
].map(f32);
const inverseLn2 = f32(Math.LOG2E);
/** ln 2 in two parts, the first with so few bits that its products with small whole numbers are exact. */
const ln2High = f32(0.693359375);
const ln2Low = f32(-2.1219444e-4);
const rootOfHalf = 0x3f3504f3;

const oneFloat = new Float32Array(1);
const oneInteger = new Int32Array(oneFloat.buffer);

/** exp(x), x clamped to [-87, 87]. */
export function exponential(value: number): number {
  const x = Math.max(Math.min(value, 87), -87);
  const n = rint(f32(x * inverseLn2));
  const r = f32(f32(x - f32(n * ln2High)) - f32(n * ln2Low));
  let p = polynomial(exponentialTerms, r);
  p = f32(f32(f32(f32(p * r) * r) + r) + 1);
  return f32(p * 2 ** n);
}

/** The natural logarithm of a normal number above 0. */
export function logarithm(x: number): number {
  // x = m * 2^e with m in [sqrt(1/2), sqrt(2)): the exponent is counted from that of sqrt(1/2).
  oneFloat[0] = x;
  const shifted = oneInteger[0]! - rootOfHalf;
  const e = shifted >> 23;
  oneInteger[0] = (shifted & 0x007fffff) + rootOfHalf;
  const f = f32(oneFloat[0]! - 1);
  const square = f32(f * f);
  let y = f32(f32(polynomial(logarithmTerms, f) * f) * square);
  y = f32(y + f32(e * ln2Low));
  y = f32(y - f32(square * 0.5));
  return f32(f32(f + y) + f32(e * ln2High));
}

/** Horner's scheme, from the highest power down. */
function polynomial(terms: readonly number[], x: number): number {
  return terms.reduce((sum, term) => f32(f32(sum * x) + term));
}
