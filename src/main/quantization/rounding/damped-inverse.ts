import type { LinearAlgebra } from '../../kernels/linear-algebra.ts';

/** The factor of the inverse of a damped matrix. */
export interface DampedInverse {
  /** U, upper triangular, with U^T U = (matrix + damping I)^-1. */
  readonly factor: Float64Array;
  /** What was added to the diagonal, as a fraction of its mean. */
  readonly fraction: number;
}

/** Pivots below this fraction of the diagonal's mean are rounding errors of a singular matrix. */
const smallestPivot = 1e-12;
/** Above this the damped matrix is its diagonal for all purposes, so a failure has another cause. */
const largestFraction = 1e6;

/**
 * The upper Cholesky factor of the inverse of a positive semidefinite matrix, after adding to its diagonal a fraction of the
 * diagonal's mean: `fraction` where that suffices, else ten times as much, again and again. A zero matrix counts as the identity.
 * @param matrix size x size, symmetric
 * @throws RangeError where the matrix is not finite
 */
export function dampedInverse(
  kernels: LinearAlgebra,
  matrix: Float64Array,
  size: number,
  fraction: number
): DampedInverse {
  let mean = 0;
  for (let i = 0; i < size; i++) mean += matrix[i * size + i]! / size;
  for (let tried = fraction; tried <= largestFraction; tried = Math.max(tried * 10, 1e-6)) {
    const factor = inverseFactor(kernels, matrix, size, mean > 0 ? tried * mean : 1, smallestPivot * mean);
    if (factor !== null) return { factor, fraction: tried };
  }
  throw new RangeError('the matrix is not finite and positive semidefinite');
}

/**
 * With J the reversal of the order, J (A) J = C^T C gives A^-1 = (J C^-1 J)(J C^-1 J)^T: one factorization and one
 * triangular inverse, instead of inverting and factoring again.
 */
function inverseFactor(
  kernels: LinearAlgebra,
  matrix: Float64Array,
  size: number,
  damping: number,
  leastPivot: number
): Float64Array | null {
  const last = size * size - 1;
  const reversed = Float64Array.from(matrix, (_, i) => matrix[last - i]!);
  for (let i = 0; i < size; i++) reversed[i * size + i]! += damping;
  const upper = kernels.cholesky(reversed, size);
  if (upper === null) return null;
  for (let i = 0; i < size; i++) if (upper[i * size + i]! ** 2 < leastPivot) return null;
  const inverse = kernels.invertTriangular(upper, size);
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = i; j < size; j++) factor[i * size + j] = inverse[(size - 1 - j) * size + (size - 1 - i)]!;
  return factor.every(Number.isFinite) ? factor : null;
}
