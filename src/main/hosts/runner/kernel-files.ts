import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BitlabError } from '../../../contract/index.ts';
import { kernelsFolder } from '../program-folder.ts';

/**
 * The bytes of compiled kernels, from the sources as well as from the bundle.
 * @param name of a folder in src/main/kernels/assembly
 * @throws BitlabError KERNELS_MISSING: there is no falling back to the plain kernels, which may be a hundred times slower
 */
export async function kernelBytes(
  name: 'accelerator' | 'integer' | 'linear-algebra' | 'statistics'
): Promise<Uint8Array<ArrayBuffer>> {
  const file = join(kernelsFolder, `${name}.wasm`);
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    throw new BitlabError('KERNELS_MISSING', { file }, { cause: error });
  }
}
