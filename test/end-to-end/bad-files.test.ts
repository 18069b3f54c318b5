import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../src/contract/index.ts';
import { npyHeaderBytes } from '../../src/main/datasets/npy.ts';
import { npzBytes } from '../../src/main/datasets/write-npz.ts';
import { makeInitializer, makeNode } from '../../src/main/graph/index.ts';
import type { TensorData } from '../../src/main/numeric/tensor.ts';
import { sampleBytes } from '../graph/fixtures/samples.ts';
import { integers } from '../graph/fixtures/small-graphs.ts';
import { openWithFork } from '../../src/main/hosts/open-with-fork.ts';
import { runCli } from '../hosts/run-cli.ts';
import { temporaryFolder } from './notebook-on-disk.ts';
import { expectRefused } from './refusal.ts';
import { classifier, withoutLayers } from './small-models.ts';

/* Files that are no models and no data sets, through the command line and the real reader. */
const { folder, remove } = temporaryFolder('bad-files');
const notebook = join(folder, 'notebook');
let files = 0;

beforeAll(async () => {
  const bitlab = await openWithFork(notebook, { samples: false });
  const path = written(classifier(), 'onnx');
  await bitlab.handlers['models.import']({ source: { path }, name: 'taken', tags: {} });
  await bitlab.close();
}, 240_000);
afterAll(remove);

function written(bytes: Uint8Array | string, ending: string): string {
  const path = join(folder, `file-${files++}.${ending}`);
  writeFileSync(path, bytes);
  return path;
}

/** A file that says it is long, without taking the space. */
function longFile(bytes: number, ending: string): string {
  const path = written('', ending);
  truncateSync(path, bytes);
  return path;
}

/** An attribute within a graph within an attribute, two hundred times. */
function nestedModel(): Uint8Array {
  const wrapped = (field: number, bytes: Uint8Array) => {
    const length = [];
    for (let rest = bytes.length; ; rest >>>= 7) {
      length.push(rest > 127 ? (rest & 127) | 128 : rest);
      if (rest <= 127) break;
    }
    return Uint8Array.of((field << 3) | 2, ...length, ...bytes);
  };
  let inner = new Uint8Array(0);
  for (let level = 0; level < 200; level++)
    inner = wrapped(1, wrapped(5, Uint8Array.of(...wrapped(6, inner), 0xa0, 1, 5)));
  return Uint8Array.of(8, 8, ...wrapped(7, inner));
}

const firstWeight = (shape: number[], data: Float32Array) =>
  classifier({ firstWeight: makeInitializer('first.weight', shape, data) });
const withNode = (operator: string, domain = '') =>
  classifier({ middle: [makeNode(operator, ['h'], ['m'], {}, 'strange', domain)] });
const sample = sampleBytes('mse');
const withNan = new Float32Array(108).fill(0.1);
withNan[5] = NaN;

