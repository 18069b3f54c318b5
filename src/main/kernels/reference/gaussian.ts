import { f32 } from '../../numeric/float32.ts';
import { philox4x32, type Counter, type Key } from '../../numeric/random.ts';
import { logarithm } from './linear-algebra/exponential.ts';

/*
 * Gaussian random numbers in float32, the same to the bit in every implementation that follows these operations: Box and Muller's
 * transform (Annals of Mathematical Statistics 29, 1958) of the words of a Philox block, with a logarithm, sine and cosine of
 * our own, since the platform's may differ in their last bits. The largest is sqrt(48 ln 2) = 5.77 standard deviations.
 */

const toRadians = f32(Math.PI * 2 ** -33);
/** Of sin(x) / x - 1 and cos(x) - 1 in x^2: Taylor's series, below 3e-7 relative on [-pi/4, pi/4]. */
const sine = [f32(-1 / 6), f32(1 / 120), f32(-1 / 5040), f32(1 / 362880)] as const;
const cosine = [f32(-1 / 2), f32(1 / 24), f32(-1 / 720), f32(1 / 40320)] as const;

/** Four standard normal numbers, float32, for one counter. */
export function gaussians(counter: Counter, key: Key): [number, number, number, number] {
  const [w0, w1, w2, w3] = philox4x32(counter, key);
  return [...pair(w0, w1), ...pair(w2, w3)];
}

/** Two from two words: the first's upper 24 bits make the radius, the second the angle. */
function pair(one: number, two: number): [number, number] {
  const radius = f32(Math.sqrt(f32(-2 * logarithm(((one >>> 8) + 1) * 2 ** -24))));
  // Quarter turns, and what is left of the angle, from -pi/4 to pi/4.
  const quarter = (two + 0x20000000) >>> 30;
  const x = f32(f32(two << 2) * toRadians);
  const square = f32(x * x);
  const s = f32(x * f32(1 + f32(square * series(square, sine))));
  const c = f32(1 + f32(square * series(square, cosine)));
  switch (quarter) {
    case 0:
      return [f32(radius * c), f32(radius * s)];
    case 1:
      return [f32(radius * -s), f32(radius * c)];
    case 2:
      return [f32(radius * -c), f32(radius * -s)];
    default:
      return [f32(radius * s), f32(radius * -c)];
  }
}

function series(square: number, [a, b, c, d]: readonly [number, number, number, number]): number {
  return f32(a + f32(square * f32(b + f32(square * f32(c + f32(square * d))))));
}
