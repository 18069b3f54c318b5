import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { Preprocessing } from '../../src/contract/index.ts';
import { openDataset } from '../../src/main/datasets/index.ts';
import { inspectDataset } from './inspect-dataset.ts';
import { layoutOf } from '../../src/main/datasets/pictures.ts';
import { preprocessed } from '../../src/main/datasets/preprocessing.ts';
import { npzBytes } from '../../src/main/datasets/write-npz.ts';
import { temporaryFile } from './temporary-file.ts';

const fixtures = join(import.meta.dirname, '../data/npz');
const samples = join(import.meta.dirname, '../../resources/samples');
const folder = mkdtempSync(join(tmpdir(), 'bitlab-dataset-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plain = Preprocessing.parse({});
const sampleSettings = { scale: 1 / 255, mean: [0.5], std: [0.25] };

describe('preprocessing in float32', () => {
  test('a scale of 1 / 255 is a division by 255, for each of the 256 values', () => {
    for (let value = 0; value < 256; value++)
      expect(preprocessed(value, 1 / 255, 0, 1)).toBe(Math.fround(value / 255));
  });

  test('each step is rounded as PyTorch rounds it', () => {
    // (torch.tensor([0, 1, 127, 128, 254, 255]).float() / 255 - 0.485) / 0.229, as bits of float32
    const mean = Math.fround(0.485);
    const std = Math.fround(0.229);
    for (let value = 0; value < 256; value++) {
      const step = new Float32Array([value]);
      step[0]! /= 255;
      step[0]! -= mean;
      step[0]! /= std;
      expect(preprocessed(value, 1 / 255, mean, std)).toBe(step[0]);
    }
  });

  test('uint8 by table and float32 by arithmetic agree on whole numbers', async () => {
    const bytes = Uint8Array.from({ length: 4 * 256 }, (_, i) => i & 255);
    const write = (data: Uint8Array | Float32Array) =>
      temporaryFile(
        folder,
        npzBytes(
          [
            ['x', { shape: [1, 4, 16, 16], data }],
            ['y', { shape: [1], data: new Uint8Array(1) }]
          ],
          true
        )
      );
    const settings = { scale: 0.0173, mean: [0.1, 0.2, 0.3, 0.4], std: [0.9, 1.1, 3, 7] };
    const exact = await openDataset(write(bytes), 'npz', settings);
    const float = await openDataset(write(Float32Array.from(bytes)), 'npz', settings);
    expect(exact.elementType).toBe('uint8');
    expect(float.elementType).toBe('float32');
    expect(await exact.batch(0, 1)).toEqual(await float.batch(0, 1));
  });
});

describe('the layout', () => {
  test.each<[number[], string, number[]]>([
    [[2, 3, 32, 32], 'nchw', [3, 32, 32]],
    [[2, 32, 32, 3], 'nhwc', [3, 32, 32]],
    [[2, 28, 30, 1], 'nhwc', [1, 28, 30]],
    [[2, 4, 8, 9], 'nchw', [4, 8, 9]],
    [[2, 8, 9, 4], 'nhwc', [4, 8, 9]],
    [[2, 3, 5, 3], 'nchw', [3, 5, 3]],
    [[2, 1, 28, 4], 'nchw', [1, 28, 4]],
    [[2, 16, 8, 9], 'nchw', [16, 8, 9]]
  ])('%j is %s', (shape, layout, picture) => {
    expect(layoutOf(shape)).toEqual({ layout, shape: picture });
  });

  test('the same pictures in three forms give the same batches', async () => {
    const form = (name: string, settings: Preprocessing) =>
      openDataset(join(fixtures, `pictures-${name}.npz`), 'npz', settings);
    const first = await form('nchw-uint8', sampleSettings);
    const second = await form('nhwc-uint8', sampleSettings);
    const third = await form('nhwc-float32', { ...sampleSettings, scale: 1 });
    expect([first.layout, second.layout, third.layout]).toEqual(['nchw', 'nhwc', 'nhwc']);
    for (const dataset of [first, second, third]) {
      expect(dataset.shape).toEqual([3, 2, 5]);
      expect([...dataset.labels]).toEqual([0, 2, 1, 2]);
      expect(dataset.classes).toBe(3);
      expect(await dataset.batch(0, 4)).toEqual(await first.batch(0, 4));
      expect(await dataset.picture(3)).toEqual(await first.picture(3));
    }
    expect((await first.batch(0, 1))[7]).toBe(Math.fround((Math.fround(7 / 255) - 0.5) / 0.25));
  });
});

describe('batches', () => {
  test('by offset and by list are the same pictures, in the order asked for', async () => {
    const dataset = await openDataset(join(samples, 'calib.npz'), 'npz', sampleSettings);
    const size = 3 * 32 * 32;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(511), { maxLength: 6 }), async (chosen) => {
        const batch = await dataset.chosen(Int32Array.from(chosen));
        for (const [i, sample] of chosen.entries())
          expect(batch.subarray(i * size, (i + 1) * size)).toEqual(await dataset.batch(sample, 1));
      })
    );
    expect(await dataset.batch(510, 2)).toEqual(await dataset.chosen([510, 511]));
    expect((await dataset.chosen([])).length).toBe(0);
  });

  test('outside of the samples there are none', async () => {
    const dataset = await openDataset(join(fixtures, 'pictures-nchw-uint8.npz'), 'npz', plain);
    for (const sample of [-1, 4, 0.5, NaN])
      await expect(dataset.chosen([sample])).rejects.toThrow(RangeError);
    await expect(dataset.batch(3, 2)).rejects.toThrow(RangeError);
    await expect(dataset.picture(4)).rejects.toThrow(RangeError);
  });
});

