import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the program's own files lie, from the sources as well as from the bundle. */
export const programFolder = folderWithPackage(import.meta.dirname);

export const programVersion = packageOf(programFolder).version;

/** True where this code runs from out/, false where Node runs the TypeScript sources. */
const bundled = import.meta.dirname.startsWith(join(programFolder, 'out'));

/** The file that starts the computing process. */
export const runnerEntry = bundled
  ? join(programFolder, 'out/main/runner.js')
  : join(programFolder, 'src/main/hosts/runner/main.ts');

/** The file that starts the thread which queries runs. */
export const queryThreadEntry = bundled
  ? join(programFolder, 'out/main/queries.js')
  : join(programFolder, 'src/main/store/run-query-thread.ts');

/** The file that starts a further thread of the accelerator kernels. */
export const acceleratorWorkerEntry = bundled
  ? join(programFolder, 'out/main/accelerator-worker.js')
  : join(programFolder, 'src/main/hosts/runner/accelerator-worker.ts');

/** The compiled WebAssembly kernels. */
export const kernelsFolder = bundled
  ? join(programFolder, 'out/main/kernels')
  : join(programFolder, 'src/main/kernels/build');

export const interfaceFolder = join(programFolder, 'out/renderer');
export const migrationsFolder = join(programFolder, 'migrations');
export const presetsFolder = join(programFolder, 'resources/presets');
export const samplesFolder = join(programFolder, 'resources/samples');

function folderWithPackage(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && packageOf(folder).name === 'bitlab') return folder;
    if (folder === dirname(folder)) throw new Error(`${start} is not within an installation of Bitlab.`);
  }
}

function packageOf(folder: string): { name?: string; version: string } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string; version: string };
}
