import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { ErrorCode, ExperimentDetails } from '../../src/contract/index.ts';
import { npzBytes } from '../../src/main/datasets/write-npz.ts';
import { callMethod } from '../../src/main/hosts/call-method.ts';
import { openWithFork } from '../../src/main/hosts/open-with-fork.ts';
import { noise } from '../graph/fixtures/run-model.ts';
import { runCli } from '../hosts/run-cli.ts';
import { copyNotebook, runsOf, temporaryFolder } from './notebook-on-disk.ts';
import { expectReadable, expectRefused } from './refusal.ts';
import { classifier, overflowing, rootOfNegative } from './small-models.ts';

/* Experiment files that cannot be run, and runs that fail, through the command line. */
const { folder, remove } = temporaryFolder('bad-experiments');
const notebook = join(folder, 'notebook');
let files = 0;

/** Pictures of `size` x `size` with labels that repeat 0 to `classes` - 1. */
function pictures(samples: number, size: number, classes: number): Uint8Array {
  const shape = [samples, 3, size, size];
  const labels = Int32Array.from({ length: samples }, (_, index) => index % classes);
  return npzBytes(
    [
      ['x', { shape, data: noise(shape, 5).data }],
      ['y', { shape: [samples], data: labels }]
    ],
    true
  );
}

beforeAll(async () => {
  const bitlab = await openWithFork(notebook, { samples: false });
  for (const [name, bytes] of Object.entries({
    good: classifier(),
    overflowing: overflowing(),
    'root-of-negative': rootOfNegative()
  }))
    await callMethod(bitlab.handlers, 'models.import', { source: { path: written(bytes, 'onnx') }, name });
  for (const [name, bytes] of Object.entries({
    pictures: pictures(24, 8, 4),
    'single-picture': pictures(1, 8, 1),
    'large-pictures': pictures(4, 16, 4),
    'many-classes': pictures(8, 8, 6)
  }))
    await callMethod(bitlab.handlers, 'datasets.import', { source: { path: written(bytes, 'npz') }, name });
  await bitlab.close();
}, 240_000);
afterAll(remove);

function written(content: Uint8Array | string, ending: string): string {
  const path = join(folder, `file-${files++}.${ending}`);
  writeFileSync(path, content);
  return path;
}

const data = { evaluate: 'pictures', calibrate: 'pictures', calibrationSamples: 24 };
const design = { name: 'design', models: ['good'], data, fixed: {}, factors: { 'weights.bits': [8, 4] } };

/** A design that can be run, but for the changes. */
const changed = (changes: object): string => stringify({ ...design, ...changes });
const fixed = (settings: object): string => changed({ fixed: settings });
const factor = (path: string, ...levels: unknown[]): string => changed({ factors: { [path]: levels } });
const withData = (changes: object): string => changed({ data: { ...data, ...changes } });

/** Weights on levels of one's own. */
const codebook = (levels: unknown): string =>
  fixed({ arithmetic: 'simulated', bias: 'float', weights: { grid: 'codebook', levels } });

const run = (text: string | Uint8Array) => ['experiment', 'run', written(text, 'yaml')];
const lines = stringify(design).split('\n');

