import {
  BitlabError,
  preprocessedShape,
  type DatasetDetails,
  type DatasetFormat,
  type DatasetPreview,
  type Picture,
  type PictureProblem,
  type Preprocessing
} from '../../contract/index.ts';
import { openContainer, writeContainer, type WrittenContainer } from './container.ts';
import { PictureDamage } from './bmp.ts';
import { decodePicture, decodedAtOnce } from './decode-picture.ts';
import { inParallel } from './in-parallel.ts';
import { classCounts, classesOf } from './labels.ts';
import type { OpenDataset, ShownPicture } from './open-dataset.ts';
import { openPictures, shownPixels } from './open-pictures.ts';
import type { PictureSource } from './picture-source.ts';
import { readSource } from './read-source.ts';
import type { GivenFile } from './source-files.ts';
import { transformedShape } from './transform-picture.ts';

/** What is imported, and how it is read. */
export interface DatasetRequest {
  readonly files: readonly GivenFile[];
  readonly format?: DatasetFormat | undefined;
  readonly labels: 'fine' | 'coarse';
  readonly preprocessing: Preprocessing;
  /** Where given, their number is the number of classes, and every label must be below it. */
  readonly classNames: readonly string[];
}

/** What a notebook keeps of a data set beside its file. */
export type InspectedDataset = Pick<
  DatasetDetails,
  | 'format'
  | 'samples'
  | 'shape'
  | 'elementType'
  | 'layout'
  | 'classes'
  | 'classNames'
  | 'classCounts'
  | 'leftOut'
>;

export interface PackedDataset extends InspectedDataset {
  /** SHA-256 and size of the container; null where the file that was given is stored as it is. */
  readonly container: { readonly hash: string; readonly bytes: number } | null;
}

const previewedPictures = 24;

/**
 * Reads a data set fully and says what it is, or why it cannot be used. An .npz archive is kept as it is; all else is written as one
 * container.
 * @param containerPath where the container goes; the file must not be there yet
 * @throws BitlabError FILE_NOT_FOUND, DATA_*
 */
export async function packDataset(
  request: DatasetRequest,
  containerPath: string,
  onProgress: (done: number, total: number) => void = () => {}
): Promise<PackedDataset> {
  const opened = await readSource(request.files, request);
  const { format, source } = opened;
  const name = request.files[0]!.name;
  try {
    // What is wrong with labels and settings is told before anything is copied.
    const classes = checkedClasses(source, request.classNames);
    if (source.elements.kind === 'array') transformedShape(source.elements.shape, request.preprocessing);
    if (format === 'npz') {
      const dataset = await openPictures(source, request.preprocessing);
      return {
        ...described(format, source, dataset, classes),
        leftOut: { count: 0, first: [] },
        container: null
      };
    }
    const { leftOut, ...container } = await writeContainer(source, containerPath, name, onProgress);
    const stored = await openContainer(containerPath, name);
    const dataset = await openPictures(stored, request.preprocessing);
    return { ...described(format, stored, dataset, classes), leftOut: mutable(leftOut), container };
  } finally {
    opened.close();
  }
}

/**
 * What an import would give, from labels, shapes and a few pictures.
 * @throws BitlabError FILE_NOT_FOUND, DATA_*
 */
export async function previewDataset(request: DatasetRequest): Promise<DatasetPreview> {
  const { format, source, close } = await readSource(request.files, request);
  try {
    const classes = checkedClasses(source, request.classNames);
    const samples = source.labels.length;
    const chosen = Array.from({ length: Math.min(previewedPictures, samples) }, (_, i) =>
      Math.floor((i * samples) / Math.min(previewedPictures, samples))
    );
    const seen =
      source.elements.kind === 'array'
        ? await arrayPictures(source, request.preprocessing, chosen)
        : await filePictures(source, source.elements.pathOf, request.preprocessing, chosen);
    return {
      format,
      samples,
      elementType: source.elements.kind === 'array' ? source.elements.type : 'uint8',
      ...classes,
      ...seen
    };
  } finally {
    close();
  }
}

type Seen = Pick<DatasetPreview, 'storedShape' | 'shape' | 'pictures' | 'problems'>;

async function arrayPictures(
  source: PictureSource,
  preprocessing: Preprocessing,
  chosen: readonly number[]
): Promise<Seen> {
  const dataset = await openPictures(source, preprocessing);
  const { elements, labels } = source;
  const pictures: Picture[] = [];
  for (const sample of chosen) pictures.push(screenPicture(await dataset.picture(sample), sample, labels));
  const storedShape = elements.kind === 'array' ? elements.shape : dataset.shape;
  return { storedShape, shape: dataset.shape, pictures, problems: [] };
}

async function filePictures(
  source: PictureSource,
  pathOf: (sample: number) => string,
  preprocessing: Preprocessing,
  chosen: readonly number[]
): Promise<Seen> {
  const problems: PictureProblem[] = [];
  const found = await inParallel(chosen, decodedAtOnce, async (sample) => {
    try {
      const [bytes] = (await source.read([sample])) as [Uint8Array];
      const pixels = await decodePicture(bytes);
      const picture = screenPicture(shownPixels(pixels), sample, source.labels);
      return { picture, size: [pixels.channels, pixels.height, pixels.width] as [number, number, number] };
    } catch (error) {
      if (!(error instanceof PictureDamage)) throw error;
      problems.push({ path: pathOf(sample), reason: error.message });
      return null;
    }
  });
  const sound = found.filter((each) => each !== null);
  const [first] = sound;
  if (first === undefined)
    throw new BitlabError('DATA_PICTURES_BROKEN', { count: chosen.length, ...problems[0]! });
  const same = (axis: 1 | 2) =>
    sound.every(({ size }) => size[axis] === first.size[axis]) ? first.size[axis] : null;
  const asRgb = { ...preprocessing, channels: preprocessing.channels ?? ('rgb' as const) };
  const shapes = sound.map(({ size }) => preprocessedShape(size, asRgb));
  return {
    storedShape: [Math.max(...sound.map(({ size }) => size[0])), same(1), same(2)],
    shape: shapes.every((shape) => shape.join() === shapes[0]!.join()) ? shapes[0]! : null,
    pictures: sound.map(({ picture }) => picture),
    problems
  };
}

/** A picture as it travels to the screen. */
export function screenPicture(
  { width, height, rgba }: ShownPicture,
  sample: number,
  labels: Int32Array
): Picture {
  return { sample, label: labels[sample]!, width, height, rgba: Buffer.from(rgba).toString('base64') };
}

/** @throws BitlabError DATA_LABEL_OUT_OF_RANGE where names are given and too few */
function checkedClasses(source: PictureSource, given: readonly string[]) {
  const { labels } = source;
  const classNames = given.length > 0 ? [...given] : [...source.classNames];
  const classes = classNames.length > 0 ? classNames.length : classesOf(labels);
  const index = labels.findIndex((label) => label >= classes);
  if (index >= 0) throw new BitlabError('DATA_LABEL_OUT_OF_RANGE', { label: labels[index]!, index, classes });
  return { classes, classNames, classCounts: classCounts(labels, classes) };
}

function described(
  format: DatasetFormat,
  { labels }: PictureSource,
  { samples, shape, elementType, layout }: OpenDataset,
  { classes, classNames }: { readonly classes: number; readonly classNames: string[] }
): Omit<InspectedDataset, 'leftOut'> {
  return {
    format,
    samples,
    shape,
    elementType,
    layout,
    classes,
    classNames,
    classCounts: classCounts(labels, classes)
  };
}

const mutable = ({ count, first }: WrittenContainer['leftOut']) => ({ count, first: [...first] });
