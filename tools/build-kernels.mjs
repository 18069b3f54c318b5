// Compiles the WebAssembly kernels: src/main/kernels/assembly/NAME/index.ts -> src/main/kernels/build/NAME.wasm.
// Plain JavaScript for Node 20, because the command line's launcher uses it too; nothing is loaded where nothing is to be done.
import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../src/main/kernels');

/**
 * Compiles what is older than the sources, and says so on stderr.
 * @param {{ force?: boolean }} options whether everything is compiled
 * @throws Error with the compiler's messages
 */
export async function buildKernels({ force = false } = {}) {
  const names = readdirSync(join(folder, 'assembly')).filter((name) => changed(entryOf(name)) > 0);
  const sources = Math.max(changed(join(folder, 'assembly')), changed(import.meta.filename));
  const old = names.filter((name) => force || changed(wasmOf(name)) <= sources);
  if (old.length === 0) return;
  const { default: compiler } = await import('assemblyscript/asc');
  mkdirSync(join(folder, 'build'), { recursive: true });
  for (const name of old) {
    // Under another name until it is whole: other processes may read it, or compile it at the same time.
    const unfinished = join(folder, 'build', `${name}.${process.pid}.unfinished`);
    const { error, stderr } = await compiler.main([
      entryOf(name),
      '--outFile',
      unfinished,
      ...options.flat()
    ]);
    if (error) throw new Error(stderr.toString());
    renameSync(unfinished, wasmOf(name));
    console.error(`Compiled ${name}.wasm, ${statSync(wasmOf(name)).size} bytes.`);
  }
}

const options = [
  ['--runtime', 'stub'],
  ['--enable', 'simd'],
  ['--enable', 'threads'],
  ['--optimizeLevel', '3'],
  ['--noAssert'],
  ['--converge'],
  // The memory is shared between worker threads and grows up to 4 GiB.
  ['--importMemory'],
  ['--sharedMemory'],
  ['--initialMemory', '16'],
  ['--maximumMemory', '65536'],
  ['--memoryBase', '1024']
];

const entryOf = (name) => join(folder, 'assembly', name, 'index.ts');
const wasmOf = (name) => join(folder, 'build', `${name}.wasm`);

/** Time of the last change in a folder's files, or of a file; 0 where there is none. */
function changed(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => changed(join(path, name))));
}
