import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readNpz } from '../../src/main/datasets/npz.ts';
import { npzBytes, writeNpz } from '../../src/main/datasets/write-npz.ts';
import type { Tensor } from '../../src/main/numeric/tensor.ts';
import { temporaryFile } from './temporary-file.ts';

const fixtures = join(import.meta.dirname, '../data/npz');
const folder = mkdtempSync(join(tmpdir(), 'bitlab-npz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const numpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;

const plain = (tensor: Tensor | undefined) =>
  tensor && { shape: tensor.shape, data: [...(tensor.data as Iterable<number | bigint>)] };

describe.each(['stored', 'deflated'])('arrays that NumPy %s', (how) => {
  test('every element type, little and big endian', async () => {
    const arrays = await readNpz(join(fixtures, `element-types.${how}.npz`));
    for (const order of ['little', 'big']) {
      expect(plain(arrays.get(`${order}-u1`))).toEqual({
        shape: [2, 3],
        data: [250, 251, 252, 253, 254, 255]
      });
      for (const code of ['u2', 'u4'])
        expect(plain(arrays.get(`${order}-${code}`))).toEqual({ shape: [2, 3], data: [0, 1, 2, 3, 4, 5] });
      for (const code of ['i1', 'i2', 'i4', 'f4', 'f8'])
        expect(plain(arrays.get(`${order}-${code}`))).toEqual({ shape: [2, 3], data: [-3, -2, -1, 0, 1, 2] });
      expect(plain(arrays.get(`${order}-u8`))?.data).toEqual([0n, 1n, 2n, 3n, 4n, 5n]);
      expect(plain(arrays.get(`${order}-i8`))?.data).toEqual([-3n, -2n, -1n, 0n, 1n, 2n]);
    }
    expect(arrays.get('big-i8')?.data).toBeInstanceOf(BigInt64Array);
    expect(arrays.get('little-f4')?.data).toBeInstanceOf(Float32Array);
  });

  test('truth values, scalars, empty arrays, column-major order and names with other letters', async () => {
    const arrays = await readNpz(join(fixtures, `element-types.${how}.npz`));
    expect(arrays.get('bool')).toMatchObject({ type: 'bool', shape: [3], data: new Uint8Array([1, 0, 1]) });
    expect(plain(arrays.get('scalar'))).toEqual({ shape: [], data: [7] });
    expect(plain(arrays.get('none'))).toEqual({ shape: [0, 3], data: [] });
    expect(plain(arrays.get('fortran'))).toEqual({
      shape: [2, 3, 4],
      data: Array.from({ length: 24 }, (_, i) => i)
    });
    expect(plain(arrays.get('a/b c.ü'))?.data).toEqual([0, 1]);
  });
});

test('the three versions of the .npy header', async () => {
  const arrays = await readNpz(join(fixtures, 'versions.npz'));
  expect([...arrays.keys()]).toEqual(['version-1', 'version-2', 'version-3']);
  for (const array of arrays.values()) expect(plain(array)).toEqual({ shape: [5], data: [0, 1, 2, 3, 4] });
});

test('only the arrays that were asked for are read', async () => {
  const arrays = await readNpz(join(fixtures, 'refused-objects.npz'), { only: ['y'] });
  expect([...arrays.keys()]).toEqual(['y']);
});

const tensors: [string, Tensor][] = [
  ['logits', { shape: [2, 3], data: new Float32Array([1.5, -0, 3e-40, Infinity, 5, 6]) }],
  ['labels', { shape: [3], data: new BigInt64Array([1n, -(2n ** 62n), 3n]) }],
  ['codes', { shape: [2, 1, 2], data: new Int8Array([-128, 127, 0, 1]) }],
  ['doubles', { shape: [1], data: new Float64Array([Math.PI]) }],
  ['nothing', { shape: [0], data: new Uint8Array(0) }],
  ['one', { shape: [], data: new Uint16Array([65535]) }]
];

describe.each([true, false])('what is written with compression %s', (compress) => {
  test('is read back', async () => {
    const path = join(folder, `written-${compress}.npz`);
    await writeNpz(path, tensors, { compress });
    const arrays = await readNpz(path);
    expect([...arrays.keys()]).toEqual(tensors.map(([name]) => name));
    for (const [name, tensor] of tensors) {
      expect(arrays.get(name)?.shape).toEqual(tensor.shape);
      expect(arrays.get(name)?.data).toEqual(tensor.data);
    }
  });

  test.skipIf(!numpy)('is read by NumPy, and what NumPy then writes is read back', async () => {
    const path = join(folder, `for-numpy-${compress}.npz`);
    const copy = join(folder, `from-numpy-${compress}.npz`);
    await writeNpz(path, tensors, { compress });
    const program = [
      'import sys, zipfile, numpy as np',
      'assert zipfile.ZipFile(sys.argv[1]).testzip() is None',
      'arrays = dict(np.load(sys.argv[1], allow_pickle=False))',
      "print({k: (str(v.dtype), v.shape) for k, v in arrays.items()} == {'logits': ('float32', (2, 3)), 'labels': ('int64', (3,)), 'codes': ('int8', (2, 1, 2)), 'doubles': ('float64', (1,)), 'nothing': ('uint8', (0,)), 'one': ('uint16', ())})",
      'np.savez_compressed(sys.argv[2], **arrays)'
    ].join('\n');
    const { stdout, stderr } = spawnSync('python3', ['-c', program, path, copy], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('True');
    const arrays = await readNpz(copy);
    for (const [name, tensor] of tensors) expect(arrays.get(name)?.data).toEqual(tensor.data);
  });
});

test('any array of float32 survives writing and reading, bit for bit', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (bytes, compress) => {
      const words = bytes.slice(0, bytes.length & ~3);
      const data = new Float32Array(words.buffer);
      const path = temporaryFile(folder, npzBytes([['x', { shape: [data.length], data }]], compress));
      const back = (await readNpz(path)).get('x')!.data as Float32Array<ArrayBuffer>;
      expect(new Uint8Array(back.buffer)).toEqual(words);
    }),
    { numRuns: 60 }
  );
});

test('equal arrays give equal files, and a wrong shape is a fault of the program', () => {
  expect(npzBytes(tensors, true)).toEqual(npzBytes(tensors, true));
  expect(() => npzBytes([['x', { shape: [3], data: new Uint8Array(2) }]], true)).toThrow(RangeError);
});

test('a file that cannot be written leaves nothing behind', async () => {
  const taken = join(folder, 'taken');
  await writeNpz(taken, tensors);
  await expect(writeNpz(join(taken, 'inside.npz'), tensors)).rejects.toThrow();
  expect(readFileSync(taken).subarray(0, 2).toString()).toBe('PK');
});
