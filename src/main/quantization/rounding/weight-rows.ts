/** The extents of a layer's weights, seen as a matrix of outputs x inputs. */
export interface WeightExtents {
  readonly outputs: number;
  /** Weights of one output: input channels of its group times kernel positions. */
  readonly inputs: number;
}

/**
 * The extents of weights as ONNX stores them: Conv and Gemm with transB have their outputs along axis 0, MatMul and other
 * Gemm along axis 1 of 2.
 */
export function weightExtents(shape: readonly number[], axis: number): WeightExtents {
  const count = shape.reduce((product, extent) => product * extent, 1);
  const outputs = shape[axis];
  if (outputs === undefined || (axis !== 0 && (axis !== 1 || shape.length !== 2)))
    throw new RangeError(`weights of shape [${shape.join(', ')}] have no outputs along axis ${axis}`);
  return { outputs, inputs: outputs === 0 ? 0 : count / outputs };
}

/** Weights, or their codes, in the order of their initializer as outputs x inputs; a copy where axis 0 is not the outputs'. */
export function toRows<Values extends Float32Array | Int32Array>(
  values: Values,
  shape: readonly number[],
  axis: number
): Values {
  const { outputs, inputs } = weightExtents(shape, axis);
  return axis === 0 ? values : transposed(values, inputs, outputs);
}

/** The other way round: rows of outputs in the order of the initializer. */
export function fromRows<Values extends Float32Array | Int32Array>(
  rows: Values,
  shape: readonly number[],
  axis: number
): Values {
  const { outputs, inputs } = weightExtents(shape, axis);
  return axis === 0 ? rows : transposed(rows, outputs, inputs);
}

/** A rows x columns matrix as columns x rows. */
export function transposed<Values extends Float32Array | Int32Array>(
  values: Values,
  rows: number,
  columns: number
): Values {
  const result = values.slice() as Values;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = values[row * columns + column]!;
  return result;
}