describe.concurrent('models', { timeout: 240_000 }, () => {
  test.for<[string, ErrorCode, () => Uint8Array | string, string]>([
    ['empty', 'MODEL_EMPTY', () => '', 'is empty'],
    ['text', 'MODEL_NOT_ONNX', () => '<!doctype html><title>404</title>', 'cannot be read as an ONNX model'],
    ['truncated', 'MODEL_NOT_ONNX', () => sample.subarray(0, sample.length / 2), 'cannot be read'],
    ['nested two hundred deep', 'MODEL_NOT_ONNX', nestedModel, 'cannot be read'],
    [
      'a tensor that says it has 4 TiB',
      'MODEL_TOO_LARGE',
      () => firstWeight([2 ** 20, 2 ** 20], new Float32Array(1)),
      '4398046511104 bytes'
    ],
    [
      'a tensor shorter than its shape',
      'MODEL_INVALID',
      () => firstWeight([4, 3, 3, 3], new Float32Array(10)),
      'first.weight has 40 bytes where its shape needs 432'
    ],
    [
      'weights that do not fit the input',
      'MODEL_INVALID',
      () => firstWeight([4, 5, 3, 3], new Float32Array(180)),
      'Conv first: Input channels'
    ],
    [
      'pictures of 100,000 x 100,000',
      'MODEL_INPUT_UNSUPPORTED',
      () => classifier({ input: ['batch', 3, 1e5, 1e5] }),
      'one sample has 30000000000 values'
    ],
    [
      'pictures of any size',
      'MODEL_INPUT_UNSUPPORTED',
      () => classifier({ input: ['batch', 3, 'h', 'w'] }),
      'its dimension 2 has no fixed extent'
    ],
    [
      'a batch of four among its constants',
      'MODEL_INPUT_UNSUPPORTED',
      () =>
        classifier({
          input: [4, 3, 8, 8],
          middle: [
            makeNode('Concat', ['h', 'more'], ['r'], { axis: 1 }, 'join'),
            makeNode('Slice', ['r', 'from', 'to', 'axis'], ['m'], {}, 'cut')
          ],
          tensors: [
            makeInitializer('more', [4, 1, 8, 8], new Float32Array(256)),
            integers('from', [0]),
            integers('to', [4]),
            integers('axis', [1])
          ]
        }),
      'a batch of 4 stands among its constants'
    ],
    ['no layer to quantize', 'MODEL_NO_LAYERS', withoutLayers, 'nothing to quantize'],
    [
      'an operator that nobody knows',
      'MODEL_OPERATOR_UNSUPPORTED',
      () => withNode('Frobnicate'),
      'The operator Frobnicate (node strange)'
    ],
    [
      "an operator that is not ONNX's",
      'MODEL_OPERATOR_UNSUPPORTED',
      () => withNode('Gelu', 'com.microsoft'),
      'The operator com.microsoft::Gelu (node strange)'
    ],
    [
      'random numbers',
      'MODEL_OPERATOR_UNSUPPORTED',
      () => withNode('RandomNormalLike'),
      'RandomNormalLike (node strange)'
    ],
    [
      'NaN in the weights',
      'MODEL_WEIGHTS_NOT_FINITE',
      () => firstWeight([4, 3, 3, 3], withNan),
      'first in first.weight at position 5'
    ]
  ])('%s', async ([, code, make, part]) => {
    const report = await expectRefused(notebook, ['model', 'add', written(make(), 'onnx')], code);
    expect(report.sentence).toContain(part);
  });

  test('a file of more than 2 GiB is refused by its size', () =>
    expectRefused(notebook, ['model', 'add', longFile(2 ** 31, 'onnx')], 'MODEL_TOO_LARGE'));

  test('a folder, and a file that is not there', async () => {
    mkdirSync(join(folder, 'folder.onnx'));
    await expectRefused(notebook, ['model', 'add', join(folder, 'folder.onnx')], 'FILE_NOT_FOUND');
    await expectRefused(notebook, ['model', 'add', join(folder, 'none.onnx')], 'FILE_NOT_FOUND');
  });

  test('a name that is taken', () =>
    expectRefused(
      notebook,
      ['model', 'add', written(classifier(), 'onnx'), '--name', 'taken'],
      'MODEL_NAME_TAKEN'
    ));

  test('the models that the refused ones are made from are accepted, also with a fixed batch', async () => {
    for (const [name, bytes] of [
      ['any', classifier()],
      ['one', classifier({ input: [1, 3, 8, 8] })]
    ] as const) {
      const words = ['model', 'add', written(bytes, 'onnx'), '--notebook', join(folder, name), '--json'];
      const { code, stdout } = await runCli(words);
      expect(JSON.parse(stdout)).toMatchObject({ layerCount: 2, classes: 4, inputShape: [3, 8, 8] });
      expect(code).toBe(0);
    }
  });
});

interface ArrayLiteral {
  readonly shape: number[];
  readonly data: TensorData;
}

const pictures: ArrayLiteral = { shape: [2, 3, 8, 8], data: new Uint8Array(384) };
const npz = (x: ArrayLiteral, y: ArrayLiteral) =>
  npzBytes(
    [
      ['x', x],
      ['y', y]
    ],
    true
  );
