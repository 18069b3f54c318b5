import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Preprocessing, preprocessingPresets, type DatasetFormat } from '../../src/contract/index.ts';
import {
  openDataset,
  packDataset,
  previewDataset,
  readNpz,
  zipBytes
} from '../../src/main/datasets/index.ts';

// tools/data_fixtures.py wrote these with NumPy and torchvision, and what torchvision reads from them.
const fixtures = join(import.meta.dirname, '../data/datasets');
const folder = mkdtempSync(join(tmpdir(), 'bitlab-readers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const expected = await readNpz(join(fixtures, 'expected.npz'));
const plain = Preprocessing.parse({});
let count = 0;

interface Options {
  readonly format?: DatasetFormat;
  readonly labels?: 'fine' | 'coarse';
  readonly preprocessing?: Preprocessing;
  readonly classNames?: readonly string[];
}

const given = (paths: readonly string[]) => paths.map((path) => ({ path, name: basename(path) }));

/** Imports files and opens what would be stored. */
async function imported(paths: readonly string[], options: Options = {}) {
  const request = {
    labels: 'fine' as const,
    preprocessing: plain,
    classNames: [],
    files: given(paths),
    ...options
  };
  const path = join(folder, `container-${count++}`);
  const packed = await packDataset(request, path);
  const stored = packed.container === null ? paths[0]! : path;
  const dataset = await openDataset(stored, packed.format, request.preprocessing, 'stored');
  const pictures = Array.from(await dataset.batch(0, dataset.samples));
  return { packed, dataset, labels: [...dataset.labels], pictures, path };
}

const fixture = (...names: string[]) => names.map((name) => join(fixtures, name));
const values = (name: string) => Array.from(expected.get(name)!.data, Number);
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error: { code?: string; message: string }) => `${error.code}: ${error.message}`
  );

describe('IDX', () => {
  test('compressed, as torchvision.datasets.MNIST reads it', async () => {
    const { packed, dataset, labels, pictures } = await imported(
      fixture('t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz')
    );
    expect(packed).toMatchObject({
      format: 'idx',
      samples: 12,
      shape: [1, 28, 28],
      elementType: 'uint8',
      classes: 10
    });
    expect(labels).toEqual(values('mnist_y'));
    expect(pictures).toEqual(values('mnist_x'));
    expect([...(await dataset.chosen([11, 2, 3]))]).toEqual(
      [11, 2, 3].flatMap((i) => pictures.slice(i * 784, (i + 1) * 784))
    );
  });

  test('not compressed, and in either order', async () => {
    const { labels, pictures } = await imported(fixture('labels.idx1-ubyte', 'images.idx3-ubyte'));
    expect(labels).toEqual(values('mnist_y').slice(0, 5));
    expect(pictures).toEqual(values('mnist_x').slice(0, 5 * 784));
  });

  test('refused by name', async () => {
    const images = readFileSync(join(fixtures, 'images.idx3-ubyte'));
    const labels = readFileSync(join(fixtures, 'labels.idx1-ubyte'));
    const written = (name: string, bytes: Uint8Array) => {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      return path;
    };
    const y = written('y.idx', labels);
    const refused = (bytes: Uint8Array, other = y) =>
      refusal(imported([written('x.idx', bytes), other], { format: 'idx' }));
    expect(await refused(images.subarray(0, -1))).toMatch(
      /^DATA_FILE_INVALID: x.idx cannot be read as IDX: its shape \(5, 28, 28\) needs 3920 bytes and 3919 are there/
    );
    const huge = Buffer.from(images);
    huge.writeUInt32BE(0xffffffff, 4);
    huge.writeUInt32BE(0xffffffff, 8);
    expect(await refused(huge)).toMatch(/impossibly large/);
    const floats = Buffer.from(images);
    floats[2] = 0x0d;
    expect(await refused(floats)).toMatch(/of type 0xd/);
    const longer = Buffer.concat([labels, Buffer.from([1])]);
    longer.writeUInt32BE(6, 4);
    expect(await refused(images, written('longer.idx', longer))).toBe(
      'DATA_LENGTHS_DIFFER: longer.idx has 6 labels for 5 pictures.'
    );
    const shorter = Buffer.from(labels.subarray(0, -1));
    shorter.writeUInt32BE(4, 4);
    expect(await refused(images, written('shorter.idx', shorter))).toMatch(/has 4 labels for 5 pictures/);
    expect(await refusal(imported(fixture('images.idx3-ubyte')))).toMatch(/^DATA_FILES_AMBIGUOUS/);
  });

  test('a compressed file that unpacks to more, or less, than it says', async () => {
    const { gzipSync } = await import('node:zlib');
    const header = Buffer.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2]);
    const pair = (elements: number) => {
      const x = join(folder, `bomb-${elements}.gz`);
      const y = join(folder, 'two.idx');
      writeFileSync(x, gzipSync(Buffer.concat([header, Buffer.alloc(elements)])));
      writeFileSync(y, Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 0, 1]));
      return refusal(imported([x, y]));
    };
    expect(await pair(8)).toBe('accepted');
    expect(await pair(50e6)).toMatch(/DATA_FILE_INVALID: .* unpacks to more than its header says/);
    expect(await pair(7)).toMatch(/unpacks to less/);
  });
});

