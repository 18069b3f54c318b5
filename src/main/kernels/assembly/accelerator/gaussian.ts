// Gaussian random numbers as in reference/gaussian.ts, four counters at a time: each lane is a counter, each of the four
// vectors a word of its block.
import { logarithm } from '../linear-algebra/exponential';

const MULTIPLIER_0: i32 = 0xd2511f53;
const MULTIPLIER_1: i32 = 0xcd9e8d57;
const WEYL_0: i32 = 0x9e3779b9;
const WEYL_1: i32 = 0xbb67ae85;

/** Ten rounds of Philox on the counters (c0, c1, c2, c3). @param target 64 bytes: four vectors of words */
export function philox(c0: v128, c1: v128, c2: v128, c3: v128, key0: i32, key1: i32, target: usize): void {
  const m0 = i32x4.splat(MULTIPLIER_0);
  const m1 = i32x4.splat(MULTIPLIER_1);
  for (let round = 0; round < 10; round++) {
    const even0 = i64x2.extmul_low_i32x4_u(c0, m0);
    const odd0 = i64x2.extmul_high_i32x4_u(c0, m0);
    const even1 = i64x2.extmul_low_i32x4_u(c2, m1);
    const odd1 = i64x2.extmul_high_i32x4_u(c2, m1);
    c0 = v128.xor(v128.xor(i32x4.shuffle(even1, odd1, 1, 3, 5, 7), c1), i32x4.splat(key0));
    c2 = v128.xor(v128.xor(i32x4.shuffle(even0, odd0, 1, 3, 5, 7), c3), i32x4.splat(key1));
    c1 = i32x4.shuffle(even1, odd1, 0, 2, 4, 6);
    c3 = i32x4.shuffle(even0, odd0, 0, 2, 4, 6);
    key0 += WEYL_0;
    key1 += WEYL_1;
  }
  v128.store(target, c0);
  v128.store(target, c1, 16);
  v128.store(target, c2, 32);
  v128.store(target, c3, 48);
}

/** Makes two standard normal numbers of each lane's two words, in place: 32 bytes. */
export function normals(words: usize): void {
  const one = v128.load(words);
  const two = v128.load(words, 16);
  const u = f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.add(i32x4.shr_u(one, 8), i32x4.splat(1))),
    f32x4.splat(<f32>5.9604644775390625e-8)
  );
  const radius = f32x4.sqrt(f32x4.mul(f32x4.splat(-2), logarithm(u)));
  const quarter = i32x4.shr_u(i32x4.add(two, i32x4.splat(0x20000000)), 30);
  const x = f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.shl(two, 2)),
    f32x4.splat(<f32>(3.141592653589793 * 1.1641532182693481e-10))
  );
  const square = f32x4.mul(x, x);
  const s = f32x4.mul(
    x,
    f32x4.add(
      f32x4.splat(1),
      f32x4.mul(
        square,
        series(square, <f32>(-1.0 / 6.0), <f32>(1.0 / 120.0), <f32>(-1.0 / 5040.0), <f32>(1.0 / 362880.0))
      )
    )
  );
  const c = f32x4.add(
    f32x4.splat(1),
    f32x4.mul(
      square,
      series(square, <f32>-0.5, <f32>(1.0 / 24.0), <f32>(-1.0 / 720.0), <f32>(1.0 / 40320.0))
    )
  );
  // An odd number of quarter turns swaps both; the signs follow the quadrant.
  const isOdd = i32x4.eq(v128.and(quarter, i32x4.splat(1)), i32x4.splat(1));
  const cosineSign = i32x4.shl(v128.and(i32x4.add(quarter, i32x4.splat(1)), i32x4.splat(2)), 30);
  const sineSign = i32x4.shl(v128.and(quarter, i32x4.splat(2)), 30);
  v128.store(words, f32x4.mul(radius, v128.xor(v128.bitselect(s, c, isOdd), cosineSign)));
  v128.store(words, f32x4.mul(radius, v128.xor(v128.bitselect(c, s, isOdd), sineSign)), 16);
}

@inline
function series(square: v128, a: f32, b: f32, c: f32, d: f32): v128 {
  const last = f32x4.add(f32x4.splat(c), f32x4.mul(square, f32x4.splat(d)));
  const middle = f32x4.add(f32x4.splat(b), f32x4.mul(square, last));
  return f32x4.add(f32x4.splat(a), f32x4.mul(square, middle));
}

/** Four standard normal numbers for each of four counters. @param counters 64 bytes: four vectors, overwritten by the numbers */
export function gaussians(counters: usize, key0: i32, key1: i32): void {
  philox(
    v128.load(counters),
    v128.load(counters, 16),
    v128.load(counters, 32),
    v128.load(counters, 48),
    key0,
    key1,
    counters
  );
  normals(counters);
  normals(counters + 32);
}
