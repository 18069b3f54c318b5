import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { BitlabError, Preprocessing } from '../../src/contract/index.ts';
import type { TensorData } from '../../src/main/numeric/tensor.ts';
import { inspectDataset } from './inspect-dataset.ts';
import { npyHeaderBytes } from '../../src/main/datasets/npy.ts';
import { readNpz } from '../../src/main/datasets/npz.ts';
import { npzBytes } from '../../src/main/datasets/write-npz.ts';
import { temporaryFile } from './temporary-file.ts';

const fixtures = join(import.meta.dirname, '../data/npz');
const folder = mkdtempSync(join(tmpdir(), 'bitlab-refused-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plain = Preprocessing.parse({});
const inspect = (bytes: Uint8Array | string, preprocessing = plain, classNames: string[] = []) =>
  inspectDataset(temporaryFile(folder, bytes), 'pictures.npz', preprocessing, classNames);

/** The code and the sentence with which a promise is refused. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof BitlabError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const pictures = { shape: [2, 3, 2, 2], data: new Uint8Array(24) };
const labels = { shape: [2], data: new Int32Array([0, 1]) };
const npz = (x: { shape: number[]; data: TensorData }, y: { shape: number[]; data: TensorData } = labels) =>
  npzBytes(
    [
      ['x', x],
      ['y', y]
    ],
    false
  );

describe('files that are no archive', () => {
  const whole = readFileSync(join(fixtures, 'pictures-nchw-uint8.npz'));
  test.each([
    ['empty', new Uint8Array(0), 'DATA_EMPTY'],
    ['text', 'x,y\n1,2\n', 'DATA_NOT_NPZ'],
    ['one byte', 'P', 'DATA_NOT_NPZ'],
    ['truncated at the end', whole.subarray(0, whole.length - 30), 'DATA_NOT_NPZ'],
    ['truncated in the middle', whole.subarray(0, whole.length / 2), 'DATA_NOT_NPZ'],
    ['the end only', whole.subarray(whole.length - 22), 'DATA_NOT_NPZ'],
    ['a bare .npy', npyHeaderBytes(pictures), 'DATA_NOT_NPZ']
  ])('%s', async (_, bytes, code) => {
    expect(await refusal(inspect(bytes))).toContain(code);
  });

  test('a folder, a missing file, a broken link and an unknown ending', async () => {
    const link = join(folder, 'link.npz');
    symlinkSync(join(folder, 'nowhere'), link);
    for (const path of [folder, join(folder, 'missing.npz'), link])
      expect(await refusal(inspectDataset(path, 'pictures.npz', plain, []))).toContain('FILE_NOT_FOUND');
    expect(
      await refusal(inspectDataset(temporaryFile(folder, Uint8Array.of(1, 2, 3)), 'pictures.mat', plain, []))
    ).toBe('DATA_FORMAT_UNKNOWN: pictures.mat is of no known data format.');
  });
});

describe('arrays that are no data set', () => {
  test('a missing array names those that are there', async () => {
    const images = npzBytes([['images', pictures]], true);
    expect(await refusal(inspect(images))).toBe(
      'DATA_ARRAY_MISSING: pictures.npz has no array named x; it holds: images.'
    );
    expect(await refusal(inspect(npzBytes([['x', pictures]], true)))).toContain('no array named y');
    expect(await refusal(inspect(npzBytes([], true)))).toContain('it holds: no arrays.');
  });

  test.each([
    ['objects', 'it holds Python objects, which are never loaded'],
    ['structured', 'it has a structured element type'],
    ['float16', 'its element type <f2 is not read']
  ])('%s', async (kind, reason) => {
    const path = join(fixtures, `refused-${kind}.npz`);
    expect(await refusal(inspectDataset(path, 'a.npz', plain, []))).toBe(
      `DATA_ARRAY_UNSUPPORTED: The array x in a.npz is not supported: ${reason}.`
    );
  });

  test.each([
    ['int32 pictures', { shape: [2, 3, 2, 2], data: new Int32Array(24) }, labels, 'its elements are int32'],
    [
      'three dimensions',
      { shape: [2, 3, 4], data: new Uint8Array(24) },
      labels,
      'it has the shape (2, 3, 4)'
    ],
    ['no pictures', { shape: [0, 3, 2, 2], data: new Uint8Array(0) }, labels, 'it is empty'],
    ['no height', { shape: [2, 3, 0, 2], data: new Uint8Array(0) }, labels, 'it is empty'],
    ['float labels', pictures, { shape: [2], data: new Float32Array([0, 1]) }, 'not integers'],
    ['one-hot labels', pictures, { shape: [2, 2], data: new Int32Array(4) }, 'it has the shape (2, 2)']
  ])('%s', async (_, x, y, reason) => {
    const found = await refusal(inspect(npz(x, y)));
    expect(found).toContain('DATA_ARRAY_UNSUPPORTED');
    expect(found).toContain(reason);
  });

  test('as many labels as pictures', async () => {
    expect(await refusal(inspect(npz(pictures, { shape: [3], data: new Int32Array(3) })))).toBe(
      'DATA_LENGTHS_DIFFER: pictures.npz has 3 labels for 2 pictures.'
    );
  });

  test.each([
    ['negative', new Int32Array([0, -1]), 'The label -1 of picture 1'],
    ['far too large', new BigInt64Array([0n, 2n ** 53n + 1n]), 'The label 9007199254740993 of picture 1'],
    ['100,000', new Uint32Array([100_000, 0]), 'The label 100000 of picture 0']
  ])('%s labels', async (_, data, sentence) => {
    const found = await refusal(inspect(npz(pictures, { shape: [2], data })));
    expect(found).toContain('DATA_LABEL_OUT_OF_RANGE');
    expect(found).toContain(sentence);
  });

  test('the largest label is accepted; class names bound it', async () => {
    const largest = { shape: [2], data: new Uint32Array([99_999, 0]) };
    expect((await inspect(npz(pictures, largest))).classes).toBe(100_000);
    expect((await inspect(npz(pictures), plain, ['a', 'b', 'c'])).classCounts).toEqual([1, 1, 0]);
    expect(await refusal(inspect(npz(pictures), plain, ['a']))).toContain('DATA_LABEL_OUT_OF_RANGE');
  });

  test.each([NaN, Infinity, -Infinity])('pictures with %s', async (value) => {
    const data = new Float32Array(24);
    data[23] = value;
    expect(await refusal(inspect(npz({ shape: [2, 3, 2, 2], data })))).toBe(
      'DATA_NOT_FINITE: The array x in pictures.npz contains NaN or infinity, first in picture 1.'
    );
  });

  test.each([
    ['two means for three channels', { mean: [0, 1] }],
    ['two deviations for three channels', { std: [1, 1] }],
    ['a deviation that vanishes in float32', { std: [1e-60] }],
    ['an infinite scale', { scale: Infinity }],
    ['a negative scale', { scale: -1 }]
  ])('%s', async (_, part) => {
    expect(await refusal(inspect(npz(pictures), { ...plain, ...part }))).toContain('DATA_PREPROCESSING');
  });
});

/** A .npy file with any header text. */
function npyWith(header: string, data: Uint8Array = new Uint8Array(4), version = 1): Buffer {
  const start = Buffer.from([
    0x93,
    ...Buffer.from('NUMPY'),
    version,
    0,
    header.length & 255,
    header.length >> 8
  ]);
  return Buffer.concat([start, Buffer.from(header, 'latin1'), data]);
}

interface Entry {
  readonly name: string;
  readonly contents: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  readonly declaredSize?: number;
  readonly checksum?: number;
}

/** An archive whose headers may lie. */
function archive(entries: readonly Entry[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, contents, method = 8, flags = 0, declaredSize, checksum } of entries) {
    const stored = method === 8 ? deflateRawSync(contents) : contents;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(checksum ?? crc32(contents), 10);
    fields.writeUInt32LE(stored.length, 14);
    fields.writeUInt32LE(declaredSize ?? contents.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const header = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name)]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields, place, Buffer.from(name)]));
    local.push(header, Buffer.from(stored));
    offset += header.length + stored.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(central).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, ...central, end]);
}

