import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const sources = ['src', 'electron.vite.config.ts', 'svelte.config.js', 'package-lock.json'];
const results = [
  'out/main/electron.js',
  'out/main/runner.js',
  'out/main/kernels/statistics.wasm',
  'out/preload/preload.cjs',
  'out/renderer/index.html'
];

/** Whether anything in the sources is newer than what was built of them, or nothing was built yet. */
export function outOfDate() {
  const built = Math.min(...results.map((file) => changedAt(join(root, file))));
  return sources.some((source) => newest(join(root, source)) > built);
}

/** Builds the interface and the desktop program; ends the process where that fails. */
export function build() {
  console.error('Building the interface; this is done once after an update.');
  const cli = join(
    dirname(createRequire(import.meta.url).resolve('electron-vite/package.json')),
    'bin/electron-vite.js'
  );
  const { status } = spawnSync(process.execPath, [cli, 'build', '--logLevel', 'error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit']
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** Milliseconds of the last change; 0 where there is nothing. */
function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newest(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || !found.isDirectory()) return found?.mtimeMs ?? 0;
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile()
  );
  return Math.max(...entries.map((entry) => changedAt(join(entry.parentPath, entry.name))));
}