describe('CIFAR', () => {
  test('CIFAR-10 in several batches', async () => {
    const { packed, labels, pictures } = await imported(fixture('data_batch_1.bin', 'data_batch_2.bin'));
    expect(packed).toMatchObject({
      format: 'cifar-10',
      samples: 6,
      shape: [3, 32, 32],
      layout: 'nchw',
      classes: 10
    });
    expect(labels).toEqual(values('cifar_y'));
    expect(pictures).toEqual(values('cifar_x'));
  });

  test('CIFAR-100 by fine and by coarse labels, with the names beside it', async () => {
    const fine = await imported(fixture('train.bin', 'coarse_label_names.txt'));
    expect(fine.labels).toEqual([99, 4, 55]);
    expect(fine.packed).toMatchObject({ format: 'cifar-100', classNames: [], classes: 100 });
    const coarse = await imported(fixture('train.bin', 'coarse_label_names.txt'), { labels: 'coarse' });
    expect(coarse.labels).toEqual([19, 0, 7]);
    expect(coarse.packed.classNames[19]).toBe('coarse 19');
    expect(fine.pictures).toEqual(values('cifar_x').slice(0, 3 * 3072));
  });

  test('refused by name', async () => {
    const batch = readFileSync(join(fixtures, 'data_batch_1.bin'));
    const cut = join(folder, 'cut.bin');
    writeFileSync(cut, batch.subarray(0, -7));
    expect(await refusal(imported([cut]))).toMatch(/^DATA_FORMAT_UNKNOWN/);
    expect(await refusal(imported([cut], { format: 'cifar-10' }))).toMatch(
      /^DATA_FILE_INVALID: cut.bin cannot be read as CIFAR-10: its 12285 bytes are no multiple of 3073/
    );
    const wrong = join(folder, 'wrong.bin');
    writeFileSync(wrong, Buffer.concat([Buffer.from([10]), batch.subarray(1, 3073)]));
    expect(await refusal(imported([wrong]))).toMatch(/^DATA_LABEL_OUT_OF_RANGE: The label 10 of picture 0/);
    expect(await refusal(imported(fixture('data_batch_1.bin', 'test_batch.bin')))).toMatch(
      /^DATA_FILES_AMBIGUOUS: .*test_batch.bin is for testing/
    );
  });
});

