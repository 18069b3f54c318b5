import { f32 } from './float32.ts';
import { philox4x32, type Counter, type Key } from './random.ts';

/*
 * Gaussian random numbers in float32, the same to the bit in every implementation that follows these operations: Box and Muller's
 * transform (Annals of Mathematical Statistics 29, 1958) of the words of a Philox block, with a logarithm, sine and cosine of
 * our own, since the platform's may differ in their last bits. The largest is sqrt(48 ln 2) = 5.77 standard deviations.
 */

const ln2 = f32(Math.LN2);
const toUnit = f32(Math.PI * 2 ** -33);
const third = f32(1 / 3);
const fifth = f32(1 / 5);
const seventh = f32(1 / 7);
const ninth = f32(1 / 9);
const sine = [f32(-1 / 6), f32(1 / 120), f32(-1 / 5040), f32(1 / 362880)] as const;
const cosine = [f32(-1 / 2), f32(1 / 24), f32(-1 / 720), f32(1 / 40320)] as const;

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);
/** The bits of sqrt(1/2), so that mantissas lie from there to sqrt(2). */
const halfRoot = 0x3f3504f3;

/** Four standard normal numbers, float32, for one counter. */
export function gaussians(counter: Counter, key: Key): [number, number, number, number] {
  const [w0, w1, w2, w3] = philox4x32(counter, key);
  return [...pair(w0, w1), ...pair(w2, w3)];
}

/** Two from two words: the first's upper 24 bits make the radius, the second the angle. */
function pair(one: number, two: number): [number, number] {
  const radius = radiusOf(one);
  // Quarter turns and what is left of them, from -pi/4 to pi/4.
  const quarter = ((two + 0x20000000) >>> 0) >>> 30;
  const x = f32(f32(two << 2) * toUnit);
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

/** sqrt(-2 ln u) with u in steps of 2^-24 from 2^-24 to 1; ln m = 2 (s + s^3/3 + s^5/5 + ...), s = (m - 1) / (m + 1). */
function radiusOf(word: number): number {
  float[0] = (word >>> 8) + 1;
  const exponent = (bits[0]! - halfRoot) >> 23;
  bits[0] = bits[0]! - (exponent << 23);
  const m = float[0];
  const s = f32(f32(m - 1) / f32(m + 1));
  const square = f32(s * s);
  const inner = f32(third + f32(square * f32(fifth + f32(square * f32(seventh + f32(square * ninth))))));
  const mantissa = f32(f32(s + s) * f32(1 + f32(square * inner)));
  const logarithm = f32(f32(f32(exponent - 24) * ln2) + mantissa);
  return f32(Math.sqrt(f32(-2 * logarithm)));
}
