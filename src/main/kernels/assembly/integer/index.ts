// WebAssembly kernels for layers on integer codes. All sums are formed from 16-bit operands that lie in pairs of the
// reduction index, so that i32x4.dot_i16x8_s adds two products for each of four outputs:
//   A  rows:   blocks of four rows, (pair, row, 2); rows beyond the last whole block one by one, (pair, 2)
//   B  panels: eight columns each, (panel, pair, column, 2); columns beyond the last are zeros
//   C  sums:   int32 (row, column), rows `rowBytes` apart, as wide as the panels
// A convolution has its weights in A and its patches in B, a matrix product its codes in A and its weights in B.
export { codesToValues, valuesToCodes } from './codes';
export { gatherPatches, padPlanes } from './patches';
export { packRows } from './pack-rows';
export { multiply } from './multiply';
export { multiplyLimited, multiplyObserved, multiplyPairs } from './multiply-checked';
export { finishColumns, finishRows } from './finish';

/** Where the memory that the kernels do not use themselves begins. */
export function heapBase(): usize {
  return __heap_base;
}
