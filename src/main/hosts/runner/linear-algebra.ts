import { loadLinearAlgebra } from '../../kernels/load-linear-algebra.ts';
import type { LinearAlgebra } from '../../kernels/linear-algebra.ts';
import { kernelBytes } from './kernel-files.ts';

let loaded: Promise<LinearAlgebra> | null = null;

/** The compiled linear algebra, loaded at the first call. @throws BitlabError KERNELS_MISSING */
export function linearAlgebra(): Promise<LinearAlgebra> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<LinearAlgebra> {
  return loadLinearAlgebra(await kernelBytes('linear-algebra'));
}
