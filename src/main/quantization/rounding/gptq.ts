import type { LinearAlgebra } from '../../kernels/linear-algebra.ts';
import { dampedInverse } from './damped-inverse.ts';
import { quadraticError, type LayerProblem } from './layer-problem.ts';
import { RowChoice, type RoundedWeights } from './rounded-weights.ts';
import type { WeightLevels } from './weight-levels.ts';

export interface GptqOptions {
  /** The layer's name, for notes. */
  readonly layer: string;
  /** Inputs in the order of the Hessian's diagonal, the largest first, instead of their own order. */
  readonly actOrder: boolean;
  /** What is added to the Hessian's diagonal, as a fraction of its mean; 0.01 in the paper. */
  readonly damping: number;
  /** How much of the error that reaches the layer is made up for, from 0 to 1; only where the problem has targets. */
  readonly compensation: number;
}

export const gptqDefaults = { actOrder: true, damping: 0.01, compensation: 0.5 } as const;

/**
 * GPTQ (Frantar, Ashkboos, Hoefler, Alistarh: ICLR 2023; the order of inputs after OBC, Frantar and Alistarh 2022): inputs
 * are rounded one after another, and what each rounding does to the outputs is made up for, as far as possible, by the
 * weights not yet rounded. H = 2 X X^T + lambda I; the factor 2 cancels. Scales stay as they are, so groups of inputs keep theirs in any order.
 *
 * Where the problem has targets (outputs of the float network, while X comes from the quantized one), the weights first move
 * towards the damped least-squares solution for these targets, by the fraction `compensation`; at 0 or without targets it is GPTQ
 * as published. The whole way fits the columns that were seen and little else (docs/quantization-methods.md).
 *
 * Beyond the paper, an output for which nearest rounding has the smaller error keeps that one, so that the result is never worse.
 * A Hessian that cannot be factored is damped more, and a note says so.
 * @param problems one for each group of the layer @param weights outputs x inputs of the whole layer
 */
export function gptq(
  kernels: LinearAlgebra,
  problems: readonly LayerProblem[],
  weights: Float32Array,
  levels: WeightLevels,
  options: GptqOptions
): RoundedWeights {
  const choice = new RowChoice(weights, problems[0]?.inputs ?? 0, levels);
  let fraction = options.damping;
  for (const problem of problems) {
    const used = roundProblem(kernels, problem, weights, levels, options, choice);
    fraction = Math.max(fraction, used);
  }
  const notes = singularNotes(problems, options);
  if (fraction > options.damping)
    notes.push(
      `GPTQ damped the singular Hessian of ${options.layer} by ${fraction} of its mean diagonal instead of ${options.damping}.`
    );
  return choice.result(notes);
}

/** Why the Hessian is singular, so that damping decides where the columns say nothing; empty where nothing shows that it is. */
function singularNotes(problems: readonly LayerProblem[], { layer }: GptqOptions): string[] {
  let silent = 0;
  for (const { gram, inputs } of problems)
    for (let i = 0; i < inputs; i++) if (gram[i * inputs + i] === 0) silent++;
  const inputs = problems.reduce((sum, problem) => sum + problem.inputs, 0);
  const few = problems.find((problem) => problem.columns < problem.inputs);
  const because = [
    ...(silent > 0 ? [`${silent} of ${inputs} inputs are zero for every calibration sample`] : []),
    ...(few === undefined ? [] : [`${few.columns} columns were seen for ${few.inputs} inputs`])
  ];
  if (because.length === 0) return [];
  return [`The Hessian of ${layer} is singular (${because.join('; ')}): damping decides there.`];
}

/** @returns the fraction of damping that was needed */
function roundProblem(
  kernels: LinearAlgebra,
  problem: LayerProblem,
  weights: Float32Array,
  levels: WeightLevels,
  { actOrder, damping, compensation }: GptqOptions,
  choice: RowChoice
): number {
  const { inputs, outputs, firstOutput, columns } = problem;
  const error = quadraticError(problem, weights, compensation);
  const order = inputOrder(problem.gram, inputs, actOrder);
  const { factor, fraction } = dampedInverse(kernels, reordered(problem.gram, order), inputs, damping);
  const nearestErrors = choice.nearestErrors(problem, error);
  const codes = new Int32Array(inputs);
  for (let place = 0; place < outputs; place++) {
    const output = firstOutput + place;
    const row = Float64Array.from(order, (input) => weights[output * inputs + input]!);
    const { offset } = error;
    if (offset !== null)
      subtractSolution(
        row,
        Float64Array.from(order, (input) => offset[place * inputs + input]!),
        factor
      );
    for (let i = 0; i < inputs; i++) {
      const input = order[i]!;
      const code = levels.nearest(output, input, row[i]!);
      codes[input] = code;
      const start = i * inputs;
      const feedback = (row[i]! - levels.value(output, input, code)) / factor[start + i]!;
      for (let j = i + 1; j < inputs; j++) row[j]! -= feedback * factor[start + j]!;
    }
    const found = choice.errorOf(error, place, output, codes);
    choice.offer(output, codes, found / columns, nearestErrors[place]! / columns);
  }
  return fraction;
}

/** Input numbers in their own order, or by their diagonal entry, the largest first and equal ones in their own order. */
function inputOrder(gram: Float64Array, inputs: number, byDiagonal: boolean): Int32Array {
  const order = Int32Array.from({ length: inputs }, (_, i) => i);
  if (byDiagonal) order.sort((a, b) => gram[b * inputs + b]! - gram[a * inputs + a]! || a - b);
  return order;
}

function reordered(gram: Float64Array, order: Int32Array): Float64Array {
  const inputs = order.length;
  const result = new Float64Array(inputs * inputs);
  for (let i = 0; i < inputs; i++)
    for (let j = 0; j < inputs; j++) result[i * inputs + j] = gram[order[i]! * inputs + order[j]!]!;
  return result;
}

/** row -= offset U^T U */
function subtractSolution(row: Float64Array, offset: Float64Array, factor: Float64Array): void {
  const inputs = row.length;
  for (let i = 0; i < inputs; i++) {
    const start = i * inputs;
    let sum = 0;
    for (let j = i; j < inputs; j++) sum += factor[start + j]! * offset[j]!;
    for (let j = i; j < inputs; j++) row[j]! -= sum * factor[start + j]!;
  }
}
