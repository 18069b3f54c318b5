import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { IntegerKernels } from '../../src/main/kernels/integer-kernels.ts';
import { loadIntegerKernels } from '../../src/main/kernels/load-integer-kernels.ts';

const file = fileURLToPath(new URL('../../src/main/kernels/build/integer.wasm', import.meta.url));

/** The compiled kernels; `npm run kernels` makes them. */
export async function compiledKernels(): Promise<IntegerKernels> {
  return loadIntegerKernels(new Uint8Array(await readFile(file)));
}
