import { BitlabError } from '../../../contract/index.ts';
import type { LinearAlgebra } from '../../kernels/linear-algebra.ts';
import { uniform } from '../../numeric/random.ts';
import { adaroundIterations } from './adaround-schedule.ts';
import { chosenCodes, initialRounding } from './adaround-state.ts';
import { rowWeights, type AdaRoundOptions } from './adaround.ts';
import type { SampledProblem } from './column-sample.ts';
import { RowChoice, type RoundedWeights } from './rounded-weights.ts';
import type { WeightLevels } from './weight-levels.ts';

export interface ThroughReluOptions extends AdaRoundOptions {
  /** Columns of a mini-batch. */
  readonly batch: number;
  /** 32 bits: mini-batches are drawn from it. */
  readonly seed: number;
}

/** The stream of random numbers that mini-batches are drawn from. */
const batchStream = 0x41445002;
/** Iterations between two reports of progress. */
const iterationsAtATime = 20;

/**
 * AdaRound with the Relu that follows the layer in its objective: the error is that of relu(W x + bias) against the rectified
 * targets, so that what the Relu cuts off costs nothing. Each iteration sees a mini-batch of the sampled columns. Otherwise
 * as `adaround`; errors are means over the sampled columns.
 * @param problems one for each group of the layer @param weights outputs x inputs of the whole layer
 * @param bias one for each output, or null
 * @throws BitlabError RUN_CANCELLED where `shouldStop` says so
 */
export async function adaroundThroughRelu(
  kernels: LinearAlgebra,
  problems: readonly SampledProblem[],
  weights: Float32Array,
  bias: Float32Array | null,
  levels: WeightLevels,
  options: ThroughReluOptions
): Promise<RoundedWeights> {
  const inputs = problems[0]?.inputs ?? 0;
  const choice = new RowChoice(weights, inputs, levels);
  let drawn = 0;
  for (const [index, problem] of problems.entries()) {
    const { firstOutput, outputs, columns } = problem;
    const biases = Float32Array.from({ length: outputs }, (_, i) => bias?.[firstOutput + i] ?? 0);
    const originals = weights.subarray(firstOutput * inputs, (firstOutput + outputs) * inputs);
    const nearest = choice.codes.slice(firstOutput * inputs, (firstOutput + outputs) * inputs);
    const nearestErrors = errorsOf(kernels, problem, valuesOf(problem, levels, nearest), biases);
    const factors = rowWeights(nearestErrors, columns, inputs);
    const { state, lower } = initialRounding(weights, firstOutput, outputs, inputs, levels);
    const iterations = adaroundIterations(options);
    for (const [number, iteration] of iterations.entries()) {
      if (number % iterationsAtATime === 0) {
        if (options.shouldStop?.() === true) throw new BitlabError('RUN_CANCELLED');
        await options.onProgress?.((index + number / iterations.length) / problems.length);
      }
      const batch = drawnBatch(problem, options.batch, () => uniform(options.seed, batchStream, drawn++));
      const relaxed = kernels.relax(state).map((difference, i) => originals[i]! + difference);
      const residual = residuals(kernels, batch, relaxed, biases);
      const scale = residual.map((value, i) => (value * factors[i % outputs]!) / batch.columns);
      const slope = kernels.gemm(scale, batch.inputColumns, outputs, inputs, batch.columns, { a: true });
      kernels.updateRounding(state, slope, iteration);
    }
    const codes = chosenCodes(state, lower);
    const errors = errorsOf(kernels, problem, valuesOf(problem, levels, codes), biases);
    for (let place = 0; place < outputs; place++) {
      const row = codes.subarray(place * inputs, (place + 1) * inputs);
      choice.offer(firstOutput + place, row, errors[place]! / columns, nearestErrors[place]! / columns);
    }
  }
  await options.onProgress?.(1);
  return choice.result([]);
}

function valuesOf(
  { firstOutput, inputs }: SampledProblem,
  levels: WeightLevels,
  codes: Int32Array
): Float32Array {
  return Float32Array.from(codes, (code, i) =>
    levels.value(firstOutput + Math.floor(i / inputs), i % inputs, code)
  );
}

/** Some columns, drawn with replacement. */
function drawnBatch(problem: SampledProblem, size: number, draw: () => number): SampledProblem {
  const { inputs, outputs } = problem;
  const columns = Math.min(size, problem.columns);
  const inputColumns = new Float32Array(columns * inputs);
  const targetColumns = new Float32Array(columns * outputs);
  for (let i = 0; i < columns; i++) {
    const column = Math.floor(draw() * problem.columns);
    inputColumns.set(problem.inputColumns.subarray(column * inputs, (column + 1) * inputs), i * inputs);
    targetColumns.set(problem.targetColumns.subarray(column * outputs, (column + 1) * outputs), i * outputs);
  }
  return { ...problem, columns, inputColumns, targetColumns };
}

/** relu(W x + bias) - relu(target) where the Relu lets through, 0 elsewhere: columns x outputs. */
function residuals(
  kernels: LinearAlgebra,
  { inputColumns, targetColumns, columns, inputs, outputs }: SampledProblem,
  weights: Float32Array,
  bias: Float32Array
): Float32Array {
  const products = kernels.gemm(inputColumns, weights, columns, outputs, inputs, { b: true });
  return products.map((product, i) => {
    const value = product + bias[i % outputs]!;
    return value > 0 ? value - Math.max(targetColumns[i]!, 0) : 0;
  });
}

/** The squared error of each output behind the Relu, summed over columns. */
function errorsOf(
  kernels: LinearAlgebra,
  problem: SampledProblem,
  weights: Float32Array,
  bias: Float32Array
): Float64Array {
  const { inputColumns, targetColumns, columns, inputs, outputs } = problem;
  const products = kernels.gemm(inputColumns, weights, columns, outputs, inputs, { b: true });
  const errors = new Float64Array(outputs);
  for (let i = 0; i < products.length; i++) {
    const value = Math.max(products[i]! + bias[i % outputs]!, 0);
    errors[i % outputs]! += (value - Math.max(targetColumns[i]!, 0)) ** 2;
  }
  return errors;
}