describe.concurrent('refused before anything is stored', { timeout: 240_000 }, () => {
  test.for<[string, ErrorCode, string | Uint8Array, RegExp]>([
    ['0 bits', 'CONFIGURATION_BITS', fixed({ weights: { bits: 0 } }), /fixed\.weights\.bits .* is 0;/],
    ['1 bit', 'CONFIGURATION_BITS', factor('activations.bits', 8, 1), /activations\.bits.* is 1;/],
    ['17 bits', 'CONFIGURATION_BITS', factor('weights.bits', 17), /weights\.bits.* is 17;/],
    ['3.5 bits', 'CONFIGURATION_BITS', factor('weights.bits', 3.5), /weights\.bits.* is 3\.5;/],
    [
      '1 bit for one layer',
      'CONFIGURATION_BITS',
      fixed({ layers: { last: { weights: { bits: 1 } } } }),
      /layers\.last\.weights\.bits .* is 1;/
    ],
    [
      'an unknown key of the file',
      'CONFIGURATION_UNKNOWN_KEY',
      changed({ sedes: [1] }),
      /^sedes \(line \d+\) is not a known setting\. Did you mean seeds\?$/
    ],
    [
      'an unknown setting',
      'CONFIGURATION_UNKNOWN_KEY',
      fixed({ weights: { bit: 4 } }),
      /fixed\.weights\.bit .*Did you mean bits\?/
    ],
    [
      'an unknown factor',
      'CONFIGURATION_UNKNOWN_KEY',
      factor('activation.bits', 4),
      /activation.*Did you mean activations\?/
    ],
    [
      'a misspelled observer',
      'CONFIGURATION_INVALID',
      fixed({ activations: { observer: 'histgram' } }),
      /histgram.*Did you mean histogram\?/
    ],
    [
      'a misspelled model',
      'MODEL_NOT_FOUND',
      changed({ models: ['god'] }),
      /named god\. Did you mean good\?/
    ],
    [
      'misspelled data',
      'DATA_NOT_FOUND',
      withData({ evaluate: 'picture' }),
      /named picture\. Did you mean pictures\?/
    ],
    [
      'misspelled calibration data',
      'DATA_NOT_FOUND',
      withData({ calibrate: 'pictuers' }),
      /Did you mean pictures\?/
    ],
    [
      'products of bytes at 12 bits',
      'CONFIGURATION_CONFLICT',
      changed({
        fixed: { accumulator: { products: 'avx2-pairs' } },
        factors: { 'activations.bits': [8, 12] }
      }),
      /activations\.bits is 12.*8 bits or fewer/
    ],
    [
      'no calibration data',
      'CONFIGURATION_CONFLICT',
      withData({ calibrate: null }),
      /needs calibration data.*data\.calibrate/
    ],
    [
      'one calibration sample asked for',
      'CALIBRATION_TOO_FEW',
      withData({ calibrationSamples: 1 }),
      /at least 2 samples, and 1 .*calibrationSamples/
    ],
    [
      'one calibration sample there',
      'CALIBRATION_TOO_FEW',
      withData({ calibrate: 'single-picture' }),
      /at least 2 samples, and 1 .* single-picture/
    ],
    [
      'pictures of another size',
      'MODEL_DATA_MISMATCH',
      withData({ evaluate: 'large-pictures' }),
      /good does not fit the data set large-pictures: .*16/
    ],
    [
      'more classes than the model has',
      'MODEL_DATA_MISMATCH',
      withData({ evaluate: 'many-classes' }),
      /many-classes: .*6 classes/
    ],
    [
      'more samples than there are',
      'CONFIGURATION_INVALID',
      withData({ samples: 25 }),
      /data\.samples has the value 25.*24/
    ],
    [
      'levels that do not go together',
      'EXPERIMENT_ZIP_LENGTHS',
      changed({
        factors: { 'weights.bits': [8, 4], 'activations.bits': [8] },
        zip: [['weights.bits', 'activations.bits']]
      }),
      /2, 1/
    ],
    [
      'a million runs',
      'EXPERIMENT_TOO_MANY_RUNS',
      changed({ seeds: Array.from({ length: 100_000 }, (_, seed) => seed) }),
      /200001 runs/
    ],
    [
      'settings of a layer that is not there',
      'CONFIGURATION_INVALID',
      fixed({ layers: { laast: { weights: { bits: 8 } } } }),
      /layers\["laast"\].*matches no layer of good\. Did you mean last/
    ],
    [
      'a pattern that matches no layer',
      'CONFIGURATION_INVALID',
      fixed({ layers: { '*block9*': { weights: { bits: 8 } } } }),
      /block9.*matches no layer of good\. Layers are named like first, last/
    ],
    [
      'a grid of activations in integers',
      'CONFIGURATION_CONFLICT',
      fixed({ arithmetic: 'integer', activations: { grid: 'apot' } }),
      /activations\.grid is apot.*arithmetic: simulated/
    ],
    [
      'a codebook of one level',
      'CODEBOOK_INVALID',
      codebook([0.5]),
      /weights\.levels: it has only one level/
    ],
    ['a codebook with a level twice', 'CODEBOOK_INVALID', codebook([0, 1, 1]), /the level 1 is there twice/],
    [
      'a codebook in a CSV with NaN',
      'CODEBOOK_INVALID',
      codebook({ file: written('-1\n0\nNaN\n1\n', 'csv') }),
      /line 3 of .*csv has "NaN"/
    ],
    [
      'a codebook in a CSV with words',
      'CODEBOOK_INVALID',
      codebook({ file: written('level\n1\n2\n', 'csv') }),
      /line 1 of .*csv has "level"/
    ],
    [
      'a codebook in an empty CSV',
      'CODEBOOK_INVALID',
      codebook({ file: written('', 'csv') }),
      /has no levels/
    ],
    ['a codebook in a CSV that is not there', 'FILE_NOT_FOUND', codebook({ file: 'none.csv' }), /none\.csv/],
    ['no models', 'CONFIGURATION_INVALID', changed({ models: [] }), /models/],
    ['broken YAML', 'EXPERIMENT_UNREADABLE', 'name: [a', /line 1/],
    [
      'a key twice',
      'EXPERIMENT_UNREADABLE',
      [...lines.slice(0, 1), ...lines].join('\n'),
      /line 2.*must be unique/
    ],
    ['nothing', 'EXPERIMENT_UNREADABLE', '', /it is empty/],
    ['a list', 'EXPERIMENT_UNREADABLE', '- a', /no settings/],
    ['binary data', 'EXPERIMENT_UNREADABLE', Uint8Array.of(0, 255, 1, 254), /cannot be read/],
    [
      'aliases that would grow without end',
      'EXPERIMENT_UNREADABLE',
      ['a: &a [x,x,x,x,x,x,x,x,x]', ...'bcdefghi']
        .map((line, i, all) =>
          i === 0
            ? line
            : `${line}: &${line} [${Array<string>(9)
                .fill(`*${all[i - 1]![0]}`)
                .join(', ')}]`
        )
        .join('\n'),
      /cannot be read/
    ]
  ])('%s', async ([, code, text, expected]) => {
    const { sentence, remedy } = await expectRefused(notebook, run(text), code);
    expect(`${sentence} ${remedy}`).toMatch(expected);
  });

  test('what is not there, and a filter that is none', async () => {
    const cases: [string[], ErrorCode][] = [
      [['experiment', 'run', join(folder, 'none.yaml')], 'FILE_NOT_FOUND'],
      [['experiment', 'resume', 'desing'], 'EXPERIMENT_NOT_FOUND'],
      [['run', 'replay', 'run_0'], 'RUN_NOT_FOUND'],
      [['runs', 'list', '--where', 'weigths.bits <= 4'], 'FILTER_INVALID'],
      [['export', 'runs', '--experiment', 'none'], 'EXPERIMENT_NOT_FOUND']
    ];
    for (const [words, code] of cases) await expectRefused(notebook, words, code);
  });
});

