import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { preprocessingPresets } from '../../src/contract/index.ts';
import { openDataset, packDataset, PictureCache } from '../../src/main/datasets/index.ts';

const root = mkdtempSync(join(tmpdir(), 'bitlab-cache-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const newFolder = () => join(root, `cache-${count++}`);
const picture = (value: number, bytes = 100) => new Uint8Array(bytes).fill(value);
const bytesOf = (folder: string) =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

test('what was put is found again, by this process and the next', async () => {
  const folder = newFolder();
  const cache = await new PictureCache(folder, 1e6).open('a', 100);
  expect(await cache.get(7)).toBeNull();
  await Promise.all([7, 3, 7, 9].map((sample) => cache.put(sample, picture(sample))));
  for (const opened of [cache, await new PictureCache(folder, 1e6).open('a', 100)]) {
    for (const sample of [3, 7, 9]) expect(await opened.get(sample)).toEqual(picture(sample));
    expect(await opened.get(4)).toBeNull();
  }
});

test('pictures that do not match their checksums, and files that were cut off, are as if they were not there', async () => {
  const folder = newFolder();
  const cache = await new PictureCache(folder, 1e6).open('a', 100);
  for (const sample of [0, 1, 2]) await cache.put(sample, picture(sample));
  const file = join(folder, 'a.pictures');
  const bytes = readFileSync(file);
  bytes[150] = 99;
  writeFileSync(file, bytes);
  const again = await new PictureCache(folder, 1e6).open('a', 100);
  expect(await again.get(1)).toBeNull();
  expect(await again.get(2)).toEqual(picture(2));
  await again.put(1, picture(1));
  expect(await again.get(1)).toEqual(picture(1));

  truncateSync(file, 250);
  const torn = await new PictureCache(folder, 1e6).open('a', 100);
  for (const sample of [0, 1, 2]) expect(await torn.get(sample)).toBeNull();
  await torn.put(2, picture(2));
  appendFileSync(join(folder, 'a.index'), Uint8Array.of(1, 2, 3));
  const odd = await new PictureCache(folder, 1e6).open('a', 100);
  expect(await odd.get(2)).toBeNull();
  await odd.put(5, picture(5));
  expect(await (await new PictureCache(folder, 1e6).open('a', 100)).get(5)).toEqual(picture(5));
});

test('within the limit what was used longest ago goes first; one alone is kept in part', async () => {
  const folder = newFolder();
  const cache = new PictureCache(folder, 100_000);
  const fill = async (key: string, samples: number) => {
    const opened = await cache.open(key, 1000);
    for (let sample = 0; sample < samples; sample++) await opened.put(sample, picture(sample, 1000));
    return opened;
  };
  const oldest = await fill('oldest', 30);
  await fill('middle', 10);
  utimesSync(join(folder, 'oldest.index'), 1000, 1000);
  utimesSync(join(folder, 'middle.index'), 2000, 2000);
  await fill('newest', 20);
  expect(readdirSync(folder).sort()).toEqual([
    'middle.index',
    'middle.pictures',
    'newest.index',
    'newest.pictures'
  ]);
  expect(await oldest.get(0)).toBeNull();
  const large = await fill('large', 500);
  expect(bytesOf(folder)).toBeLessThan(100_000);
  expect(await large.get(0)).toEqual(picture(0, 1000));
  expect(await large.get(499)).toBeNull();
  // What was thrown away can be put again.
  await oldest.put(0, picture(0, 1000));
  expect(bytesOf(folder)).toBeLessThan(200_000);
});

test('batches are the same with a cache, without one, and from a full one', async () => {
  const request = {
    files: [{ path: join(import.meta.dirname, '../data/datasets/classes'), name: 'classes' }],
    labels: 'fine' as const,
    preprocessing: preprocessingPresets.imagenet.preprocessing,
    classNames: []
  };
  const container = join(root, 'container');
  await packDataset(request, container);
  const folder = newFolder();
  const open = (preprocessing = request.preprocessing, limit = 1e8) =>
    openDataset(container, 'folder', preprocessing, 'classes', {
      hash: 'a',
      cache: new PictureCache(folder, limit)
    });
  const plain = await (await openDataset(container, 'folder', request.preprocessing)).batch(0, 7);
  expect(await (await open()).batch(0, 7)).toEqual(plain);
  expect(readdirSync(folder)).toHaveLength(2);
  expect(statSync(join(folder, readdirSync(folder)[1]!)).size).toBe(7 * 3 * 224 * 224);
  expect(await (await open()).batch(0, 7)).toEqual(plain);
  // Scale, mean and deviation come after what is kept; the size does not.
  await (await open({ ...request.preprocessing, mean: [0] })).batch(0, 7);
  expect(readdirSync(folder)).toHaveLength(2);
  await (await open({ ...request.preprocessing, centreCrop: 200 })).batch(0, 1);
  expect(readdirSync(folder)).toHaveLength(4);
});