describe('pairs of .npy', () => {
  test.each(['x-nchw.npy', 'x-nhwc-float.npy', 'x-big-endian.npy'])('%s', async (name) => {
    const { packed, labels, pictures } = await imported(fixture(name, 'y.npy'));
    expect(packed).toMatchObject({ format: 'npy', samples: 6, shape: [3, 32, 32] });
    expect(labels).toEqual(values('cifar_y'));
    const scale = name === 'x-nchw.npy' ? 1 : 255;
    expect(pictures).toEqual(values('cifar_x').map((value) => Math.fround(value / scale)));
  });

  test('grey pictures without an axis of channels', async () => {
    const { packed, pictures } = await imported(fixture('x-grey.npy', 'y.npy'));
    expect(packed.shape).toEqual([1, 28, 28]);
    expect(pictures).toEqual(values('mnist_x').slice(0, 6 * 784));
  });

  test.each([
    ['x-nchw.npy', 'y-short.npy', /^DATA_LENGTHS_DIFFER: y-short.npy has 5 labels for 6 pictures/],
    ['x-nchw.npy', 'y-float.npy', /^DATA_ARRAY_UNSUPPORTED: .*float64, not integers/],
    ['x-nchw.npy', 'objects.npy', /^DATA_ARRAY_UNSUPPORTED: .*Python objects, which are never loaded/],
    ['x-fortran.npy', 'y.npy', /^DATA_ARRAY_UNSUPPORTED: .*column by column/],
    ['x-nchw.npy', 'x-grey.npy', /^DATA_FILES_AMBIGUOUS/]
  ])('%s with %s is refused by name', async (x, y, sentence) => {
    expect(await refusal(imported(fixture(x, y)))).toMatch(sentence);
  });

  test.each([
    ['(-6, 3, 32, 32)', /not a whole number of at least 0/],
    ['(6, 4294967296, 4294967296, 9)', /impossibly large/],
    ['(7, 3, 32, 32)', /needs 21504 bytes and 18432 are there/]
  ])('the shape %s', async (shape, sentence) => {
    const bytes = readFileSync(join(fixtures, 'x-nchw.npy'));
    const header = bytes.subarray(10, 128).toString('latin1').replace('(6, 3, 32, 32)', shape);
    const path = join(folder, 'x-wrong.npy');
    const written = Buffer.from(`${header.trimEnd()}`.padEnd(117).slice(0, 117) + '\n', 'latin1');
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 10), written, bytes.subarray(128)]));
    expect(await refusal(imported([path, join(fixtures, 'y.npy')]))).toMatch(sentence);
  });
});

