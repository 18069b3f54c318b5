import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { npyBytes } from '../../src/main/datasets/index.ts';
import { integerBundle } from '../../src/main/inference/integers/integer-bundle.ts';
import type { IntegerKernels } from '../../src/main/kernels/integer-kernels.ts';
import { compiledKernels } from '../kernels-integer/compiled-kernels.ts';
import { sampleNetwork, testPictures } from './sample-network.ts';

const checker = join(import.meta.dirname, '../../resources/integers/check.py');
const hasNumPy = spawnSync('/usr/bin/python3', ['-c', 'import numpy']).status === 0;

let kernels: IntegerKernels;

beforeAll(async () => {
  kernels = await compiledKernels();
});

async function bundle(model: string, bits: number, settings: object = {}): Promise<string> {
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
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
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

/** Changes the elements of an .npy file. */
function edit(folder: string, path: string, change: (array: Int8Array | Int16Array) => void) {
  const bytes = readFileSync(join(folder, path));
  const start = 10 + bytes.readUInt16LE(8);
  const data = Uint8Array.from(bytes.subarray(start));
  change(path.endsWith('weights.npy') ? new Int8Array(data.buffer) : new Int16Array(data.buffer));
  bytes.set(data, start);
  writeFileSync(join(folder, path), bytes);
}

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
    { weights: { bits: 8, scheme: 'affine', storage: 'unsigned' } },
    { activations: { bits: 12, observer: 'minmax' } }
  ])('recomputes %j', async (settings) => {
    const { status, text } = checked(await bundle('resnet18-mse', 8, settings));
    expect(text).toMatch(/^ok {2}21 layers/);
    expect(status).toBe(0);
  });

  test('names the layer and the first wrong value of an edited bundle', async () => {
    const folder = await bundle('resnet18-mse', 8);
    const { layers } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
      layers: { name: string; weights: { file: string }; golden: { output: string } }[];
    };
    const edited = (path: string, change: (array: Int8Array | Int16Array) => void) => {
      const before = readFileSync(join(folder, path));
      edit(folder, path, change);
      const result = checked(folder);
      writeFileSync(join(folder, path), before);
      expect(result.status).toBe(1);
      return result.text;
    };
    const first = layers[0]!;
    // Channel 3, position 70 of sample 1.
    const place = 16 * 1024 + 3 * 1024 + 70;
    expect(edited(first.golden.output, (codes) => (codes[place] = codes[place]! + 1))).toMatch(
      /WRONG {2}\/conv1\/Conv: output, sample 1, channel 3, position 70: the bundle has \d+/
    );
    const third = layers[2]!;
    expect(edited(third.weights.file, (weights) => weights.fill(127, 0, 40))).toContain(
      `WRONG  ${third.name}: output, sample 0, channel 0`
    );
    const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');
    writeFileSync(
      join(folder, 'manifest.json'),
      manifest.replace(/"multipliers": \[\s*([\d.e-]+)/, '"multipliers": [0.5')
    );
    expect(checked(folder)).toMatchObject({
      status: 1,
      text: expect.stringContaining('/conv1/Conv: the multiplier of channel 0 is 0.5')
    });
    writeFileSync(join(folder, 'manifest.json'), '{');
    expect(checked(folder).status).toBe(2);
  });

  test('the README works a line out', async () => {
    const folder = await bundle('resnet18-mse', 4);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toMatch(
      /the exact sum is -?\d+, with the bias -?\d+ it is -?\d+\. Times m = [\d.e-]+ that is -?[\d.e-]+; rounded/
    );
  });
});
