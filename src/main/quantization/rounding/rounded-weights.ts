import type { QuadraticError, LayerProblem } from './layer-problem.ts';
import { rowError } from './layer-problem.ts';
import type { WeightLevels } from './weight-levels.ts';

/** What a rounding method made of a layer's weights, outputs x inputs. */
export interface RoundedWeights {
  readonly codes: Int32Array;
  /** What the codes stand for. */
  readonly values: Float32Array;
  /** The mean squared error of the layer's outputs on the columns that were seen, summed over outputs. */
  readonly error: number;
  /** The same for nearest rounding: never smaller than `error`. */
  readonly nearestError: number;
  /** Sentences that the run's log should have. */
  readonly notes: readonly string[];
}

/** Rounds to the nearest level. @param weights outputs x inputs */
export function nearestCodes(weights: Float32Array, inputs: number, levels: WeightLevels): Int32Array {
  return Int32Array.from(weights, (value, i) => levels.nearest(Math.floor(i / inputs), i % inputs, value));
}

/** Collects the rows of a result; each keeps the better one of a method's codes and the nearest ones. */
export class RowChoice {
  readonly codes: Int32Array;
  readonly #weights: Float32Array;
  readonly #inputs: number;
  readonly #levels: WeightLevels;
  #error = 0;
  #nearestError = 0;

  /** @param weights outputs x inputs, all of the layer's */
  constructor(weights: Float32Array, inputs: number, levels: WeightLevels) {
    this.#weights = weights;
    this.#inputs = inputs;
    this.#levels = levels;
    this.codes = nearestCodes(weights, inputs, levels);
  }

  /** The error of each output of a problem with nearest rounding, summed over columns. */
  nearestErrors(problem: LayerProblem, error: QuadraticError): Float64Array {
    return Float64Array.from({ length: problem.outputs }, (_, output) =>
      this.errorOf(error, output, problem.firstOutput + output, this.row(problem.firstOutput + output))
    );
  }

  /** The nearest codes of one output, or those that were offered and taken. */
  row(output: number): Int32Array {
    return this.codes.subarray(output * this.#inputs, (output + 1) * this.#inputs);
  }

  /** @param place the output's place in the problem @param output its place in the layer */
  errorOf(error: QuadraticError, place: number, output: number, codes: Int32Array): number {
    const difference = Float64Array.from(
      codes,
      (code, i) => this.#levels.value(output, i, code) - this.#weights[output * this.#inputs + i]!
    );
    return rowError(error, place, difference);
  }

  /** Takes the codes of an output where they are better. Errors are means over columns. */
  offer(output: number, codes: Int32Array, error: number, nearestError: number): void {
    const better = error < nearestError;
    if (better) this.row(output).set(codes);
    this.#error += better ? error : nearestError;
    this.#nearestError += nearestError;
  }

  result(notes: readonly string[]): RoundedWeights {
    const inputs = this.#inputs;
    const values = Float32Array.from(this.codes, (code, i) =>
      this.#levels.value(Math.floor(i / inputs), i % inputs, code)
    );
    return { codes: this.codes, values, error: this.#error, nearestError: this.#nearestError, notes };
  }
}