describe('folders', () => {
  const torchvision = readFileSync(join(fixtures, 'folder-names.txt'), 'utf8').trim().split('\n');
  const size = 3 * 32 * 32;

  test('a folder for each class, as ImageFolder reads it, one of each class in turn', async () => {
    const { packed, dataset, pictures } = await imported(fixture('classes'));
    expect(packed).toMatchObject({
      format: 'folder',
      samples: 7,
      shape: [3, 32, 32],
      classNames: ['ant', 'cat', 'zebra'],
      classCounts: [2, 2, 3],
      leftOut: { count: 0 }
    });
    expect([...dataset.labels]).toEqual([0, 1, 2, 0, 1, 2, 2]);
    const order = ['ant/1', 'cat/2', 'zebra/0', 'ant/4', 'cat/5', 'zebra/3', 'zebra/6'];
    const indexes = order.map((name) => torchvision.indexOf(`${name}.png`));
    expect(indexes.map((index) => values('folder_y')[index])).toEqual([...dataset.labels]);
    expect(pictures).toEqual(
      indexes.flatMap((index) => values('folder_x').slice(index * size, (index + 1) * size))
    );
  });

  test('a table of labels, in its order', async () => {
    const { packed, labels, pictures } = await imported(fixture('classes', 'labels.csv'));
    expect(packed).toMatchObject({ format: 'csv', classNames: ['ant', 'cat', 'zebra'] });
    expect(labels).toEqual(values('folder_y'));
    expect(pictures).toEqual(values('folder_x'));
  });

  test('the same in a .zip archive gives the same bytes', async () => {
    const zip = join(folder, 'classes.zip');
    const files = torchvision.map(
      (name) => [`classes/${name}`, readFileSync(join(fixtures, 'classes', name))] as const
    );
    writeFileSync(zip, zipBytes([...files, ['__MACOSX/classes/._x.png', Buffer.from('no picture')]], true));
    const [fromZip, fromFolder] = [await imported([zip]), await imported(fixture('classes'))];
    expect(fromZip.packed.container).toEqual(fromFolder.packed.container);
    const hash = createHash('sha256').update(readFileSync(fromZip.path)).digest('hex');
    expect(fromZip.packed.container!.hash).toBe(hash);
  });

  test('broken pictures are left out, named and counted', async () => {
    const root = join(folder, 'broken');
    cpSync(join(fixtures, 'classes'), root, { recursive: true });
    const picture = readFileSync(join(root, 'cat/2.png'));
    writeFileSync(join(root, 'cat/2.png'), picture.subarray(0, 1000));
    writeFileSync(join(root, 'ant/0-text.jpg'), 'no picture');
    const { packed, dataset } = await imported([root]);
    expect(packed.samples).toBe(6);
    expect(packed.classCounts).toEqual([2, 1, 3]);
    expect(packed.leftOut.count).toBe(2);
    expect(packed.leftOut.first.map(({ path }) => path)).toEqual([
      'broken/ant/0-text.jpg',
      'broken/cat/2.png'
    ]);
    expect(packed.leftOut.first[0]!.reason).toBe('it is no picture of a format that is read');
    expect(dataset.classes).toBe(3);
    const only = join(folder, 'only-broken/a');
    mkdirSync(only, { recursive: true });
    writeFileSync(join(only, 'x.png'), 'no picture');
    expect(await refusal(imported([join(folder, 'only-broken')]))).toMatch(
      /^DATA_PICTURES_BROKEN: None of the 1 pictures/
    );
  });

  test('pictures of different sizes need a preprocessing that makes them equal', async () => {
    const root = join(folder, 'sizes');
    cpSync(join(fixtures, 'classes'), root, { recursive: true });
    copyFileSync(join(import.meta.dirname, '../data/pictures/photo.jpg'), join(root, 'ant/photo.jpg'));
    copyFileSync(join(import.meta.dirname, '../data/pictures/grey.jpg'), join(root, 'cat/grey.jpg'));
    expect(await refusal(imported([root]))).toMatch(/^DATA_SIZES_DIFFER: .*32 x 32 and .* is 235 x 310/);
    const preview = await previewDataset({
      files: given([root]),
      labels: 'fine',
      preprocessing: plain,
      classNames: []
    });
    expect(preview).toMatchObject({ storedShape: [3, null, null], shape: null, samples: 9, problems: [] });
    expect(preview.pictures).toHaveLength(9);
    const { preprocessing } = preprocessingPresets.imagenet;
    const { packed, pictures } = await imported([root], { preprocessing });
    expect(packed.shape).toEqual([3, 224, 224]);
    expect(pictures).toHaveLength(9 * 3 * 224 * 224);
  });

  test('refused by name', async () => {
    const table = (rows: string) => {
      const root = join(folder, `table-${count++}`);
      cpSync(join(fixtures, 'classes'), root, { recursive: true });
      writeFileSync(join(root, 'labels.csv'), rows);
      return refusal(imported([root]));
    };
    const all = readFileSync(join(fixtures, 'labels.csv'), 'utf8');
    expect(await table(all)).toBe('accepted');
    expect(
      await table(all.replaceAll('zebra\n', '2\n').replaceAll('ant\n', '0\n').replaceAll('cat\n', '1\n'))
    ).toBe('accepted');
    expect(await table(`${all}gone.png,cat\n`)).toMatch(
      /^DATA_PICTURE_MISSING: .*labels.csv has a label for gone.png/
    );
    expect(await table(all.split('\n').slice(0, -2).join('\n'))).toMatch(
      /^DATA_LABELS_MISSING: .* has no label for .*zebra\/6.png/
    );
    expect(await table(all.replace('ant/1.png,ant', 'ant/1.png,'))).toMatch(/row 2 lacks a path or a label/);
    expect(await table(`${all}ant/1.png,cat\n`)).toMatch(/ant\/1.png has two labels/);
    expect(await table(all.replace('ant/1.png', '"ant/1.png'))).toMatch(/^DATA_FILE_INVALID: .*labels.csv/);
    expect(await table('a,b,c\n1,2,3\n')).toMatch(/names no columns such as path and label/);
    const loose = join(folder, 'loose');
    mkdirSync(loose);
    copyFileSync(join(fixtures, 'classes/ant/1.png'), join(loose, '1.png'));
    expect(await refusal(imported([join(loose, '1.png')]))).toMatch(
      /^DATA_FILES_AMBIGUOUS: .*lies in no folder/
    );
  });

  test('archives that are bombs are not unpacked', async () => {
    const bomb = (name: string, change: (bytes: Buffer) => void) => {
      const bytes = Buffer.from(zipBytes([['a/x.png', new Uint8Array(5000)]], true));
      change(bytes);
      const path = join(folder, name);
      writeFileSync(path, bytes);
      return refusal(imported([path]));
    };
    const central = (bytes: Buffer) => bytes.indexOf('PK\x01\x02', 0, 'latin1');
    expect(await bomb('ratio.zip', (bytes) => bytes.writeUInt32LE(0x7fffffff, central(bytes) + 24))).toMatch(
      /^DATA_ARCHIVE_REFUSED: .*declared size of a\/x.png cannot be true/
    );
    expect(await bomb('overlap.zip', (bytes) => bytes.writeUInt32LE(900_000, central(bytes) + 20))).toMatch(
      /^DATA_ARCHIVE_REFUSED: .*lie over each other/
    );
    // A picture that unpacks to more than declared is stopped at what was declared.
    expect(await bomb('liar.zip', (bytes) => bytes.writeUInt32LE(100, central(bytes) + 24))).toMatch(
      /^DATA_ARCHIVE_REFUSED: .*a\/x.png cannot be unpacked/
    );
  });
});

