// exp and log of float32 by the polynomials of Cephes (expf, logf; S. Moshier, netlib.org/cephes), every operation rounded
// to float32, so that a plain reference can follow to the bit. Relative error below 2e-7 on the ranges used here.

/** exp(x), x clamped to [-87, 87]. */
export function exponential(value: v128): v128 {
  const x = f32x4.max(f32x4.min(value, f32x4.splat(87)), f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(<f32>1.44269504088896341)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(<f32>0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(<f32>-2.1219444e-4)));
  let p = f32x4.splat(<f32>1.98756915e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** The natural logarithm of normal numbers above 0. */
export function logarithm(x: v128): v128 {
  // x = m * 2^e with m in [sqrt(1/2), sqrt(2)): the exponent is counted from that of sqrt(1/2).
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const e = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23));
  const m = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const f = f32x4.sub(m, f32x4.splat(1));
  const square = f32x4.mul(f, f);
  let p = f32x4.splat(<f32>7.0376836292e-2);
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(<f32>-1.151461031e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(<f32>1.167699874e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(<f32>-1.2420140846e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(<f32>1.4249322787e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(<f32>-1.6668057665e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(<f32>2.0000714765e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(<f32>-2.4999993993e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(<f32>3.3333331174e-1));
  let y = f32x4.mul(f32x4.mul(p, f), square);
  y = f32x4.add(y, f32x4.mul(e, f32x4.splat(<f32>-2.1219444e-4)));
  y = f32x4.sub(y, f32x4.mul(square, f32x4.splat(<f32>0.5)));
  return f32x4.add(f32x4.add(f, y), f32x4.mul(e, f32x4.splat(<f32>0.693359375)));
}
