/** See LinearAlgebra.cholesky. */
export function cholesky(matrix: Float64Array, size: number): Float64Array | null {
  const upper = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      let rest = matrix[i * size + j]!;
      for (let k = 0; k < i; k++) rest -= upper[k * size + i]! * upper[k * size + j]!;
      if (i === j) {
        if (!(rest > 0) || rest === Infinity) return null;
        upper[i * size + i] = Math.sqrt(rest);
      } else upper[i * size + j] = rest / upper[i * size + i]!;
    }
  }
  return upper;
}

/** See LinearAlgebra.invertTriangular. */
export function invertTriangular(upper: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let i = size - 1; i >= 0; i--) {
    for (let j = i; j < size; j++) {
      let rest = i === j ? 1 : 0;
      for (let k = i + 1; k <= j; k++) rest -= upper[i * size + k]! * inverse[k * size + j]!;
      inverse[i * size + j] = rest / upper[i * size + i]!;
    }
  }
  return inverse;
}
