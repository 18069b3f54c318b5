import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readNpz } from '../../src/main/datasets/index.ts';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitlab-cli-notebook-'));
const notebook = join(folder, 'notebook');
const samples = join(import.meta.dirname, '../../resources/samples');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bitlab = (...words: string[]) => runCli([...words, '--notebook', notebook]);

async function json(...words: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await bitlab(...words, '--json');
  expect(stderr.includes('"error"') ? stderr : '').toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

function written(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const design = (name: string, bits: number[]) => `
name: ${name}
models: [net]
data: {evaluate: pictures, calibrate: pictures, samples: 40, calibrationSamples: 40}
fixed: {arithmetic: integer}
factors: {weights.bits: ${JSON.stringify(bits)}}
`;

describe('from import to export, as one types it', () => {
  test('models and data', async () => {
    const model = await bitlab(
      'model',
      'add',
      join(samples, 'resnet18-mse.onnx'),
      '--name',
      'net',
      '--tag',
      'loss=mse'
    );
    expect(model).toMatchObject({ code: 0, stderr: '' });
    const preprocess = written('preprocess.yaml', 'scale: 0.00392156862745098\nmean: [0.5]\nstd: [0.25]\n');
    const labels = written('labels.txt', 'abcdefghij'.split('').join('\r\n') + '\n\n');
    const words = ['--name', 'pictures', '--preprocess', preprocess, '--labels', labels];
    expect(await json('dataset', 'add', join(samples, 'calib.npz'), ...words)).toMatchObject({
      samples: 512,
      classNames: 'abcdefghij'.split(''),
      preprocessing: { scale: 1 / 255, mean: [0.5], std: [0.25] }
    });
    expect(await json('model', 'show', 'net')).toMatchObject({ name: 'net', tags: { loss: 'mse' } });
    const taken = await bitlab('model', 'add', join(samples, 'resnet18-mse.onnx'), '--name', 'net');
    expect(taken).toMatchObject({ code: 1, stdout: '' });
    expect(taken.stderr).toContain('[MODEL_NAME_TAKEN]');
  });

  test('an experiment, its runs, and what is made of them', async () => {
    const file = written('design.yaml', design('widths', [8, 4]));
    const first = await bitlab('experiment', 'run', file);
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('widths: finished, 3 of 3 runs finished');
    expect(first.stderr).toContain('3 runs, 0 of them known already');
    expect((await bitlab('experiment', 'run', file)).stderr).toContain('3 runs, 3 of them known already');

    const runs = (await json('runs', 'list', '--where', 'weights.bits = 4')) as { id: string }[];
    expect(runs).toHaveLength(1);
    const { id } = runs[0]!;
    const out = join(folder, 'predictions.npz');
    expect(await json('run', 'predictions', id, '--out', out)).toEqual({ file: out, samples: 40 });
    const arrays = await readNpz(out);
    expect(arrays.get('logits')!.shape).toEqual([40, 10]);
    expect(arrays.get('label')!.data).toBeInstanceOf(Int32Array);
    expect(await json('run', 'replay', id)).toMatchObject({ same: true });

    const csv = join(folder, 'deep/er/runs.csv');
    expect(await json('export', 'runs', '--experiment', 'widths', '--out', csv)).toMatchObject({ file: csv });
    expect(await json('export', 'check', `${csv}.bitlab.json`)).toEqual({ state: 'current', reasons: [] });
    const paper = join(folder, 'paper');
    for (const words of [['runs', '--format', 'latex', '--by', 'model,weights.bits'], ['methods']]) {
      const out = join(paper, `${words[0]!}.tex`);
      await json('export', ...words, '--experiment', 'widths', '--out', out);
      const before = readFileSync(out, 'utf8');
      await json('export', 'again', `${out}.bitlab.json`);
      expect(readFileSync(out, 'utf8')).toBe(before);
    }
    expect(readFileSync(join(paper, 'methods.bib'), 'utf8')).toContain('@article{wilson1927probable,');
    await json('export', 'crate', '--experiment', 'widths', '--out', join(paper, 'crate'));
    expect(existsSync(join(paper, 'crate/ro-crate-metadata.json'))).toBe(true);
    const printed = await bitlab('export', 'runs', '--experiment', 'widths', '--shape', 'wide');
    expect(printed.stdout.trim().split('\n')).toHaveLength(4);
  });

  test('a backup, restored elsewhere', async () => {
    const file = join(folder, 'whole.backup');
    expect((await bitlab('backup', file)).code).toBe(0);
    const elsewhere = join(folder, 'elsewhere');
    expect((await runCli(['restore', file, '--notebook', elsewhere])).code).toBe(0);
    const [there] = JSON.parse(
      (await runCli(['runs', 'list', '--json', '--notebook', elsewhere])).stdout
    ) as object[];
    expect(there).toEqual(((await json('runs', 'list')) as object[])[0]);
    expect((await runCli(['verify', '--notebook', elsewhere])).stdout).toContain('The notebook is sound');
  });
});

test('names that are not there suggest those that are', async () => {
  const { code, stderr } = await bitlab('model', 'show', 'nett');
  expect(code).toBe(2);
  expect(stderr).toContain('Did you mean net?');
  expect((await bitlab('experiment', 'resume', 'widht')).stderr).toContain('[EXPERIMENT_NOT_FOUND]');
  expect((await bitlab('runs', 'predictions', 'run_0', '--out', join(folder, 'x.npz'))).code).toBe(2);
  expect(existsSync(join(folder, 'x.npz'))).toBe(false);
});

test.each([
  ['an empty model', 'model', new Uint8Array(0), 'MODEL_EMPTY'],
  ['text for a model', 'model', 'hello', 'MODEL_NOT_ONNX'],
  ['text for a data set', 'dataset', 'hello', 'DATA_NOT_NPZ']
])('%s leaves nothing behind', async (_, kind, bytes, expected) => {
  const file = join(folder, kind === 'model' ? 'bad.onnx' : 'bad.npz');
  writeFileSync(file, bytes);
  const before = await json(kind, 'list');
  const { code, stderr } = await bitlab(kind, 'add', file);
  expect(stderr).toContain(`[${expected}]`);
  expect(code).toBe(1);
  expect(await json(kind, 'list')).toEqual(before);
});

test.skipIf(process.platform === 'win32')('Ctrl+C keeps what is finished and says how to go on', async () => {
  const file = written('long.yaml', design('long', [7, 6, 5, 3, 2]).replaceAll('40', '512'));
  const launcher = join(import.meta.dirname, '../../tools/bitlab.mjs');
  const child = spawn(process.execPath, [launcher, 'experiment', 'run', file, '--notebook', notebook], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true
  });
  let stderr = '';
  let interrupted = false;
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    // As a terminal does, to the whole group of processes, once the first run is done.
    if (!interrupted && stderr.includes('1 of 6 runs')) {
      interrupted = true;
      process.kill(-child.pid!, 'SIGINT');
    }
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  expect(stderr).toContain('Cancelling; finished runs are kept.');
  expect(stderr).toContain('Resume with: bitlab experiment resume "long"');
  expect(code).toBe(1);
  const started = (await json('experiment', 'show', 'long')) as {
    status: string;
    counts: { finished: number };
  };
  expect(started.status).toBe('cancelled');
  expect(started.counts.finished).toBeGreaterThanOrEqual(1);
  const resumed = await bitlab('experiment', 'resume', 'long');
  expect(resumed.stdout).toContain('long: finished, 6 of 6 runs finished');
});
