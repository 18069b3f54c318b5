import { BitlabError, type Preprocessing } from '../../contract/index.ts';
import { PictureDamage } from './bmp.ts';
import { decodedAtOnce, decodePicture } from './decode-picture.ts';
import { inParallel } from './in-parallel.ts';
import { classesOf } from './labels.ts';
import type { OpenDataset, ShownPicture } from './open-dataset.ts';
import type { CachedPictures } from './picture-cache.ts';
import type { PictureElements, PictureSource, StoredBytes } from './picture-source.ts';
import {
  displayed,
  displayRange,
  interleaved,
  strides,
  type DisplayRange,
  type PictureShape
} from './pictures.ts';
import { channelPreprocessing, preprocessed, preprocessingTable } from './preprocessing.ts';
import { resample, type Pixels } from './resample.ts';
import { transformedPicture, transformedShape, transformsPictures } from './transform-picture.ts';

type ArrayElements = Extract<PictureElements, { kind: 'array' }>;
type FileElements = Extract<PictureElements, { kind: 'file' }>;

/** The longer side of a picture on the screen. */
const shownSide = 160;
/** Pictures that are looked at for the range of values that is shown. */
const lookedAt = 1000;

/**
 * Puts preprocessing before a source.
 * @param cacheOf opens the cache of pictures of so many bytes; asked only where pictures have to be decoded
 * @throws BitlabError DATA_PREPROCESSING, DATA_SIZES_DIFFER
 */
export async function openPictures(
  source: PictureSource,
  preprocessing: Preprocessing,
  cacheOf: ((pictureBytes: number) => Promise<CachedPictures>) | null = null
): Promise<OpenDataset> {
  const { labels, elements } = source;
  const samples = labels.length;
  const shape = shapeAfter(elements, preprocessing);
  const size = shape[0] * shape[1] * shape[2];
  const fill =
    elements.kind === 'array'
      ? arrayFiller(elements, preprocessing, shape)
      : await fileFiller(elements, preprocessing, shape, cacheOf);
  const check = (sample: number) => {
    if (!Number.isInteger(sample) || sample < 0 || sample >= samples)
      throw new RangeError(`The data set has ${samples} samples and no sample ${sample}.`);
  };
  const batchOf = async (chosen: readonly number[]) => {
    chosen.forEach(check);
    const batch = new Float32Array(chosen.length * size);
    await fill(source, chosen, batch);
    return batch;
  };
  let range: Promise<DisplayRange> | null = null;
  return {
    samples,
    shape,
    elementType: elements.kind === 'array' ? elements.type : 'uint8',
    layout: elements.kind === 'array' ? elements.layout : 'nhwc',
    labels,
    classes: classesOf(labels),
    batch: (offset, count) => batchOf(Array.from({ length: count }, (_, i) => offset + i)),
    chosen: (chosen) => batchOf(Array.from(chosen)),
    async picture(sample: number): Promise<ShownPicture> {
      check(sample);
      const [bytes] = (await source.read([sample])) as [StoredBytes];
      if (elements.kind === 'file') return shownFile(elements, sample, bytes as Uint8Array);
      range ??= rangeOf(source, elements);
      const [, height, width] = elements.shape;
      return { height, width, rgba: displayed({ ...elements, data: bytes }, 0, await range) };
    }
  };
}

function shapeAfter(elements: PictureElements, preprocessing: Preprocessing): PictureShape {
  if (elements.kind === 'array') return transformedShape(elements.shape, preprocessing);
  const { sizes, pathOf } = elements;
  const asRgb = { ...preprocessing, channels: preprocessing.channels ?? 'rgb' } as const;
  if (sizes === null || sizes.length === 0) throw new Error('the sizes of picture files are not known yet');
  const sizeOf = (sample: number): PictureShape => [
    sizes[3 * sample]!,
    sizes[3 * sample + 1]!,
    sizes[3 * sample + 2]!
  ];
  const first = transformedShape(sizeOf(0), asRgb);
  for (let sample = 1; 3 * sample < sizes.length; sample++) {
    const other = transformedShape(sizeOf(sample), asRgb);
    if (other.join() === first.join()) continue;
    throw new BitlabError('DATA_SIZES_DIFFER', {
      first: pathOf(0),
      firstSize: first.slice(1).join(' x '),
      other: pathOf(sample),
      otherSize: other.slice(1).join(' x ')
    });
  }
  return first;
}

type Fill = (source: PictureSource, chosen: readonly number[], batch: Float32Array) => Promise<void>;

/** Arrays need no decoding; where pixels are moved, that is done by 8 bits. */
function arrayFiller(elements: ArrayElements, preprocessing: Preprocessing, shape: PictureShape): Fill {
  const [channels, height, width] = shape;
  const pixels = height * width;
  if (!transformsPictures(preprocessing)) {
    const copy = pictureCopier(elements, preprocessing);
    return async (source, chosen, batch) => {
      const pictures = await source.read(chosen);
      pictures.forEach((picture, i) => copy(picture, batch, i * channels * pixels));
    };
  }
  if (elements.type === 'float32')
    throw new BitlabError('DATA_PREPROCESSING', {
      reason: 'channels, resize and centreCrop are for pictures of uint8, and these are float32'
    });
  if (preprocessing.channels !== undefined && ![1, 3, 4].includes(elements.shape[0]))
    throw new BitlabError('DATA_PREPROCESSING', {
      reason: `pictures of ${elements.shape[0]} channels have no colours to put in order`
    });
  const normalize = normalizer(preprocessing, channels, pixels);
  return async (source, chosen, batch) => {
    const pictures = await source.read(chosen);
    pictures.forEach((picture, i) => {
      const moved = transformedPicture(interleaved(picture as Uint8Array, elements), preprocessing);
      normalize(moved, batch, i * channels * pixels);
    });
  };
}

