import type { IntegerKernels } from '../../kernels/integer-kernels.ts';
import { loadIntegerKernels } from '../../kernels/load-integer-kernels.ts';
import { kernelBytes } from './kernel-files.ts';

let loaded: Promise<IntegerKernels> | null = null;

/** The compiled integer kernels, loaded at the first call. @throws BitlabError KERNELS_MISSING */
export function integerKernels(): Promise<IntegerKernels> {
  loaded ??= kernelBytes('integer').then(loadIntegerKernels);
  return loaded;
}