describe('runs that fail', { timeout: 240_000 }, () => {
  test('NaN and infinity are located, the other runs finish, and nothing half-done is kept', async () => {
    const copy = copyNotebook(notebook, join(folder, 'failing'));
    const models = ['overflowing', 'good', 'root-of-negative'];
    const text = changed({ models, factors: { 'weights.bits': [4] }, fixed: { arithmetic: 'simulated' } });
    const { code, stdout, stderr } = await runCli([...run(text), '--json', '--notebook', copy]);
    expect(code).toBe(1);
    expect(stderr.match(/\[MODEL_NOT_FINITE\]/g)).toHaveLength(4);
    const { status, counts, runs } = JSON.parse(stdout) as ExperimentDetails;
    expect({ status, counts }).toMatchObject({ status: 'failed', counts: { finished: 2, failed: 4 } });

    const errors = new Map(
      runs.map((each) => [`${each.model} ${each.configuration.arithmetic}`, each.error])
    );
    expect(errors.get('good float')).toBe(null);
    expect(errors.get('good simulated')).toBe(null);
    for (const [name, part] of [
      ['overflowing float', 'computes NaN or infinity, first at explode (Mul, infinity, sample 0)'],
      ['overflowing simulated', 'first at explode (Mul, infinity, calibration sample 0)'],
      ['root-of-negative float', 'first at root (Sqrt, NaN, sample 0)'],
      ['root-of-negative simulated', 'first at root (Sqrt, NaN, calibration sample 0)']
    ] as const) {
      const error = errors.get(name)!;
      expect(error.sentence).toContain(part);
      expectReadable(error);
    }
    for (const each of runsOf(copy))
      expect([each.logits_hash, each.predicted_hash, each.metrics === '{}' ? null : each.metrics]).toEqual(
        each.status === 'failed'
          ? [null, null, null]
          : [expect.any(String), expect.any(String), expect.any(String)]
      );
    const verified = await runCli(['verify', '--json', '--notebook', copy]);
    expect(JSON.parse(verified.stdout)).toMatchObject({ sound: true });

    // Failed runs are tried again, finished ones are not.
    const before = runsOf(copy).filter((each) => each.status === 'finished');
    expect((await runCli(['experiment', 'resume', 'design', '--json', '--notebook', copy])).code).toBe(1);
    expect(runsOf(copy).filter((each) => each.status === 'finished')).toEqual(before);
  });

  test('groups that do not divide the channels name the layer; a codebook beside the file is used', async () => {
    const copy = copyNotebook(notebook, join(folder, 'groups'));
    const simulated = { arithmetic: 'simulated', bias: 'float' };
    const uneven = changed({
      name: 'uneven',
      fixed: { ...simulated, weights: { granularity: 'group', groupSize: 16 } },
      factors: {},
      baseline: false
    });
    const failed = await runCli([...run(uneven), '--json', '--notebook', copy]);
    expect(failed.code).toBe(1);
    const [{ error }] = (JSON.parse(failed.stdout) as ExperimentDetails).runs as [
      ExperimentDetails['runs'][number]
    ];
    expect(error).toMatchObject({ code: 'GROUPS_UNEVEN', details: { layer: 'first', channels: 3 } });
    expectReadable(error!);

    const csv = written('# mine\n-1;-0.25\n0\n0.25;1\n', 'csv');
    const weights = { grid: 'codebook', levels: { file: basename(csv) } };
    const text = changed({
      name: 'own levels',
      fixed: { ...simulated, weights },
      factors: {},
      baseline: false
    });
    const done = await runCli([...run(text), '--json', '--notebook', copy]);
    expect(done.code).toBe(0);
    const [own] = (JSON.parse(done.stdout) as ExperimentDetails).runs;
    expect(own!.configuration.weights.levels).toEqual([-1, -0.25, 0, 0.25, 1]);

    const shown = await runCli(['runs', 'show', own!.id, '--notebook', copy]);
    expect(shown.stdout).toContain('output SQNR alone (dB)');
    expect(shown.stdout).toMatch(/last +Gemm +3 .*\d\/5/);
    const histogram = await runCli([
      'runs',
      'histogram',
      own!.id,
      'first',
      '--channel',
      '1',
      '--notebook',
      copy
    ]);
    expect(histogram.stdout).toMatch(/^values +27, 0 of them zero/m);
    expect(histogram.stdout).toMatch(/^levels +\d of 5 used/m);
    await expectRefused(copy, ['runs', 'histogram', own!.id, 'frist'], 'LAYER_NOT_FOUND');
    await expectRefused(copy, ['runs', 'histogram', own!.id, 'first', '--channel', '4'], 'LAYER_NOT_FOUND');
    await expectRefused(copy, ['runs', 'histogram', own!.id, 'first', '--channel', 'x'], 'USAGE');
  });

  test('a notebook folder that is a file, or belongs to another program', async () => {
    const file = written('not a folder', 'txt');
    const { code, stderr } = await runCli(['model', 'list', '--json', '--notebook', file]);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'NOTEBOOK_FOLDER' } });

    const foreign = join(folder, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'notebook.sqlite'), 'something else entirely');
    const other = await runCli(['model', 'list', '--notebook', foreign]);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('is not a Bitlab notebook. [NOTEBOOK_FOREIGN]\nChoose another folder');
  });
});
