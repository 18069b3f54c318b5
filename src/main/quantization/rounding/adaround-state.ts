import type { RoundingState } from '../../kernels/linear-algebra.ts';
import type { WeightLevels } from './weight-levels.ts';

/**
 * Where AdaRound starts: every weight as far between its two levels as it lies itself. A weight outside of the levels has only
 * one to go to.
 * @param weights outputs x inputs of the whole layer; those from `firstOutput` on are meant
 */
export function initialRounding(
  weights: Float32Array,
  firstOutput: number,
  outputs: number,
  inputs: number,
  levels: WeightLevels
): { readonly state: RoundingState; readonly lower: Int32Array } {
  const count = outputs * inputs;
  const lower = new Int32Array(count);
  const v = new Float32Array(count);
  const base = new Float32Array(count);
  const step = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const output = firstOutput + Math.floor(i / inputs);
    const input = i % inputs;
    const weight = weights[output * inputs + input]!;
    const code = levels.below(output, input, weight);
    const value = levels.value(output, input, code);
    lower[i] = code;
    base[i] = value - weight;
    const isBetween = code < levels.high && weight >= value;
    step[i] = isBetween ? levels.value(output, input, code + 1) - value : 0;
    const share = step[i] === 0 ? 0 : Math.min((weight - value) / step[i]!, 1);
    // The inverse of the rectified sigmoid 1.2 / (1 + exp(-v)) - 0.1.
    v[i] = -Math.log(1.2 / (share + 0.1) - 1);
  }
  const state = { v, base, step, first: new Float32Array(count), second: new Float32Array(count) };
  return { state, lower };
}

/** Hard rounding: the upper level where its share is at least a half. */
export function chosenCodes({ v, step }: RoundingState, lower: Int32Array): Int32Array {
  return lower.map((code, i) => (v[i]! >= 0 && step[i] !== 0 ? code + 1 : code));
}
