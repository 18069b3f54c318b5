import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { CodeMaps, Divergence, ErrorCode, ExperimentDetails, Run } from '../../src/contract/index.ts';
import { readNpz } from '../../src/main/datasets/index.ts';
import { npzBytes } from '../../src/main/datasets/write-npz.ts';
import { makeInitializer, makeNode } from '../../src/main/graph/index.ts';
import { noise } from '../graph/fixtures/run-model.ts';
import { runCli } from '../hosts/run-cli.ts';
import { temporaryFolder } from './notebook-on-disk.ts';
import { expectReadable, expectRefused } from './refusal.ts';
import { classifier } from './small-models.ts';

/* What runs are in whole numbers, through the command line: bundles, comparisons, ONNX files, and what is refused. */
const { folder, remove } = temporaryFolder('integers');
const notebook = join(folder, 'notebook');
const samples = 24;
const pictures = noise([samples, 3, 8, 8], 5);
const data = { evaluate: 'pictures', calibrate: 'pictures', calibrationSamples: samples };
const hasNumPy = spawnSync('/usr/bin/python3', ['-c', 'import numpy']).status === 0;
if (!hasNumPy) console.warn('check.py is not run: there is no /usr/bin/python3 with NumPy.');
let runs: Run[];
let files = 0;

const bitlab = (...words: string[]) => runCli([...words, '--notebook', notebook]);

