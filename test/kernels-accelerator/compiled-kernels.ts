import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { AcceleratorKernels } from '../../src/main/kernels/accelerator-kernels.ts';
import { instantiateKernels } from '../../src/main/kernels/instantiate.ts';
import {
  acceleratorKernels,
  type AcceleratorInstance
} from '../../src/main/kernels/load-accelerator-kernels.ts';

const file = fileURLToPath(new URL('../../src/main/kernels/build/accelerator.wasm', import.meta.url));

/** The compiled functions; `npm run kernels` makes them. */
export const compiledFunctions = async (): Promise<AcceleratorInstance> =>
  instantiateKernels(new Uint8Array(await readFile(file)));

/** The compiled kernels, in one thread. */
export const compiledAccelerator = async (): Promise<AcceleratorKernels> =>
  acceleratorKernels(await compiledFunctions());