describe('pictures for the screen', () => {
  const open = (shape: number[], data: Uint8Array | Float32Array) =>
    openDataset(
      temporaryFile(
        folder,
        npzBytes(
          [
            ['x', { shape, data }],
            ['y', { shape: [shape[0]!], data: new Uint8Array(shape[0]!) }]
          ],
          true
        )
      ),
      'npz',
      plain
    );

  test('colours, grey levels and a fourth channel', async () => {
    const colours = await open([1, 3, 1, 2], new Uint8Array([1, 2, 3, 4, 5, 6]));
    expect([...(await colours.picture(0)).rgba]).toEqual([1, 3, 5, 255, 2, 4, 6, 255]);
    const grey = await open([1, 1, 1, 2], new Uint8Array([7, 8]));
    expect([...(await grey.picture(0)).rgba]).toEqual([7, 7, 7, 255, 8, 8, 8, 255]);
    const four = await open([1, 1, 1, 4], new Uint8Array([9, 10, 11, 12]));
    expect(four.layout).toBe('nchw');
    const last = await open([1, 2, 1, 4], new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]));
    expect([...(await last.picture(0)).rgba]).toEqual([1, 2, 3, 255, 5, 6, 7, 255]);
  });

  test.each<[number[], number[]]>([
    [
      [0, 0.5, 1],
      [0, 128, 255]
    ],
    [
      [0, 128, 255],
      [0, 128, 255]
    ],
    [
      [-2, 0, 2],
      [0, 128, 255]
    ],
    [
      [-3, -3, -3],
      [0, 0, 0]
    ]
  ])('float32 values %j are shown as %j', async (values, levels) => {
    const dataset = await open([3, 1, 1, 1], new Float32Array(values));
    const shown = await Promise.all([0, 1, 2].map((sample) => dataset.picture(sample)));
    expect(shown.map(({ rgba }) => rgba[0])).toEqual(levels);
  });
});

test('the sample data set', async () => {
  const found = await inspectDataset(join(samples, 'test.npz'), 'test.npz', sampleSettings, []);
  expect(found).toMatchObject({
    format: 'npz',
    samples: 2000,
    shape: [3, 32, 32],
    elementType: 'uint8',
    layout: 'nchw',
    classes: 10
  });
  expect(found.classCounts.reduce((sum, count) => sum + count)).toBe(2000);
});