test('class names that are given rename the classes, and must be enough', async () => {
  const { packed } = await imported(fixture('data_batch_1.bin'), { classNames: [...'abcdefghijk'] });
  expect(packed).toMatchObject({ classes: 11, classNames: [...'abcdefghijk'] });
  expect(await refusal(imported(fixture('data_batch_1.bin'), { classNames: ['a', 'b'] }))).toMatch(
    /^DATA_LABEL_OUT_OF_RANGE/
  );
});

test('arrays are resized, cropped and coloured, too', async () => {
  const preprocessing = Preprocessing.parse({ channels: 'rgb', resize: { size: 20 }, centreCrop: [16, 24] });
  const { packed } = await imported(fixture('x-grey.npy', 'y.npy'), { preprocessing });
  expect(packed.shape).toEqual([3, 16, 24]);
  expect(await refusal(imported(fixture('x-nhwc-float.npy', 'y.npy'), { preprocessing }))).toMatch(
    /^DATA_PREPROCESSING/
  );
});

test('arrays of an archive that would take more than 1 GiB of memory are refused before they are read', async () => {
  const bytes = readFileSync(join(import.meta.dirname, '../data/npz/pictures-nchw-uint8.npz'));
  const central = bytes.indexOf('PK\x01\x02', 0, 'latin1');
  bytes.writeUInt32LE(2 ** 29, central + 20);
  bytes.writeUInt32LE(2 ** 30 + 1, central + 24);
  const path = join(folder, 'large.npz');
  writeFileSync(path, bytes);
  expect(await refusal(imported([path]))).toBe(
    'DATA_TOO_LARGE: large.npz would need 1073741825 bytes of memory; at most 1073741824 are allowed.'
  );
});
