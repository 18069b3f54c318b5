// The element-wise steps of AdaRound (Nagel et al. 2020), in float32. Arrays are padded to a multiple of 4 elements.
import { exponential, logarithm } from './exponential';

const zeta: f32 = 1.1;
const gamma: f32 = -0.1;
/** Below this, |2h - 1| counts as this: the smallest normal number has no logarithm trouble. */
const smallest: f32 = 1.1754944e-38;

/** difference = base + step * h(v), with the rectified sigmoid h(v) = clamp(sigmoid(v) (zeta - gamma) + gamma, 0, 1). */
export function relax(v: usize, base: usize, step: usize, difference: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) {
    const h = rectified(stretched(sigmoid(v128.load(v + i))));
    v128.store(difference + i, f32x4.add(v128.load(base + i), f32x4.mul(v128.load(step + i), h)));
  }
}

function sigmoid(v: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(v))));
}

function stretched(s: v128): v128 {
  return f32x4.add(f32x4.mul(s, f32x4.splat(zeta - gamma)), f32x4.splat(gamma));
}

function rectified(r: v128): v128 {
  return f32x4.min(f32x4.max(r, f32x4.splat(0)), f32x4.splat(1));
}

/**
 * One step of Adam on v, for the slope of the reconstruction error with respect to the weights and the regularizer
 * weight * (1 - |2h - 1|^beta).
 * @param rate the learning rate with Adam's bias corrections in it
 */
export function updateRounding(
  v: usize,
  first: usize,
  second: usize,
  step: usize,
  slope: usize,
  count: i32,
  beta: f32,
  weight: f32,
  rate: f32
): void {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const exponent = f32x4.splat(beta - 1);
  const factor = f32x4.splat(-2 * beta * weight);
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) {
    const s = sigmoid(v128.load(v + i));
    const r = stretched(s);
    const u = f32x4.sub(f32x4.mul(f32x4.splat(2), rectified(r)), one);
    const magnitude = f32x4.max(f32x4.abs(u), f32x4.splat(smallest));
    const power = exponential(f32x4.mul(exponent, logarithm(magnitude)));
    const signed = v128.bitselect(f32x4.neg(power), power, f32x4.lt(u, zero));
    const inside = v128.and(f32x4.gt(r, zero), f32x4.lt(r, one));
    const rise = v128.and(f32x4.mul(f32x4.splat(zeta - gamma), f32x4.mul(s, f32x4.sub(one, s))), inside);
    const reconstruction = f32x4.mul(v128.load(slope + i), v128.load(step + i));
    const gradient = f32x4.mul(f32x4.add(reconstruction, f32x4.mul(factor, signed)), rise);
    const m = f32x4.add(
      f32x4.mul(f32x4.splat(<f32>0.9), v128.load(first + i)),
      f32x4.mul(f32x4.splat(<f32>0.1), gradient)
    );
    const q = f32x4.add(
      f32x4.mul(f32x4.splat(<f32>0.999), v128.load(second + i)),
      f32x4.mul(f32x4.splat(<f32>0.001), f32x4.mul(gradient, gradient))
    );
    v128.store(first + i, m);
    v128.store(second + i, q);
    const change = f32x4.div(
      f32x4.mul(f32x4.splat(rate), m),
      f32x4.add(f32x4.sqrt(q), f32x4.splat(<f32>1e-8))
    );
    v128.store(v + i, f32x4.sub(v128.load(v + i), change));
  }
}
