import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExperimentDetails } from '../../src/contract/index.ts';
import { runCli } from '../hosts/run-cli.ts';
import { readCsv } from '../experiments/csv-reader.ts';
import { temporaryFolder } from './notebook-on-disk.ts';

/* docs/bring-your-own.md, followed word by word. */
const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/bring-your-own.md'), 'utf8');
const blocks = [...page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```/gm)].map(
  ([, language, file, text]) => ({
    language,
    file,
    text: text!
  })
);
const commands = blocks
  .filter(({ language }) => language === 'bash')
  .flatMap(({ text }) => text.trim().split('\n'));
const { folder, remove } = temporaryFolder('bring-your-own');
const environment = { BITLAB_NOTEBOOK: join(folder, 'notebook') };
const outputs = new Map<string, string>();

/** The words of a command; what stands in double quotes is one word. */
const wordsOf = (command: string) =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);

const bitlab = (words: readonly string[]) => runCli(words, environment, folder);

beforeAll(async () => {
  for (const { file, text } of blocks) if (file !== undefined) writeFileSync(join(folder, file), text);
  const script = blocks.find(({ language }) => language === 'python')!.text;
  writeFileSync(join(folder, 'networks.py'), script);
  // Where PyTorch is not installed, what the script wrote on a machine that has it.
  const hasTorch = spawnSync('python3', ['-c', 'import torch']).status === 0;
  if (hasTorch)
    expect(spawnSync('python3', ['networks.py'], { cwd: folder, encoding: 'utf8' }).stderr).not.toMatch(
      /Error/
    );
  else cpSync(join(root, 'test/data/bring-your-own'), folder, { recursive: true });

  for (const command of commands) {
    const [program, ...words] = wordsOf(command);
    expect(program).toBe('bitlab');
    const { code, stdout, stderr } = await bitlab(words);
    expect({ command, code, stderr: code === 0 ? '' : stderr }).toEqual({ command, code: 0, stderr: '' });
    outputs.set(command, stdout);
  }
}, 300_000);
afterAll(remove);

const output = (part: string) => outputs.get(commands.find((command) => command.includes(part))!)!;

test('the networks come in, the unfolded one with all its layers quantized', () => {
  expect(output('model show unfolded')).toMatch(/in float +nothing/);
  expect(output('model show unfolded').match(/Conv +Relu/g)).toHaveLength(3);
});

test('the check says that the data fit', () => {
  expect(output('model check')).toMatch(/^Float accuracy on 64 samples is \d/);
  expect(output('model check')).not.toMatch(/chance/);
});

test('a wrong normalization is seen, and a better one named', async () => {
  await bitlab(['dataset', 'add', 'test.npz', '--name', 'unscaled']);
  const { stdout } = await bitlab(['model', 'check', 'mse', '--data', 'unscaled']);
  expect(stdout).toMatch(/chance level|another preprocessing/);
});

test('the experiment finishes; folded and unfolded batch norms are as good', async () => {
  const { stdout } = await bitlab(['experiment', 'show', 'My first experiment', '--json']);
  const { status, runs } = JSON.parse(stdout) as ExperimentDetails;
  expect([status, runs.length]).toEqual(['finished', 18]);
  const top1 = (model: string, bits: number | null) =>
    runs.find(
      (run) =>
        run.model === model &&
        (bits === null ? run.baseline : !run.baseline && run.configuration.weights.bits === bits)
    )!.top1!.value;
  expect(top1('cross-entropy', null)).toBeGreaterThan(0.8);
  for (const bits of [null, 8]) {
    expect(Math.abs(top1('unfolded', bits) - top1('cross-entropy', bits))).toBeLessThanOrEqual(0.01);
    expect(Math.abs(top1('cross-entropy', bits) - top1('cross-entropy', null))).toBeLessThanOrEqual(0.02);
  }
  expect(top1('mse', 2)).toBeLessThan(top1('mse', 8));
});

test('figure, table, paragraph and rows are there', () => {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  expect(read('accuracy.svg')).toMatch(/width="84mm"[\s\S]*<text/);
  expect(read('accuracy.tex')).toMatch(/\\toprule[\s\S]*\\bottomrule/);
  expect(read('methods.tex')).toContain('\\cite{');
  expect(readCsv(read('runs.csv')).length).toBeGreaterThan(18);
});