const labels = (...values: number[]): ArrayLiteral => ({
  shape: [values.length],
  data: Int32Array.from(values)
});
const whole = npz(pictures, labels(0, 1));

/** An archive whose picture array says that it is larger than any memory. */
function hugeNpz(): Uint8Array {
  const honest = npyHeaderBytes(pictures);
  const text = Buffer.from(honest).toString('latin1').replace('(2, 3, 8, 8)', '(99999999999, 3, 8, 8)');
  const bytes = Buffer.from(npzBytes([['x', { shape: [honest.length], data: honest }]], false));
  const at = bytes.indexOf(Buffer.from(honest));
  bytes.write(text.slice(0, honest.length - 1) + '\n', at, 'latin1');
  return bytes;
}

const withInfinity = new Float32Array(384);
withInfinity[200] = Infinity;

describe.concurrent('data sets', { timeout: 240_000 }, () => {
  test.for<[string, ErrorCode, () => Uint8Array | string, string]>([
    ['empty', 'DATA_EMPTY', () => '', 'is empty'],
    ['text', 'DATA_NOT_NPZ', () => 'x,y\n1,2\n', 'cannot be read as an .npz archive'],
    ['truncated', 'DATA_NOT_NPZ', () => whole.subarray(0, whole.length - 30), 'cannot be read'],
    ['an array that says it has 19 TB', 'DATA_NOT_NPZ', hugeNpz, 'damaged'],
    [
      'no labels',
      'DATA_ARRAY_MISSING',
      () => npzBytes([['x', pictures]], true),
      'has no array named y; it holds: x'
    ],
    [
      'three dimensions',
      'DATA_ARRAY_UNSUPPORTED',
      () => npz({ shape: [2, 8, 8], data: new Uint8Array(128) }, labels(0, 1)),
      'it has the shape (2, 8, 8)'
    ],
    [
      'float labels',
      'DATA_ARRAY_UNSUPPORTED',
      () => npz(pictures, { shape: [2], data: Float32Array.of(0, 1) }),
      'not integers'
    ],
    [
      'fewer labels than pictures',
      'DATA_LENGTHS_DIFFER',
      () => npz(pictures, labels(0)),
      '1 labels for 2 pictures'
    ],
    [
      'a label below zero',
      'DATA_LABEL_OUT_OF_RANGE',
      () => npz(pictures, labels(0, -1)),
      'The label -1 of picture 1'
    ],
    [
      'a label like a pixel',
      'DATA_LABEL_OUT_OF_RANGE',
      () => npz(pictures, labels(0, 16_777_215)),
      'The label 16777215'
    ],
    [
      'infinity in a picture',
      'DATA_NOT_FINITE',
      () => npz({ shape: [2, 3, 8, 8], data: withInfinity }, labels(0, 1)),
      'first in picture 1'
    ]
  ])('%s', async ([, code, make, part]) => {
    const report = await expectRefused(notebook, ['dataset', 'add', written(make(), 'npz')], code);
    expect(report.sentence).toContain(part);
  });

  test('a file of another format', () =>
    expectRefused(notebook, ['dataset', 'add', written('data', 'mat')], 'DATA_FORMAT_UNKNOWN'));

  test('a file of more than 64 GiB is refused by its size', () =>
    expectRefused(notebook, ['dataset', 'add', longFile(2 ** 36 + 1, 'npz')], 'DATA_TOO_LARGE'));

  test('more labels than class names', () =>
    expectRefused(
      notebook,
      ['dataset', 'add', written(whole, 'npz'), '--labels', written('circle\n', 'txt')],
      'DATA_LABEL_OUT_OF_RANGE'
    ));

  test('a preprocessing for two channels, and one that divides by zero', async () => {
    const file = written(whole, 'npz');
    for (const text of ['mean: [0, 1]', 'std: [0]', 'scale: large', '[1, 2]', 'mean: [0'])
      await expectRefused(
        notebook,
        ['dataset', 'add', file, '--preprocess', written(text, 'yaml')],
        'DATA_PREPROCESSING'
      );
  });
});
