import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const bin = (name: string) => join(root, 'node_modules/.bin', name);

/** Runs a checker on one file that must not pass, so that a checker that checks nothing is noticed. */
function complaints(command: string, name: string, code: string, base: string): string {
  const folder = mkdtempSync(join(root, 'test/canary-'));
  try {
    writeFileSync(join(folder, name), code);
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: `../../${base}`, include: [name], compilerOptions: { rootDir: '../..' } })
    );
    const args =
      command === 'tsc'
        ? ['-p', folder]
        : ['--workspace', folder, '--tsconfig', join(folder, 'tsconfig.json')];
    const result = spawnSync(bin(command), args, { encoding: 'utf8', shell: process.platform === 'win32' });
    return result.status === 0 ? '' : result.stdout + result.stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('pure code that uses process does not compile', () => {
  expect(complaints('tsc', 'canary.ts', 'export const id = process.pid;\n', 'tsconfig.pure.json')).toContain(
    "Cannot find name 'process'"
  );
});

test('pure code that uses the DOM does not compile', () => {
  expect(
    complaints('tsc', 'canary.ts', 'export const title = document.title;\n', 'tsconfig.pure.json')
  ).toContain("Cannot find name 'document'");
});

test('svelte-check really checks components', () => {
  const code = '<script lang="ts">const n: number = "text";</script>\n{n}\n';
  expect(complaints('svelte-check', 'Canary.svelte', code, 'tsconfig.web.json')).toContain('not assignable');
});
