/** How patches are cut out of pictures; a one-dimensional convolution has height 1. Extents in elements. */
export interface PatchGeometry {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Height and width of the kernel. */
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  /** Top, left, bottom, right, as in ONNX. */
  readonly pads: readonly [number, number, number, number];
  readonly dilations: readonly [number, number];
  /** Channels fall into so many groups of neighbours; as many as channels for a depthwise convolution. */
  readonly groups: number;
}

/** The continuous rounding of one layer's weights, changed in place by the steps of AdaRound. All are outputs x inputs. */
export interface RoundingState {
  /** What the rectified sigmoid turns into a share between 0 and 1. */
  readonly v: Float32Array;
  /** Adam's first and second moments of its gradient. */
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** The lower one of the two values that a weight may become, less the weight. */
  readonly base: Float32Array;
  /** From the lower value to the upper one; 0 where there is only one. */
  readonly step: Float32Array;
}

/** What one iteration of AdaRound uses. */
export interface RoundingIteration {
  /** The exponent of the regularizer weight * (1 - |2h - 1|^beta). */
  readonly beta: number;
  readonly weight: number;
  /** The learning rate with Adam's bias corrections in it: rate * sqrt(1 - 0.999^t) / (1 - 0.9^t). */
  readonly rate: number;
}

/** A quadratic error in the difference D of the weights: its slope is (D Gram + offset) * rowWeight. */
export interface QuadraticSlope {
  /** inputs x inputs, symmetric */
  readonly gram: Float32Array;
  /** outputs x inputs */
  readonly offset: Float32Array;
  /** outputs */
  readonly rowWeight: Float32Array;
}

/**
 * The heavy arithmetic of rounding methods. Matrices are row-major. There are two implementations, a plain one
 * (reference/linear-algebra) and WebAssembly (load-linear-algebra.ts), equal bit for bit: the order of each sum is
 * part of the definition.
 */
export interface LinearAlgebra {
  /**
   * The patches of one group of channels as a matrix of (channels / groups * kernel height * kernel width) rows and
   * (samples * output positions) columns; zeros where a patch reaches over the edge.
   * @param input samples x channels x height x width
   */
  im2col(input: Float32Array, samples: number, geometry: PatchGeometry, group: number): Float32Array;
  /**
   * A B in float32: the sum over k = 0, 1, 2, ... of f32(a[i][k] * b[k][j]), each addition rounded to float32.
   * @param a rows x inner, or inner x rows where `transposed.a` @param b inner x columns, or columns x inner where `transposed.b`
   */
  gemm(
    a: Float32Array,
    b: Float32Array,
    rows: number,
    columns: number,
    inner: number,
    transposed?: { readonly a?: boolean; readonly b?: boolean }
  ): Float32Array;
  /**
   * gram += X X^T in float64. Columns pass in blocks of 256 counted from the first; a block's sum starts at zero, adds
   * exact products in the order of the columns, and is added to the matrix.
   * @param x size x columns @param gram size x size
   */
  addGram(x: Float32Array, size: number, columns: number, gram: Float64Array): void;
  /** product += T X^T in float64, summed as in `addGram`. @param t outputs x columns @param x inputs x columns @param product outputs x inputs */
  addProduct(
    t: Float32Array,
    x: Float32Array,
    outputs: number,
    inputs: number,
    columns: number,
    product: Float64Array
  ): void;
  /**
   * The upper triangular U with A = U^T U, or null where A is not positive definite:
   * u[i][j] = (a[i][j] - u[0][i] u[0][j] - u[1][i] u[1][j] - ...) / u[i][i], in this order. Reads the upper half of A.
   */
  cholesky(matrix: Float64Array, size: number): Float64Array | null;
  /**
   * The inverse V of an upper triangular U: v[i][j] = ((i == j) - u[i][i+1] v[i+1][j] - u[i][i+2] v[i+2][j] - ...) / u[i][i],
   * in this order.
   */
  invertTriangular(upper: Float64Array, size: number): Float64Array;
  /** base + step * h(v), where h(v) = clamp(1.2 sigmoid(v) - 0.1, 0, 1): the differences of the weights. */
  relax(state: RoundingState): Float32Array;
  /** One step of Adam on `state.v`. @param slope of the reconstruction error with respect to the weights */
  updateRounding(state: RoundingState, slope: Float32Array, iteration: RoundingIteration): void;
  /** Iterations of `relax`, the slope (by `gemm`'s order of summation) and `updateRounding`. */
  roundOnGram(
    state: RoundingState,
    error: QuadraticSlope,
    outputs: number,
    inputs: number,
    iterations: readonly RoundingIteration[]
  ): void;
}

/** Height and width of a convolution's output. */
export function outputExtents(geometry: PatchGeometry): readonly [number, number] {
  const { height, width, kernel, strides, pads, dilations } = geometry;
  const extent = (size: number, axis: 0 | 1) =>
    Math.floor(
      (size + pads[axis] + pads[axis + 2]! - dilations[axis] * (kernel[axis] - 1) - 1) / strides[axis]
    ) + 1;
  return [extent(height, 0), extent(width, 1)];
}

/** How many rows the matrix of patches has. */
export const patchSize = ({ channels, groups, kernel }: PatchGeometry): number =>
  (channels / groups) * kernel[0] * kernel[1];
