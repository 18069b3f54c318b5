import { f32 } from '../../../numeric/float32.ts';
import type { QuadraticSlope, RoundingIteration, RoundingState } from '../../linear-algebra.ts';
import { exponential, logarithm } from './exponential.ts';
import { gemm } from './gemm.ts';

const gamma = f32(-0.1);
/** zeta - gamma of the rectified sigmoid, zeta 1.1. */
const stretch = f32(f32(1.1) - gamma);
/** Below this, |2h - 1| counts as this: the smallest normal number has no logarithm trouble. */
const smallest = 2 ** -126;
const decay1 = f32(0.9);
const decay2 = f32(0.999);
const gain1 = f32(0.1);
const gain2 = f32(0.001);
const epsilon = f32(1e-8);

/** See LinearAlgebra.relax. */
export function relax({ v, base, step }: RoundingState): Float32Array {
  return v.map((value, i) => {
    const h = rectified(stretched(sigmoid(value)));
    return f32(base[i]! + f32(step[i]! * h));
  });
}

/** See LinearAlgebra.updateRounding. */
export function updateRounding(
  state: RoundingState,
  slope: Float32Array,
  iteration: RoundingIteration
): void {
  const { v, first, second, step } = state;
  const beta = f32(iteration.beta);
  const factor = f32(f32(-2 * beta) * f32(iteration.weight));
  const rate = f32(iteration.rate);
  for (let i = 0; i < v.length; i++) {
    const s = sigmoid(v[i]!);
    const r = stretched(s);
    const u = f32(f32(2 * rectified(r)) - 1);
    const magnitude = Math.max(Math.abs(u), smallest);
    const power = exponential(f32(f32(beta - 1) * logarithm(magnitude)));
    const rise = r > 0 && r < 1 ? f32(stretch * f32(s * f32(1 - s))) : 0;
    const reconstruction = f32(slope[i]! * step[i]!);
    const gradient = f32(f32(reconstruction + f32(factor * (u < 0 ? -power : power))) * rise);
    first[i] = f32(decay1 * first[i]!) + f32(gain1 * gradient);
    second[i] = f32(decay2 * second[i]!) + f32(gain2 * f32(gradient * gradient));
    const change = f32(f32(rate * first[i]!) / f32(f32(Math.sqrt(second[i]!)) + epsilon));
    v[i] = v[i]! - change;
  }
}

/** See LinearAlgebra.roundOnGram. */
export function roundOnGram(
  state: RoundingState,
  error: QuadraticSlope,
  outputs: number,
  inputs: number,
  iterations: readonly RoundingIteration[]
): void {
  for (const iteration of iterations) {
    const product = gemm(relax(state), error.gram, outputs, inputs, inputs);
    const slope = product.map((value, i) =>
      f32(f32(value + error.offset[i]!) * error.rowWeight[Math.floor(i / inputs)]!)
    );
    updateRounding(state, slope, iteration);
  }
}

function sigmoid(v: number): number {
  return f32(1 / f32(1 + exponential(-v)));
}

function stretched(s: number): number {
  return f32(f32(s * stretch) + gamma);
}

function rectified(r: number): number {
  return Math.min(Math.max(r, 0), 1);
}
