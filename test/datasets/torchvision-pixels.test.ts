import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Preprocessing } from '../../src/contract/index.ts';
import { decodePicture } from '../../src/main/datasets/decode-picture.ts';
import { readNpz } from '../../src/main/datasets/index.ts';
import { transformedPicture, transformedShape } from '../../src/main/datasets/transform-picture.ts';

const folder = join(import.meta.dirname, '../data/pictures');

interface Case {
  readonly file: string;
  readonly array: string;
  readonly preprocessing: unknown;
}

const cases = JSON.parse(await readFile(join(folder, 'cases.json'), 'utf8')) as Case[];
const golden = await readNpz(join(folder, 'golden.npz'));

// tools/pictures_golden.py wrote both with torchvision 0.14.1 and Pillow 9.4.
describe('pixels after preprocessing are those of torchvision', () => {
  test.each(cases)('$file, $preprocessing', async ({ file, array, preprocessing }) => {
    const transform = Preprocessing.parse(preprocessing);
    const pixels = await decodePicture(await readFile(join(folder, file)));
    const made = transformedPicture(pixels, transform);
    const { data, shape } = golden.get(array)!;
    expect(transformedShape([pixels.channels, pixels.height, pixels.width], transform)).toEqual(shape);
    // Decoders of JPEG may differ in the last bit; what comes after them may not.
    const differences = made.map((value, i) => Math.abs(value - Number(data[i])));
    const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
    if (file.endsWith('.jpg')) expect(mean).toBeLessThan(0.05);
    else expect(mean).toBe(0);
  });
});