const refusedArchive = (entries: readonly Entry[], bytes?: number) =>
  refusal(
    readNpz(temporaryFile(folder, archive(entries)), {
      fileName: 'a.npz',
      ...(bytes === undefined ? {} : { bytes })
    })
  );

describe('archives that lie', () => {
  const header = (shape: string, descr = "'|u1'") =>
    `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;
  const sound = npyWith(header('(4,)'));

  test('the archive that the others are made from is accepted', async () => {
    expect(await refusedArchive([{ name: 'x.npy', contents: sound }])).toBe('accepted');
  });

  test.each<[string, Entry[], string]>([
    [
      'two arrays of one name',
      [
        { name: 'x.npy', contents: sound },
        { name: 'x.npy', contents: sound }
      ],
      'in it twice'
    ],
    ['encryption', [{ name: 'x.npy', contents: sound, flags: 1 }], 'encrypted'],
    ['another compression', [{ name: 'x.npy', contents: sound, method: 12 }], 'compressed by method 12'],
    ['a checksum that is wrong', [{ name: 'x.npy', contents: sound, checksum: 1 }], 'its checksum is wrong'],
    [
      'a size that deflate cannot reach',
      [{ name: 'x.npy', contents: sound, declaredSize: 2 ** 30 }],
      'cannot be true'
    ],
    ['a size too large', [{ name: 'x.npy', contents: sound, declaredSize: sound.length + 9 }], 'damaged'],
    ['a size too small', [{ name: 'x.npy', contents: sound, declaredSize: sound.length - 1 }], 'damaged'],
    ['a stored size that differs', [{ name: 'x.npy', contents: sound, method: 0, declaredSize: 3 }], 'size'],
    ['a path out of the archive', [{ name: '../x.npy', contents: sound }], 'invalid relative path'],
    [
      'an array too long for its shape',
      [{ name: 'x.npy', contents: npyWith(header('(3,)')) }],
      'needs 3 bytes and 4'
    ],
    [
      'an array too short for its shape',
      [{ name: 'x.npy', contents: npyWith(header('(2, 900)')) }],
      'needs 1800 bytes'
    ],
    ['a header cut off', [{ name: 'x.npy', contents: sound.subarray(0, 30) }], 'ends within its header'],
    ['no header', [{ name: 'x.npy', contents: new Uint8Array(0) }], 'ends within its header'],
    [
      'text for an array',
      [{ name: 'x.npy', contents: Buffer.from('hello, world') }],
      'does not begin as an .npy'
    ],
    ['version 9', [{ name: 'x.npy', contents: npyWith(header('(4,)'), undefined, 9) }], 'version 9'],
    [
      'an impossible shape',
      [{ name: 'x.npy', contents: npyWith(header('(9007199254740991, 9)')) }],
      'impossibly large'
    ],
    [
      'an impossible empty shape',
      [{ name: 'x.npy', contents: npyWith(header('(9007199254740991, 9, 0)')) }],
      'impossibly large'
    ],
    ['a negative shape', [{ name: 'x.npy', contents: npyWith(header('(-4,)')) }], 'not a whole number'],
    [
      'a program for a header',
      [{ name: 'x.npy', contents: npyWith("__import__('os').abort()") }],
      'unexpected text'
    ],
    ['a header nested too deep', [{ name: 'x.npy', contents: npyWith('('.repeat(5000)) }], 'unexpected text'],
    [
      'a header without a shape',
      [{ name: 'x.npy', contents: npyWith("{'descr': '|u1', 'fortran_order': False}") }],
      'lacks'
    ],
    ['a key twice', [{ name: 'x.npy', contents: npyWith("{'shape': (), 'shape': ()}") }], 'unexpected text'],
    ['a made-up type', [{ name: 'x.npy', contents: npyWith(header('(4,)', "'constructor'")) }], 'is not read']
  ])('%s', async (_, entries, reason) => {
    const found = await refusedArchive(entries);
    expect(found).toMatch(/^DATA_(NOT_NPZ|ARRAY_UNSUPPORTED): /);
    expect(found).toContain(reason);
  });

  test('a zip bomb is refused before it is inflated', async () => {
    const contents = npyWith(header('(40000000,)'), new Uint8Array(40_000_000));
    const file = archive([{ name: 'x.npy', contents }]);
    expect(file.length).toBeLessThan(50_000);
    expect(await refusal(readNpz(temporaryFile(folder, file), { bytes: 1_000_000, fileName: 'a.npz' }))).toBe(
      `DATA_TOO_LARGE: a.npz would need ${contents.length} bytes of memory; at most 1000000 are allowed.`
    );
  });

  test('arrays count together', async () => {
    const two = ['x.npy', 'y.npy'].map((name) => ({ name, contents: sound }));
    expect(await refusedArchive(two, sound.length * 2)).toBe('accepted');
    expect(await refusedArchive(two, sound.length * 2 - 1)).toContain('DATA_TOO_LARGE');
  });
});

test('a real file with any bytes changed, cut or doubled is accepted or refused by a code', async () => {
  const files = ['pictures-nchw-uint8', 'pictures-nhwc-float32', 'refused-structured', 'versions'].map(
    (name) => readFileSync(join(fixtures, `${name}.npz`))
  );
  const change = fc.record({
    place: fc.nat(1_000_000),
    value: fc.oneof(fc.nat(255), fc.constantFrom(0, 255, 1, 0x50)),
    length: fc.constantFrom(1, 1, 1, 2, 4, 8)
  });
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(change, { maxLength: 5 }),
      fc.option(fc.record({ from: fc.nat(1_000_000), length: fc.nat(200), twice: fc.boolean() })),
      async (file, changes, splice) => {
        let bytes = Buffer.from(file);
        for (const { place, value, length } of changes)
          bytes
            .subarray(place % bytes.length)
            .subarray(0, length)
            .fill(value);
        if (splice !== null) {
          const from = splice.from % bytes.length;
          const to = from + splice.length;
          bytes = Buffer.concat([
            bytes.subarray(0, splice.twice ? to : from),
            bytes.subarray(splice.twice ? from : to)
          ]);
        }
        const path = temporaryFile(folder, bytes);
        for (const attempt of [
          () => inspectDataset(path, 'mutated.npz', plain, []),
          () => readNpz(path, { bytes: 10_000_000, fileName: 'mutated.npz' })
        ]) {
          const found = await refusal(attempt());
          if (found !== 'accepted') refused++;
          expect(found).toMatch(/^(accepted|DATA_[A-Z_]+: .+)$/s);
          expect(found).not.toContain('undefined');
        }
        rmSync(path);
      }
    ),
    { numRuns: 1500, seed: 2 }
  );
  expect(refused).toBeGreaterThan(500);
});
