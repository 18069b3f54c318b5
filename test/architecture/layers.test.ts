import { ESLint } from 'eslint';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layers, pure } from '../../layers.config.js';

const root = join(import.meta.dirname, '../..');
const linter = new ESLint({ cwd: root });

/** The rules that object to `code` if it stood in the file `path`. */
async function objections(path: string, code: string): Promise<string[]> {
  const [result] = await linter.lintText(code, { filePath: join(root, path) });
  return result!.messages.map((message) => message.ruleId ?? message.message);
}

test.each([
  ['src/main/numeric/probe.ts', "import '../store/index.ts';\n"],
  ['src/main/graph/probe.ts', "import '../inference/session.ts';\n"],
  ['src/main/quantization/probe.ts', "export * from '../graph/index.ts';\n"],
  ['src/main/store/probe.ts', "import '../experiments/computer.ts';\n"],
  ['src/main/inference/probe.ts', "import '../datasets/index.ts';\n"],
  ['src/main/experiments/probe.ts', "import '../hosts/call-method.ts';\n"],
  ['src/contract/probe.ts', "import '../main/numeric/tensor.ts';\n"],
  ['src/renderer/figures/probe.ts', "import '../client/index.ts';\n"],
  ['src/renderer/views/probe.ts', "import '../../main/numeric/tensor.ts';\n"],
  ['src/main/numeric/probe.ts', "import 'node:fs';\n"],
  ['src/main/experiments/probe.ts', "import 'electron';\n"],
  ['src/main/experiments/probe.ts', "await import('better-sqlite3');\n"]
])('the linter objects to %s with %s', async (path, code) => {
  expect(await objections(path, code)).toContain('bitlab/layers');
});

test.each([
  ['src/main/inference/probe.ts', "import '../graph/index.ts';\n"],
  ['src/main/hosts/electron/probe.ts', "import 'electron';\n"],
  ['src/main/numeric/probe.ts', "import './tensor.ts';\n"]
])('the linter accepts %s with %s', async (path, code) => {
  expect(await objections(path, code)).not.toContain('bitlab/layers');
});

test.each(pure.filter((folder) => !folder.includes('reference')))(
  '%s has no clock, randomness or process',
  async (folder) => {
    const code = 'export const x = [Math.random(), Date.now(), process.pid];\n';
    const rules = await objections(`${folder}/probe.ts`, code);
    expect(rules.filter((rule) => rule === 'no-restricted-properties')).toHaveLength(2);
    expect(rules).toContain('no-restricted-globals');
  }
);

test('every folder of the map exists', () => {
  const missing = Object.keys(layers).filter((folder) => !existsSync(join(root, folder)));
  expect(missing).toEqual([]);
});