async function fileFiller(
  elements: FileElements,
  preprocessing: Preprocessing,
  [channels, height, width]: PictureShape,
  cacheOf: ((pictureBytes: number) => Promise<CachedPictures>) | null
): Promise<Fill> {
  const pictureSize = channels * height * width;
  const transform = { ...preprocessing, channels: preprocessing.channels ?? ('rgb' as const) };
  const normalize = normalizer(preprocessing, channels, height * width);
  const cache = cacheOf === null ? null : await cacheOf(pictureSize);
  return async (source, chosen, batch) => {
    const missing: { readonly sample: number; readonly at: number }[] = [];
    for (const [i, sample] of chosen.entries()) {
      const kept = cache === null ? null : await cache.get(sample);
      if (kept === null) missing.push({ sample, at: i * pictureSize });
      else normalize(kept, batch, i * pictureSize);
    }
    await inParallel(missing, decodedAtOnce, async ({ sample, at }) => {
      const [bytes] = (await source.read([sample])) as [Uint8Array];
      const pixels = await decoded(elements, sample, bytes);
      const moved = transformedPicture(pixels, transform);
      if (moved.length !== pictureSize) throw changed(elements, sample);
      normalize(moved, batch, at);
      await cache?.put(sample, moved);
    });
  };
}

async function decoded(elements: FileElements, sample: number, bytes: Uint8Array): Promise<Pixels> {
  try {
    return await decodePicture(bytes);
  } catch (error) {
    if (!(error instanceof PictureDamage)) throw error;
    const details = { file: elements.pathOf(sample), format: 'a picture', reason: error.message };
    throw new BitlabError('DATA_FILE_INVALID', details, { cause: error });
  }
}

function changed(elements: FileElements, sample: number): BitlabError {
  const reason = 'it has another size than when it was imported';
  return new BitlabError('DATA_FILE_INVALID', { file: elements.pathOf(sample), format: 'a picture', reason });
}

/** A function that writes scale, mean and standard deviation of a picture's 8-bit values, channel after channel, into a batch. */
function normalizer(preprocessing: Preprocessing, channels: number, pixels: number) {
  const table = preprocessingTable(channelPreprocessing(preprocessing, channels));
  return (values: Uint8Array, batch: Float32Array, at: number): void => {
    for (let channel = 0; channel < channels; channel++) {
      const start = channel * pixels;
      const entry = channel * 256;
      for (let i = start; i < start + pixels; i++) batch[at + i] = table[entry + values[i]!]!;
    }
  };
}

/** A function that writes one preprocessed picture in CHW order into a batch. */
function pictureCopier(
  elements: ArrayElements,
  preprocessing: Preprocessing
): (picture: StoredBytes, batch: Float32Array, at: number) => void {
  const [channels, height, width] = elements.shape;
  const settings = channelPreprocessing(preprocessing, channels);
  const pixels = height * width;
  const stride = strides(elements);
  if (elements.type === 'uint8') {
    const table = preprocessingTable(settings);
    return (picture, batch, at) => {
      for (let channel = 0; channel < channels; channel++) {
        let from = channel * stride.channel;
        let to = at + channel * pixels;
        for (let i = 0; i < pixels; i++, from += stride.pixel)
          batch[to++] = table[channel * 256 + picture[from]!]!;
      }
    };
  }
  return (picture, batch, at) => {
    for (let channel = 0; channel < channels; channel++) {
      const mean = settings.mean[channel]!;
      const std = settings.std[channel]!;
      let from = channel * stride.channel;
      let to = at + channel * pixels;
      for (let i = 0; i < pixels; i++, from += stride.pixel)
        batch[to++] = preprocessed(picture[from]!, settings.scale, mean, std);
    }
  };
}

async function rangeOf(source: PictureSource, elements: ArrayElements): Promise<DisplayRange> {
  if (elements.type === 'uint8') return displayRange(new Uint8Array(0));
  const samples = Array.from({ length: Math.min(lookedAt, source.labels.length) }, (_, i) => i);
  const pictures = (await source.read(samples)) as Float32Array[];
  return displayRange(pictures);
}

async function shownFile(elements: FileElements, sample: number, bytes: Uint8Array): Promise<ShownPicture> {
  return shownPixels(await decoded(elements, sample, bytes));
}

/** A decoded picture for the screen. */
export function shownPixels(pixels: Pixels): ShownPicture {
  const ratio = Math.min(1, shownSide / Math.max(pixels.height, pixels.width));
  const height = Math.max(1, Math.round(pixels.height * ratio));
  const width = Math.max(1, Math.round(pixels.width * ratio));
  const { data, channels } = resample(pixels, height, width, 'bilinear');
  const rgba = new Uint8Array(height * width * 4).fill(255);
  for (let i = 0; i < height * width; i++)
    for (let colour = 0; colour < 3; colour++)
      rgba[i * 4 + colour] = data[i * channels + (channels === 1 ? 0 : colour)]!;
  return { height, width, rgba };
}
