import { BitlabError } from '../../../contract/index.ts';
import type { LinearAlgebra } from '../../kernels/linear-algebra.ts';
import { adaroundIterations, type AdaRoundSchedule } from './adaround-schedule.ts';
import { chosenCodes, initialRounding } from './adaround-state.ts';
import { quadraticError, type LayerProblem } from './layer-problem.ts';
import { RowChoice, type RoundedWeights } from './rounded-weights.ts';
import type { WeightLevels } from './weight-levels.ts';

export interface AdaRoundOptions extends AdaRoundSchedule {
  /** Told how far the layer is, from 0 to 1; awaited, so that a host can let other work in. */
  readonly onProgress?: (fraction: number) => void | Promise<void>;
  /** Asked before every few iterations. */
  readonly shouldStop?: () => boolean;
}

/** Iterations between two reports of progress. */
const iterationsAtATime = 50;

/**
 * AdaRound (Nagel, Amjad, van Baalen, Louizos, Blankevoort: ICML 2020): for each weight, whether it goes to the level below
 * or above, found by Adam on a rectified sigmoid (zeta 1.1, gamma -0.1) with a regularizer that pushes it to an end, so that
 * the layer's outputs come as near as possible to the wanted ones; then hard rounding.
 *
 * The error is the quadratic one of the Gram matrices, so that no iteration touches activations, and each sees all of them
 * (the paper: a mini-batch of 32 pictures). Left out against the paper: the activation function in the objective, which
 * `adaroundThroughRelu` has, since no Gram matrix can hold it. Each output's error is divided by that of nearest rounding,
 * times its number of weights, so that the regularizer's weight means the same in every layer. An output for which nearest
 * rounding has the smaller error keeps that one. There is nothing random in it.
 * @param problems one for each group of the layer @param weights outputs x inputs of the whole layer
 * @throws BitlabError RUN_CANCELLED where `shouldStop` says so
 */
export async function adaround(
  kernels: LinearAlgebra,
  problems: readonly LayerProblem[],
  weights: Float32Array,
  levels: WeightLevels,
  options: AdaRoundOptions
): Promise<RoundedWeights> {
  const choice = new RowChoice(weights, problems[0]?.inputs ?? 0, levels);
  for (const [index, problem] of problems.entries()) {
    const report = (fraction: number) => options.onProgress?.((index + fraction) / problems.length);
    await roundProblem(kernels, problem, weights, levels, { ...options, onProgress: report }, choice);
  }
  return choice.result([]);
}

async function roundProblem(
  kernels: LinearAlgebra,
  problem: LayerProblem,
  weights: Float32Array,
  levels: WeightLevels,
  options: AdaRoundOptions,
  choice: RowChoice
): Promise<void> {
  const { firstOutput, outputs, inputs, columns } = problem;
  const error = quadraticError(problem, weights, options.compensation);
  const nearestErrors = choice.nearestErrors(problem, error);
  const { state, lower } = initialRounding(weights, firstOutput, outputs, inputs, levels);
  const slope = {
    gram: Float32Array.from(error.gram, (value) => value / columns),
    offset: Float32Array.from(error.offset ?? new Float64Array(outputs * inputs), (value) => value / columns),
    rowWeight: rowWeights(nearestErrors, columns, inputs)
  };
  const iterations = adaroundIterations(options);
  for (let start = 0; start < iterations.length; start += iterationsAtATime) {
    if (options.shouldStop?.() === true) throw new BitlabError('RUN_CANCELLED');
    kernels.roundOnGram(state, slope, outputs, inputs, iterations.slice(start, start + iterationsAtATime));
    await options.onProgress?.(Math.min(1, (start + iterationsAtATime) / iterations.length));
  }
  const codes = chosenCodes(state, lower);
  for (let place = 0; place < outputs; place++) {
    const row = codes.subarray(place * inputs, (place + 1) * inputs);
    const found = choice.errorOf(error, place, firstOutput + place, row);
    choice.offer(firstOutput + place, row, found / columns, nearestErrors[place]! / columns);
  }
}

/**
 * Factors for the slope of each output's error: twice the number of weights over the mean squared error of nearest rounding;
 * zero where nearest rounding makes no error.
 * @param nearestErrors summed over columns
 */
export function rowWeights(nearestErrors: Float64Array, columns: number, inputs: number): Float32Array {
  return Float32Array.from(nearestErrors, (error) => (error > 0 ? (2 * inputs * columns) / error : 0));
}
