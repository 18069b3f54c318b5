import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { Preprocessing, type DatasetFormat } from '../../src/contract/index.ts';
import { openDataset, packDataset, previewDataset } from '../../src/main/datasets/index.ts';
import { npyBytes, npzBytes, zipBytes } from '../../src/main/datasets/write-npz.ts';
import { fuzz } from './mutated-bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitlab-fuzz-data-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../data/datasets', name));
const preprocessing = Preprocessing.parse({});

/** Small files of each format; beside some of them lies another that is not mutated. */
const pixels = Uint8Array.from({ length: 2 * 3 * 4 * 4 }, (_, i) => i);
const archive = (compress: boolean) =>
  npzBytes(
    [
      ['x', { shape: [2, 3, 4, 4], data: pixels }],
      ['y', { shape: [2], data: BigInt64Array.of(0n, 1n) }]
    ],
    compress
  );
const images = Buffer.concat([
  Buffer.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 4]),
  pixels.subarray(0, 32)
]);
const labels = Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 0, 1]);
const picture = fixture('classes/ant/1.png');

/** Imports a file and what lies beside it, and reads every picture of what would be stored. */
async function read(
  bytes: Uint8Array,
  name: string,
  format: DatasetFormat,
  beside: Readonly<Record<string, Uint8Array>>
) {
  const files = Object.entries({ [name]: bytes, ...beside }).map(([each, contents]) => {
    const path = join(folder, each.replaceAll('/', '-'));
    writeFileSync(path, contents);
    return { path, name: each };
  });
  const request = { files, format, labels: 'fine' as const, preprocessing, classNames: [] };
  await previewDataset(request);
  const container = join(folder, 'container');
  rmSync(container, { force: true });
  const packed = await packDataset(request, container);
  const stored = packed.container === null ? files[0]!.path : container;
  const dataset = await openDataset(stored, packed.format, preprocessing, name);
  for (let sample = 0; sample < dataset.samples; sample++) await dataset.batch(sample, 1);
}

test.each<[DatasetFormat, Record<string, Uint8Array>, Record<string, Uint8Array>]>([
  ['npz', { 'stored.npz': archive(false), 'deflated.npz': archive(true) }, {}],
  ['npy', { 'x.npy': npzEntry('x') }, { 'y.npy': npzEntry('y') }],
  ['npy', { 'y.npy': npzEntry('y') }, { 'x.npy': npzEntry('x') }],
  ['idx', { images, 'images.gz': gzipSync(images) }, { labels }],
  ['idx', { labels, 'labels.gz': gzipSync(labels) }, { images }],
  ['cifar-10', { 'a.bin': fixture('test_batch.bin') }, {}],
  ['cifar-100', { 'train.bin': fixture('train.bin') }, {}],
  [
    'csv',
    { 'labels.csv': Buffer.from('path,label\na/1.png,cat\nb/2.png,"d, og"\n') },
    { 'a/1.png': picture, 'b/2.png': picture }
  ],
  [
    'folder',
    { 'a/1.png': picture, 'a/1.jpg': smallPicture('grey.jpg'), 'a/1.bmp': smallPicture('bits.bmp') },
    {}
  ],
  [
    'folder',
    {
      'all.zip': zipBytes(
        [
          ['a/1.png', picture],
          ['b/2.png', picture]
        ],
        true
      )
    },
    {}
  ]
])('%s, mutated, is read or refused: %#', async (format, originals, beside) => {
  const outcomes = await fuzz({ originals, read: (bytes, name) => read(bytes, name, format, beside) });
  // Some mutations hit what matters, and no reader has faults of the program.
  expect([...outcomes.keys()].some((outcome) => outcome !== 'read')).toBe(true);
  expect([...outcomes.keys()].filter((outcome) => !/^(read|DATA_[A-Z_]+)$/.test(outcome))).toEqual([]);
});

test('containers, mutated, are read or refused', async () => {
  const container = join(folder, 'whole');
  const files = [{ path: join(import.meta.dirname, '../data/datasets/classes'), name: 'classes' }];
  await packDataset({ files, labels: 'fine', preprocessing, classNames: [] }, container);
  const whole = readFileSync(container);
  const index = whole.lastIndexOf('{"version"');
  const outcomes = await fuzz({
    originals: { whole, 'only the index': whole.subarray(index) },
    async read(bytes, name) {
      const path = join(folder, 'mutated');
      writeFileSync(path, name === 'whole' ? bytes : Buffer.concat([whole.subarray(0, index), bytes]));
      const dataset = await openDataset(path, 'folder', preprocessing, 'mutated');
      for (let sample = 0; sample < dataset.samples; sample++) await dataset.batch(sample, 1);
    }
  });
  expect([...outcomes.keys()].filter((outcome) => !/^(read|DATA_[A-Z_]+)$/.test(outcome))).toEqual([]);
});

function npzEntry(name: 'x' | 'y'): Uint8Array {
  return name === 'x'
    ? npyBytes({ shape: [2, 3, 4, 4], data: pixels })
    : npyBytes({ shape: [2], data: BigInt64Array.of(0n, 1n) });
}

function smallPicture(name: string): Uint8Array {
  return readFileSync(join(import.meta.dirname, '../data/pictures', name));
}
