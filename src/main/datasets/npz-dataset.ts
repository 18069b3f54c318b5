import { BitlabError } from '../../contract/index.ts';
import { checkedLabels, classesOf, mostClasses } from './labels.ts';
import type { NpyArray } from './npy.ts';
import { readNpzContents } from './npz.ts';
import type { DatasetReader, OpenDataset, OpenOptions } from './open-dataset.ts';
import { displayRange, displayed, layoutOf, strides } from './pictures.ts';
import type { DisplayRange, StoredPictures } from './pictures.ts';
import { channelPreprocessing, preprocessed, preprocessingTable } from './preprocessing.ts';
import type { ChannelPreprocessing } from './preprocessing.ts';

/** An .npz archive with x, pictures of uint8 or float32 as (n, c, h, w) or (n, h, w, c), and y, n integer labels. */
export const npzDataset: DatasetReader = {
  async open(path: string, { preprocessing, fileName, bytes }: OpenOptions): Promise<OpenDataset> {
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
    const labels = checkedLabels(y.data, mostClasses);
    const channels = channelPreprocessing(preprocessing, pictures.shape[0]);
    return openPictures(pictures, labels, channels);
  }
};

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

function checkLabelArray(y: NpyArray, file: string): void {
  const refuse = (reason: string) => new BitlabError('DATA_ARRAY_UNSUPPORTED', { array: 'y', file, reason });
  if (!integerTypes.includes(y.type)) throw refuse(`its elements are ${y.type}, not integers`);
  if (y.shape.length !== 1) throw refuse(`it has the shape (${y.shape.join(', ')})`);
}

function openPictures(
  pictures: StoredPictures,
  labels: Int32Array,
  preprocessing: ChannelPreprocessing
): OpenDataset {
  const samples = labels.length;
  let range: DisplayRange | null = null;
  const copyPicture = pictureCopier(pictures, preprocessing);
  const pictureElements = pictures.shape[0] * pictures.shape[1] * pictures.shape[2];

  const check = (sample: number) => {
    if (!Number.isInteger(sample) || sample < 0 || sample >= samples)
      throw new RangeError(`The data set has ${samples} samples and no sample ${sample}.`);
  };

  return {
    samples,
    shape: pictures.shape,
    elementType: pictures.data instanceof Uint8Array ? 'uint8' : 'float32',
    layout: pictures.layout,
    labels,
    classes: classesOf(labels),
    batch(first: number | ArrayLike<number>, count: number = 0): Float32Array {
      const chosen: number[] = [];
      if (typeof first === 'number') for (let i = 0; i < count; i++) chosen.push(first + i);
      else for (let i = 0; i < first.length; i++) chosen.push(first[i]!);
      chosen.forEach(check);
      const batch = new Float32Array(chosen.length * pictureElements);
      chosen.forEach((sample, i) => copyPicture(sample, batch, i * pictureElements));
      return batch;
    },
    picture(sample: number): Uint8Array {
      check(sample);
      range ??= displayRange(pictures.data);
      return displayed(pictures, sample, range);
    }
  };
}

/** A function that writes one preprocessed picture in CHW order into a batch. */
function pictureCopier(
  pictures: StoredPictures,
  preprocessing: ChannelPreprocessing
): (sample: number, batch: Float32Array, at: number) => void {
  const { data } = pictures;
  const [channels, height, width] = pictures.shape;
  const pixels = height * width;
  const stride = strides(pictures);
  if (data instanceof Uint8Array) {
    const table = preprocessingTable(preprocessing);
    return (sample, batch, at) => {
      const start = sample * channels * pixels;
      for (let channel = 0; channel < channels; channel++) {
        let from = start + channel * stride.channel;
        let to = at + channel * pixels;
        for (let i = 0; i < pixels; i++, from += stride.pixel)
          batch[to++] = table[channel * 256 + data[from]!]!;
      }
    };
  }
  return (sample, batch, at) => {
    const start = sample * channels * pixels;
    for (let channel = 0; channel < channels; channel++) {
      const { scale } = preprocessing;
      const mean = preprocessing.mean[channel]!;
      const std = preprocessing.std[channel]!;
      let from = start + channel * stride.channel;
      let to = at + channel * pixels;
      for (let i = 0; i < pixels; i++, from += stride.pixel)
        batch[to++] = preprocessed(data[from]!, scale, mean, std);
    }
  };
}
