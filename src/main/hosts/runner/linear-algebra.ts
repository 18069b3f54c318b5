import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadLinearAlgebra } from '../../kernels/load-linear-algebra.ts';
import type { LinearAlgebra } from '../../kernels/linear-algebra.ts';
import { programFolder } from '../program-folder.ts';

let loaded: Promise<LinearAlgebra> | null = null;

/** The compiled linear algebra, loaded at the first call. */
export function linearAlgebra(): Promise<LinearAlgebra> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<LinearAlgebra> {
  const wasm = await readFile(join(programFolder, 'src/main/kernels/build/linear-algebra.wasm'));
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65_536, shared: true });
  return loadLinearAlgebra(new Uint8Array(wasm), memory);
}
