import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { npyBytes } from '../../src/main/datasets/index.ts';
import { integerBundle } from '../../src/main/inference/integers/integer-bundle.ts';
import type { IntegerKernels } from '../../src/main/kernels/integer-kernels.ts';
import { compiledKernels } from '../kernels-integer/compiled-kernels.ts';
import { sampleNetwork, testPictures } from './sample-network.ts';

const checker = join(import.meta.dirname, '../../resources/integers/check.py');
const hasNumPy = spawnSync('/usr/bin/python3', ['-c', 'import numpy']).status === 0;
if (!hasNumPy) console.warn('Tests of check.py are skipped: there is no /usr/bin/python3 with NumPy.');

let kernels: IntegerKernels;

beforeAll(async () => {
  kernels = await compiledKernels();
});

async function bundle(
  model: string,
  bits: number,
  settings: object = {},
  atTheEnd: (remove: () => void) => void = onTestFinished
): Promise<string> {
  const { configured, quantized } = await sampleNetwork(model);
  const configuration = configured(bits, settings);
  const files = await integerBundle(
    model,
    quantized(configuration),
    configuration,
    kernels,
    await testPictures(),
    2,
    npyBytes
  );
  const folder = mkdtempSync(join(tmpdir(), 'bitlab-integers-'));
  atTheEnd(() => rmSync(folder, { recursive: true, force: true }));
  for (const { path, bytes } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

const checked = (folder: string) => {
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', [checker, folder], { encoding: 'utf8' });
  return { status, text: `${stdout}${stderr}` };
};

describe.skipIf(!hasNumPy)('check.py', { timeout: 120_000 }, () => {
  const samples = ['resnet18-cross-entropy', 'resnet18-label-smoothing', 'resnet18-mse'];
  test.each(samples.flatMap((model) => [8, 4, 2].map((bits) => [model, bits] as const)))(
    'recomputes the bundle of %s at %s bits',
    async (model, bits) => {
      const { status, text } = checked(await bundle(model, bits));
      expect(text).toMatch(/^ok {2}21 layers/);
      expect(status).toBe(0);
    }
  );

  test.each([
    { requantization: 'gemmlowp', bias: { bits: 6 } },
    { requantization: 'qnnpack', accumulator: { bits: 17, overflow: 'saturate' } },
    { bias: 'float', accumulator: { bits: 17 } },
    { accumulator: { bits: 18, overflow: 'saturate', check: 'per-tile', tile: 20 } },
    { accumulator: { products: 'avx2-pairs' } },
    {
      accumulator: { products: 'avx2-pairs' },
      activations: { bits: 8, storage: 'signed', observer: 'minmax' }
    },
    { weights: { bits: 8, scheme: 'affine', storage: 'unsigned' } },
    { activations: { bits: 12, observer: 'minmax' } }
  ])('recomputes %j', async (settings) => {
    const { status, text } = checked(await bundle('resnet18-mse', 8, settings));
    expect(text).toMatch(/^ok {2}21 layers/);
    expect(status).toBe(0);
  });

  describe('of an edited bundle', () => {
    interface Manifest {
      layers: {
        name: string;
        weights: { file: string };
        bias: string;
        golden: { input: string; output: string };
      }[];
    }
    let folder: string;
    let layers: Manifest['layers'];

    beforeAll(async () => {
      folder = await bundle('resnet18-mse', 8, {}, afterAll);
      layers = (JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest).layers;
    });

    /** What the check says of the bundle with one file changed, or without it. */
    function edited(path: string, change: ((bytes: Buffer) => Uint8Array | string) | null) {
      const file = join(folder, path);
      const before = readFileSync(file);
      if (change === null) rmSync(file);
      else writeFileSync(file, change(before));
      const result = checked(folder);
      writeFileSync(file, before);
      return result;
    }

    /** Changes one value of an array. */
    const value =
      (Type: typeof Int8Array | typeof Int16Array | typeof Int32Array, at: number, to: number) =>
      (bytes: Buffer) => {
        const start = 10 + bytes.readUInt16LE(8);
        const data = Uint8Array.from(bytes.subarray(start));
        new Type(data.buffer)[at] = to;
        return Buffer.concat([bytes.subarray(0, start), data]);
      };

    test.each([
      // 16 channels of 16 x 3 x 3 weights; 16 codes of 32 x 32 in each of two samples.
      [
        'weights',
        (layer: Manifest['layers'][number]) => layer.weights.file,
        Int8Array,
        5 * 144 + 3 * 9 + 4,
        3,
        '[5, 3, 1, 1]'
      ],
      ['bias', (layer: Manifest['layers'][number]) => layer.bias, Int32Array, 7, -70_000, '[7]'],
      [
        'golden input',
        (layer: Manifest['layers'][number]) => layer.golden.input,
        Int16Array,
        (16 + 2) * 1024 + 70,
        256,
        '[1, 2, 2, 6]'
      ],
      [
        'golden output',
        (layer: Manifest['layers'][number]) => layer.golden.output,
        Int16Array,
        (16 + 3) * 1024 + 70,
        -1,
        '[1, 3, 2, 6]'
      ]
    ] as const)('a value of the %s is named, with what it was', (_, fileOf, Type, at, to, place) => {
      const layer = layers[2]!;
      const path = fileOf(layer);
      const bytes = readFileSync(join(folder, path));
      const was = new Type(Uint8Array.from(bytes.subarray(10 + bytes.readUInt16LE(8))).buffer)[at];
      const { status, text } = edited(path, value(Type, at, to));
      expect(text).toContain(`WRONG  ${layer.name}: ${path}${place} is ${to}, and was ${was} (`);
      expect(status).toBe(1);
    });

    test('many values are found by what they lead to', () => {
      const [, layer] = layers;
      const fill = (bytes: Buffer) => Buffer.from(bytes).fill(90, 128, 168);
      const { status, text } = edited(layer!.weights.file, fill);
      expect(text).toMatch(
        new RegExp(
          `^WRONG  ${layer!.name}: ${layer!.golden.output}\\[0, 0, \\d+, \\d+\\] is -?\\d+, and the layer's numbers lead to -?\\d+ \\(.*${layer!.weights.file}\\)`
        )
      );
      expect(status).toBe(1);
    });

    test.each([
      [
        'a multiplier',
        /"multipliers": \[\s*[\d.e-]+/,
        '"multipliers": [0.5',
        1,
        /^WRONG {2}\/conv1\/Conv: manifest.json: the multiplier of channel 0 is 0.5, and the scales give 0\.0/
      ],
      [
        'a zero point',
        /"zeroPoint": \d+/,
        '"zeroPoint": 3',
        1,
        /^WRONG {2}\/conv1\/Conv: layers\/00-conv1-Conv\/golden-output.npy\[0, 0, 0, 0\] is \d+, and the layer's numbers lead to \d+ \(.*manifest.json\)/
      ],
      [
        'a name',
        /"model": ".*"/,
        '"model": "other"',
        1,
        /^WRONG {2}no value .* \(changed since it was written: manifest.json\)/
      ],
      ['a key', '"kernel"', '"kernal"', 2, /^UNUSABLE {2}\/conv1\/Conv: KeyError: 'kernel'/],
      [
        'its version',
        '"version": 1',
        '"version": 2',
        2,
        /^UNUSABLE {2}manifest.json is no Bitlab integer bundle of version 1/
      ],
      ['all of it', /[^]*/, '{', 2, /^UNUSABLE /]
    ] as const)('in the manifest, %s', (_, from, to, expected, message) => {
      const { status, text } = edited('manifest.json', (bytes) => bytes.toString().replace(from, to));
      expect(text).toMatch(message);
      expect(status).toBe(expected);
    });

    test('a file that is missing or no array is named with its layer', () => {
      const layer = layers[4]!;
      expect(edited(layer.bias, null)).toEqual({
        status: 2,
        text: `UNUSABLE  ${layer.name}: ${layer.bias} is missing\n`
      });
      const cut = edited(layer.golden.output, (bytes) => bytes.subarray(0, 1000));
      expect(cut.status).toBe(2);
      expect(cut.text).toMatch(new RegExp(`^UNUSABLE  ${layer.name}: .*${layer.golden.output}`));
      expect(edited('SHA256SUMS', null)).toEqual({ status: 2, text: 'UNUSABLE  SHA256SUMS is missing\n' });
      expect(edited('README.md', () => 'Nothing.').text).toContain(
        '(changed since it was written: README.md)'
      );
      expect(checked(folder).status).toBe(0);
    });
  });

  test('the README works a line out', async () => {
    const folder = await bundle('resnet18-mse', 4);
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    const [, zero, terms, sum, bias, whole] =
      /zx is (-?\d+).*the 27 products are\s+(.*) \+ … = (-?\d+)\s+With the bias (-?\d+) it is (-?\d+)\./.exec(
        readme
      )!;
    expect(terms!.match(new RegExp(`\\(-?\\d+ - ${zero}\\) \\* \\(-?\\d+ - 0\\)`, 'g'))).toHaveLength(4);
    expect(Number(sum) + Number(bias)).toBe(Number(whole));
    const [, multiplier, product, zeroPoint, code] =
      /Times m = ([\d.e-]+) that is (-?[\d.e-]+)\.\s+Rounded, plus the zero point (\d+), .* the code is \*\*(\d+)\*\*/.exec(
        readme
      )!;
    expect(Math.fround(Number(whole) * Number(multiplier))).toBeCloseTo(Number(product), 3);
    expect(Math.round(Number(product)) + Number(zeroPoint)).toBe(Number(code));
  });
});
