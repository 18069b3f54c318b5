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
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65_536, shared: true });
  return loadLinearAlgebra(await kernelBytes('linear-algebra'), memory);
}
