// Compiles the WebAssembly kernels: src/main/kernels/assembly/NAME/index.ts -> src/main/kernels/build/NAME.wasm.
// usage: npm run kernels   only what is older than its sources is compiled; --force compiles everything
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

const folder = join(import.meta.dirname, '../src/main/kernels');
const force = process.argv.includes('--force');

/** Time of the last change in a folder's files, or of a file; 0 where there is none. */
function changed(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => changed(join(path, name))));
}

mkdirSync(join(folder, 'build'), { recursive: true });
const sources = changed(join(folder, 'assembly'));
for (const name of readdirSync(join(folder, 'assembly'))) {
  const entry = join(folder, 'assembly', name, 'index.ts');
  const wasm = join(folder, 'build', `${name}.wasm`);
  if (changed(entry) === 0 || (!force && changed(wasm) > sources)) continue;
  const options = [
    ['--outFile', wasm],
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
  const { error, stderr } = await asc.main([entry, ...options.flat()]);
  if (error) {
    console.error(stderr.toString());
    process.exit(1);
  }
  console.log(`${name}.wasm ${statSync(wasm).size} bytes`);
}
