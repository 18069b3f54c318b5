import type { LinearAlgebra } from '../../linear-algebra.ts';
import { cholesky, invertTriangular } from './cholesky.ts';
import { addGram, addProduct } from './gram.ts';
import { gemm } from './gemm.ts';
import { im2col } from './im2col.ts';
import { relax, roundOnGram, updateRounding } from './rounding.ts';

/** Linear algebra in plain TypeScript: what the WebAssembly kernels are compared with. */
export const referenceLinearAlgebra: LinearAlgebra = {
  im2col,
  gemm,
  addGram,
  addProduct,
  cholesky,
  invertTriangular,
  relax,
  updateRounding,
  roundOnGram
};
