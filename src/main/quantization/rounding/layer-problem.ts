/**
 * What is known of the inputs and the wanted outputs of the outputs that share inputs: all of a layer's, or those of one
 * group of a grouped convolution. With X the inputs (inputs x columns) and T the targets (outputs x columns), the squared
 * error of weights W is the sum of (W X - T)^2, which needs only X X^T, T X^T and the sum of T^2.
 */
export interface LayerProblem {
  /** The first of the layer's outputs that belong to this problem. */
  readonly firstOutput: number;
  readonly outputs: number;
  readonly inputs: number;
  /** How many columns were added. */
  readonly columns: number;
  /** X X^T, inputs x inputs */
  readonly gram: Float64Array;
  /** T X^T (outputs x inputs) and the sums of T^2 (outputs), or null where the targets are the original weights' outputs for X. */
  readonly targets: { readonly product: Float64Array; readonly energy: Float64Array } | null;
}

/**
 * The squared error of a problem as a quadratic function of the weights' difference D to the original weights, row by row:
 * D gram D^T + 2 D offset^T + constant, summed over columns.
 */
export interface QuadraticError {
  readonly gram: Float64Array;
  /** outputs x inputs: half the slope at the original weights; null where it is zero */
  readonly offset: Float64Array | null;
  /** outputs: the error of the original weights; zero where the targets are theirs */
  readonly constant: Float64Array;
}

/**
 * With a compensation c below 1 the targets are c T + (1 - c) W X, W being the original weights: then half the slope there is c
 * times, and the error c^2 times that of the targets T.
 * @param weights of the whole layer, outputs x inputs @param compensation from 0 to 1
 */
export function quadraticError(
  problem: LayerProblem,
  weights: Float32Array,
  compensation: number
): QuadraticError {
  const { gram, targets, outputs, inputs, firstOutput } = problem;
  const constant = new Float64Array(outputs);
  if (targets === null || compensation === 0) return { gram, offset: null, constant };
  const offset = new Float64Array(outputs * inputs);
  for (let output = 0; output < outputs; output++) {
    const row = weights.subarray((firstOutput + output) * inputs, (firstOutput + output + 1) * inputs);
    const slope = offset.subarray(output * inputs, (output + 1) * inputs);
    addRowTimesGram(row, gram, slope);
    let error = targets.energy[output]!;
    for (let i = 0; i < inputs; i++) {
      const product = targets.product[output * inputs + i]!;
      error += row[i]! * (slope[i]! - 2 * product);
      slope[i] = compensation * (slope[i]! - product);
    }
    constant[output] = compensation ** 2 * Math.max(error, 0);
  }
  return { gram, offset, constant };
}

/** The squared error of each output for weights that differ by `difference` (inputs) from the original ones, summed over columns. */
export function rowError(error: QuadraticError, output: number, difference: Float64Array): number {
  const product = new Float64Array(difference.length);
  addRowTimesGram(difference, error.gram, product);
  let sum = error.constant[output]!;
  for (let i = 0; i < difference.length; i++) {
    const offset = error.offset === null ? 0 : error.offset[output * difference.length + i]!;
    sum += difference[i]! * (product[i]! + 2 * offset);
  }
  return Math.max(sum, 0);
}

/** result += row gram */
function addRowTimesGram(row: Float32Array | Float64Array, gram: Float64Array, result: Float64Array): void {
  const inputs = row.length;
  for (let k = 0; k < inputs; k++) {
    const factor = row[k]!;
    if (factor === 0) continue;
    const start = k * inputs;
    for (let i = 0; i < inputs; i++) result[i]! += factor * gram[start + i]!;
  }
}
