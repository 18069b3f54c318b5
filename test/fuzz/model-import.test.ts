import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { readModel, simplify, writeModel } from '../../src/main/graph/index.ts';
import { runnerEntry } from '../../src/main/hosts/program-folder.ts';
import { forkRunner } from '../../src/main/hosts/runner/fork-runner.ts';
import { createRunner } from '../../src/main/hosts/runner/runner-client.ts';
import { mutatedBytes, mutations, outcomes } from './mutated-bytes.ts';
import { modelMutations, mutatedModel } from './mutated-models.ts';

const folder = join(import.meta.dirname, '../data/zoo/variants');
const temporary = mkdtempSync(join(tmpdir(), 'bitlab-fuzz-'));
/** The process that looks at models in the program, too: where ONNX Runtime goes down with a model, it ends with a code. */
const runner = createRunner(() => forkRunner(runnerEntry));
afterAll(async () => {
  await runner.close();
  rmSync(temporary, { recursive: true });
});

const originals = Object.fromEntries(
  ['mixed-opset9', 'mixed-opset17', 'attention-batch1'].map((name) => [
    name,
    new Uint8Array(readFileSync(join(folder, `${name}.onnx`)))
  ])
);

const path = join(temporary, 'model.onnx');

test('mutated bytes are imported, ONNX Runtime and all, or refused with a code', async () => {
  const cases = fc.tuple(fc.constantFrom(...Object.keys(originals)), mutations);
  const found = await outcomes(
    cases,
    async ([name, changes]) => {
      writeFileSync(path, mutatedBytes(originals[name]!, changes));
      await runner.inspectModel(path, name);
    },
    5
  );
  expect([...found.keys()]).toEqual(expect.arrayContaining(['read', 'MODEL_NOT_ONNX', 'MODEL_INVALID']));
});

test('mutated graphs are imported or refused with a code', async () => {
  const models = Object.fromEntries(
    Object.entries(originals).map(([name, bytes]) => [name, simplify(readModel(bytes, name))])
  );
  const cases = fc.tuple(fc.constantFrom(...Object.keys(models)), modelMutations);
  const found = await outcomes(
    cases,
    async ([name, changes]) => {
      writeFileSync(path, writeModel(mutatedModel(models[name]!, changes)));
      await runner.inspectModel(path, name);
    },
    2
  );
  expect([...found.keys()]).toEqual(
    expect.arrayContaining(['read', 'MODEL_INVALID', 'MODEL_INPUT_UNSUPPORTED'])
  );
});
