// WebAssembly kernels for the statistics that observers collect. They equal ../../reference/statistics bit for bit: every
// operation rounds to float32 where it does there.
export { countValues } from './count';
export { addToExtent } from './extent';
export { quantizationError } from './quantization-error';

/** Where the memory that the kernels do not use themselves begins. */
export function heapBase(): usize {
  return __heap_base;
}
