import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadStatisticsKernels } from '../../src/main/kernels/load-statistics-kernels.ts';
import type { StatisticsKernels } from '../../src/main/kernels/statistics-kernels.ts';

const file = fileURLToPath(new URL('../../src/main/kernels/build/statistics.wasm', import.meta.url));

/** The compiled kernels; `npm run kernels` makes them. */
export async function compiledStatisticsKernels(): Promise<StatisticsKernels> {
  return loadStatisticsKernels(new Uint8Array(await readFile(file)));
}
