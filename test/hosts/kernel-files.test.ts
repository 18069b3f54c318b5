import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { programFolder } from '../../src/main/hosts/program-folder.ts';
import { kernelBytes } from '../../src/main/hosts/runner/kernel-files.ts';

const names = ['integer', 'linear-algebra', 'statistics'] as const;

test.each(names)('the compiled kernels %s are found, and hold WebAssembly', async (name) => {
  expect(WebAssembly.validate(await kernelBytes(name))).toBe(true);
});

const bundle = join(programFolder, 'out/main');

// `npm test` builds first. Without a build there is nothing to look at.
test.skipIf(!existsSync(join(bundle, 'runner.js'))).each(names)(
  'the kernels %s lie beside the bundle',
  (name) => {
    expect(existsSync(join(bundle, 'kernels', `${name}.wasm`))).toBe(true);
  }
);

test('where kernels are missing, the file is named and nothing takes its place', async () => {
  await expect(kernelBytes('no-such' as 'integer')).rejects.toMatchObject({
    code: 'KERNELS_MISSING',
    details: { file: expect.stringContaining('no-such.wasm') as string }
  });
});
