import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import type { LinearAlgebra } from '../../src/main/kernels/linear-algebra.ts';
import { loadLinearAlgebra } from '../../src/main/kernels/load-linear-algebra.ts';

const root = join(import.meta.dirname, '../..');

/** The kernels as `npm run kernels` builds them; built here where they are older than their sources. */
export async function compiledLinearAlgebra(): Promise<LinearAlgebra> {
  const built = spawnSync(process.execPath, [join(root, 'tools/kernels.mjs')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  const wasm = new Uint8Array(readFileSync(join(root, 'src/main/kernels/build/linear-algebra.wasm')));
  return loadLinearAlgebra(wasm);
}
