import { BitlabError } from '../../../contract/index.ts';
import { checkedLabels, mostClasses } from '../labels.ts';
import type { NpyArray } from '../npy.ts';
import { readNpzContents } from '../npz.ts';
import type { PictureSource } from '../picture-source.ts';
import { layoutOf, type StoredPictures } from '../pictures.ts';

export interface NpzSourceOptions {
  /** The file's name in error messages. */
  readonly fileName: string;
  /** Most bytes that the arrays may take in memory. */
  readonly bytes?: number;
}

/**
 * An .npz archive with x, pictures of uint8 or float32 as (n, c, h, w) or (n, h, w, c), and y, n integer labels. Its arrays are
 * held in memory.
 * @throws BitlabError FILE_NOT_FOUND, DATA_*
 */
export async function npzSource(path: string, { fileName, bytes }: NpzSourceOptions): Promise<PictureSource> {
  const { arrays, names } = await readNpzContents(path, {
    only: ['x', 'y'],
    fileName,
    ...(bytes === undefined ? {} : { bytes })
  });
  const array = (name: string): NpyArray => {
    const found = arrays.get(name);
    if (found !== undefined) return found;
    const list = names.slice(0, 20).join(', ') || 'no arrays';
    throw new BitlabError('DATA_ARRAY_MISSING', { file: fileName, array: name, found: list });
  };
  const x = array('x');
  const y = array('y');
  const pictures = checkedPictures(x, fileName);
  checkLabelArray(y, fileName);
  const samples = x.shape[0]!;
  if (y.data.length !== samples)
    throw new BitlabError('DATA_LENGTHS_DIFFER', {
      file: fileName,
      pictures: samples,
      labels: y.data.length
    });
  const { data, layout, shape } = pictures;
  const size = data.length / samples;
  return {
    labels: checkedLabels(y.data, mostClasses),
    classNames: [],
    elements: { kind: 'array', type: data instanceof Uint8Array ? 'uint8' : 'float32', layout, shape },
    read: async (chosen) => chosen.map((sample) => data.subarray(sample * size, (sample + 1) * size))
  };
}

function checkedPictures(x: NpyArray, file: string): StoredPictures {
  const refuse = (reason: string) => new BitlabError('DATA_ARRAY_UNSUPPORTED', { array: 'x', file, reason });
  const data = x.data;
  if ((x.type !== 'uint8' && x.type !== 'float32') || !isPictureData(data))
    throw refuse(`its elements are ${x.type}`);
  if (x.shape.length !== 4) throw refuse(`it has the shape (${x.shape.join(', ')})`);
  if (data.length === 0) throw refuse(`it is empty: its shape is (${x.shape.join(', ')})`);
  const pictures = { data, ...layoutOf(x.shape) };
  if (data instanceof Float32Array) checkFinite(data, data.length / x.shape[0]!, file);
  return pictures;
}

function isPictureData(data: NpyArray['data']): data is Uint8Array | Float32Array {
  return data instanceof Uint8Array || data instanceof Float32Array;
}

function checkFinite(data: Float32Array, pictureElements: number, file: string): void {
  const place = data.findIndex((value) => !Number.isFinite(value));
  if (place < 0) return;
  const index = Math.floor(place / pictureElements);
  throw new BitlabError('DATA_NOT_FINITE', { array: 'x', file, index });
}

const integerTypes = ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64'];

export function checkLabelArray(y: Pick<NpyArray, 'type' | 'shape'>, file: string): void {
  const refuse = (reason: string) => new BitlabError('DATA_ARRAY_UNSUPPORTED', { array: 'y', file, reason });
  if (!integerTypes.includes(y.type)) throw refuse(`its elements are ${y.type}, not integers`);
  if (y.shape.length !== 1) throw refuse(`it has the shape (${y.shape.join(', ')})`);
}
