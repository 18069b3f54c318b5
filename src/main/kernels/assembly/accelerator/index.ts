// WebAssembly kernels for layers on hardware with errors. They keep nothing between calls, so that several threads can run them
// on one memory. Blocks of four rows (channels) meet panels of eight columns (positions); see tile-sums.ts.
export { gatherPatches, padPlanes } from '../integer/patches';
export { finishRows } from '../integer/finish';
export { gaussians } from './gaussian';
export {
  clearFilling,
  packColumns,
  sliceCodes,
  sliceRows,
  sliceValues,
  squareTiles,
  sumColumns
} from './operands';
export { runPass } from './run-pass';
export { correctSums, transpose } from './digital';

/** Where the memory that the kernels do not use themselves begins. */
export function heapBase(): usize {
  return __heap_base;
}