async function json<T>(...words: string[]): Promise<T> {
  const { code, stdout, stderr } = await bitlab(...words, '--json');
  expect({ code, stderr: stderr.includes('"error"') ? stderr : '' }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
}

function written(content: string | Uint8Array, ending: string): string {
  const path = join(folder, `file-${files++}.${ending}`);
  writeFileSync(path, content);
  return path;
}

const design = (changes: object): string[] => [
  'experiment',
  'run',
  written(stringify({ name: `design ${files}`, models: ['good'], data, ...changes }), 'yaml')
];

/** A batch norm of which folding makes weights that no float32 can hold. */
function overflowingWhenFolded(): Uint8Array {
  const four = (name: string, value: number) => makeInitializer(name, [4], new Float32Array(4).fill(value));
  return classifier({
    middle: [
      makeNode(
        'BatchNormalization',
        ['h', 'gamma', 'beta', 'mean', 'variance'],
        ['n'],
        { epsilon: { float: 1e-30 } },
        'norm'
      ),
      makeNode('Relu', ['n'], ['m'], {}, 'relu')
    ],
    tensors: [four('gamma', 1e30), four('beta', 0), four('mean', 0), four('variance', 0)]
  });
}

beforeAll(async () => {
  const y = Int32Array.from({ length: samples }, (_, index) => index % 4);
  const arrays = [
    ['x', pictures],
    ['y', { shape: [samples], data: y }]
  ] as const;
  await json('dataset', 'add', written(npzBytes([...arrays], true), 'npz'), '--name', 'pictures');
  await json('model', 'add', written(classifier(), 'onnx'), '--name', 'good');
  const words = design({ fixed: { arithmetic: 'integer' }, factors: { 'accumulator.bits': [32, 16] } });
  ({ runs } = await json<ExperimentDetails>(...words));
}, 240_000);
afterAll(remove);

const runOf = (bits: number) =>
  runs.find(({ baseline, configuration }) => !baseline && configuration.accumulator.bits === bits)!.id;
const floatRun = () => runs.find(({ baseline }) => baseline)!.id;

describe('the integers of a run', { timeout: 240_000 }, () => {
  test.each([32, 16])('with accumulators of %s bits are written, and recomputed', async (bits) => {
    const out = join(folder, `bundle-${bits}`);
    const result = await json<{ folder: string; files: number }>(
      'run',
      'integers',
      runOf(bits),
      '--out',
      out
    );
    expect(result.folder).toBe(out);
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as {
      samples: number;
      layers: { name: string; accumulator: object; golden: { input: string } }[];
      arrays: Record<string, { shape: number[] }>;
    };
    expect(manifest.samples).toBe(3);
    expect(manifest.layers.map(({ name }) => name)).toEqual(['first', 'last']);
    expect(manifest.layers[0]!.accumulator).toMatchObject({ kind: 'limited', bits });
    expect(manifest.arrays[manifest.layers[0]!.golden.input]!.shape).toEqual([3, 3, 8, 8]);
    const sums = readFileSync(join(out, 'SHA256SUMS'), 'utf8').trim().split('\n');
    // The sums themselves, and check.py.
    expect(result.files).toBe(sums.length + 2);
    if (!hasNumPy) return;
    const check = spawnSync('/usr/bin/python3', [join(out, 'check.py')], { encoding: 'utf8' });
    expect(check.stdout).toMatch(/^ok {2}2 layers, 780 values/);
  });

  test('take as many samples as one likes, and say what was written', async () => {
    const out = join(folder, 'bundle-of-one');
    const { code, stdout } = await bitlab('runs', 'integers', runOf(32), '--out', out, '--samples', '1');
    expect(code).toBe(0);
    expect(stdout).toContain(`files to ${out}; check them with: python3 ${join(out, 'check.py')}`);
  });

  test('part from the simulation and from narrow accumulators, layer by layer', async () => {
    const found = await json<Divergence>('runs', 'divergence', runOf(16), '--samples', '12');
    expect([found.samples, found.accumulatorBits]).toEqual([12, 16]);
    expect(found.layers.map(({ name }) => name)).toEqual(['first']);
    expect(found.firstLimited).toBe('first');
    expect(found.perSample).toHaveLength(12);
    const ample = await json<Divergence>('runs', 'divergence', runOf(32));
    expect([ample.samples, ample.firstLimited]).toEqual([20, null]);
    const { stdout } = await bitlab('runs', 'divergence', runOf(16));
    expect(stdout).toMatch(
      /accumulators of 16 bits at first\.\nRecognized: simulated \d+, integer \d+, with 16 bits \d+/
    );
  });

  test('of one sample have their differences at their places', async () => {
    const maps = await json<CodeMaps>('runs', 'divergence', runOf(16), '--sample', '3');
    expect([maps.sample, maps.layers.length]).toEqual([3, 1]);
    const [{ channels, height, width, limited }] = maps.layers as [CodeMaps['layers'][number]];
    expect([channels, height, width, limited.largestAt.length]).toEqual([4, 8, 8, 64]);
    expect(Math.max(...limited.largestAt)).toBe(limited.largest);
    const { stdout } = await bitlab('runs', 'divergence', runOf(16), '--sample', '3');
    expect(stdout).toContain('of sample 3, against integers');
  });

  test('are an ONNX file, too, which gives the same logits in plain ONNX Runtime', async () => {
    const out = join(folder, 'deep/quantized.onnx');
    expect(await json('runs', 'onnx', runOf(32), '--out', out)).toEqual({ file: out });
    const npz = join(folder, 'predictions.npz');
    await json('runs', 'predictions', runOf(32), '--out', npz);
    const expected = (await readNpz(npz)).get('logits')!.data;
    const session = await ort.InferenceSession.create(readFileSync(out));
    const { y } = await session.run({ x: new ort.Tensor('float32', pictures.data, [...pictures.shape]) });
    await session.release();
    expect(y!.data).toEqual(expected);
  });
});

describe('refused, with nothing left behind', { timeout: 240_000 }, () => {
  test('what a run has not', async () => {
    const out = join(folder, 'refused');
    const cases: [string[], ErrorCode, RegExp][] = [
      [['runs', 'integers', floatRun(), '--out', out], 'RUN_NOT_QUANTIZED', /float/],
      [['runs', 'divergence', floatRun()], 'RUN_NOT_QUANTIZED', /float/],
      [['runs', 'onnx', runOf(16), '--out', out], 'CONFIGURATION_CONFLICT', /accumulators of 32 bits/],
      [['runs', 'integers', runOf(32), '--out', out, '--samples', 'few'], 'USAGE', /--samples is few/],
      [['runs', 'divergence', runOf(32), '--sample', '24'], 'SAMPLE_NOT_FOUND', /24 samples.*from 0 to 23/],
      [['runs', 'integers', 'run_0', '--out', out], 'RUN_NOT_FOUND', /run_0/]
    ];
    for (const [words, code, expected] of cases) {
      const { sentence, remedy } = await expectRefused(notebook, words, code);
      expect(`${sentence} ${remedy}`).toMatch(expected);
    }
    expect(existsSync(out)).toBe(false);
  });

  test.each([
    [
      'a float bias for whole numbers',
      'CONFIGURATION_CONFLICT',
      { requantization: 'gemmlowp', bias: 'float' },
      /gemmlowp works on integers, and the bias is float/
    ],
    [
      'pairs that saturate in a narrow register',
      'CONFIGURATION_CONFLICT',
      { accumulator: { products: 'avx2-pairs', bits: 20 } },
      /avx2-pairs adds in accumulators of 32 bits/
    ],
    ['a register of 7 bits', 'CONFIGURATION_INVALID', { accumulator: { bits: 7 } }, /accumulator\.bits.*7/],
    [
      'a register of 33 bits',
      'CONFIGURATION_INVALID',
      { accumulator: { bits: 33 } },
      /accumulator\.bits.*33/
    ],
    [
      'an empty tile',
      'CONFIGURATION_INVALID',
      { accumulator: { check: 'per-tile', tile: 0 } },
      /accumulator\.tile.*0/
    ],
    ['a bias of one bit', 'CONFIGURATION_INVALID', { bias: { bits: 1 } }, /bias/]
  ] as const)('%s', async (_, code, settings, expected) => {
    const words = design({ fixed: { arithmetic: 'integer', ...settings }, factors: { 'weights.bits': [8] } });
    const { sentence, remedy } = await expectRefused(notebook, words, code);
    expect(`${sentence} ${remedy}`).toMatch(expected);
  });
});

test('weights that no float holds once the batch norm is folded are refused with their layer', async () => {
  const words = ['model', 'add', written(overflowingWhenFolded(), 'onnx'), '--name', 'overflowing'];
  const { sentence } = await expectRefused(notebook, words, 'MODEL_WEIGHTS_NOT_FINITE');
  expect(sentence).toMatch(/^The weights of first contain NaN or infinity/);
});

describe('runs that fail name the layer', { timeout: 240_000 }, () => {
  test.each([
    [
      'a product that is too wide',
      'CONFIGURATION_CONFLICT',
      { accumulator: { bits: 12 } },
      /^An accumulator of 12 bits cannot hold a single product of first, which has up to 15 bits\. Use 15 bits or more/
    ],
    [
      'a product that is too wide in one layer',
      'CONFIGURATION_CONFLICT',
      { accumulator: { bits: 17 }, layers: { last: { weights: { bits: 12 } } } },
      /^An accumulator of 17 bits cannot hold a single product of last, which has up to \d\d bits/
    ],
    [
      'weights that are too wide',
      'CONFIGURATION_CONFLICT',
      { weights: { bits: 16, scheme: 'affine', storage: 'unsigned' } },
      /^The weight codes of first need 17 bits .*, and the kernels have 16/
    ],
    [
      'a tile that is too large',
      'CONFIGURATION_CONFLICT',
      { weights: { bits: 15 }, activations: { bits: 15 }, accumulator: { check: 'per-tile', tile: 27 } },
      /tile of 27 products of first and the accumulator can exceed 32 bits/
    ]
  ] as const)('%s', async (_, code, settings, expected) => {
    const fixed = { arithmetic: 'integer', ...settings };
    const result = await bitlab(...design({ fixed, baseline: false }), '--json');
    expect(result.code).toBe(1);
    const [run] = (JSON.parse(result.stdout) as ExperimentDetails).runs;
    expect(run).toMatchObject({ status: 'failed', error: { code } });
    expect(`${run!.error!.sentence} ${run!.error!.remedy}`).toMatch(expected);
    expectReadable(run!.error!);
  });
});
