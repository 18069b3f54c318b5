import { f32 } from '../../../numeric/float32.ts';

/** See LinearAlgebra.gemm. */
export function gemm(
  a: Float32Array,
  b: Float32Array,
  rows: number,
  columns: number,
  inner: number,
  transposed: { readonly a?: boolean; readonly b?: boolean } = {}
): Float32Array {
  const [rowStrideA, columnStrideA] = transposed.a ? [1, rows] : [inner, 1];
  const [rowStrideB, columnStrideB] = transposed.b ? [1, inner] : [columns, 1];
  const c = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) {
        const product = f32(a[i * rowStrideA + k * columnStrideA]! * b[k * rowStrideB + j * columnStrideB]!);
        sum = f32(sum + product);
      }
      c[i * columns + j] = sum;
    }
  }
  return c;
}
