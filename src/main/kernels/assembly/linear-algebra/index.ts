// Linear algebra for quantization. Each kernel equals its plain reference in src/main/kernels/reference/linear-algebra
// bit for bit: the order of every sum is part of its definition. Pointers are bytes into the imported memory.
export { im2col } from './im2col';
export { gemm, gemmScratchBytes } from './gemm';
export { addGram, addGramScratchBytes } from './gram';
export { cholesky, invertTriangular } from './cholesky';
export { relax, updateRounding } from './rounding';
export { roundOnGram, roundOnGramScratchBytes } from './round-on-gram';

/** The first byte that the kernels do not use themselves. */
export function heapBase(): usize {
  return __heap_base;
}
