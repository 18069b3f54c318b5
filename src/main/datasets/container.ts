import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { BitlabError, type PictureProblem } from '../../contract/index.ts';
import { PictureDamage } from './bmp.ts';
import { decodedAtOnce, decodePicture } from './decode-picture.ts';
import { inParallel } from './in-parallel.ts';
import type { Layout, PictureShape } from './pictures.ts';
import type { PictureElements, PictureSource, StoredBytes } from './picture-source.ts';

/*
 * A data set of many files as one: 16 bytes that say what it is, the pictures one after another as they lay, an index in JSON,
 * and 32 bytes that say where the index is. The same pictures with the same labels give the same bytes, and so the same hash.
 * docs/decisions/0008-data-sets-of-many-files.md says why.
 */
const beginning = Buffer.from('BITLAB PICTURES\n', 'latin1');
const ending = Buffer.from('END OF PICTURES\n', 'latin1');
const trailerBytes = 16 + ending.length;
/** Of an index: a million pictures have one of some 60 MB. */
const mostIndexBytes = 2 ** 28;
/** Pictures that are read, checked and written together. */
const portionOfArrays = 256;
const portionOfFiles = decodedAtOnce * 4;
/** Broken pictures that are named; the others are only counted. */
const mostNamed = 100;

interface Index {
  readonly version: 1;
  readonly labels: readonly number[];
  readonly classNames: readonly string[];
  /** Arrays: all pictures are alike. */
  readonly array?: {
    readonly type: 'uint8' | 'float32';
    readonly layout: Layout;
    readonly shape: PictureShape;
  };
  /** Files: the path and the bytes of each, and its channels, height and width. */
  readonly files?: {
    readonly paths: readonly string[];
    readonly bytes: readonly number[];
    readonly sizes: readonly number[];
  };
}

export interface WrittenContainer {
  /** SHA-256 of the whole file. */
  readonly hash: string;
  readonly bytes: number;
  /** Pictures that cannot be decoded: they are not in it. */
  readonly leftOut: { readonly count: number; readonly first: readonly PictureProblem[] };
}

/**
 * Writes all of a source into a new file. Each picture file is decoded once, to see that it can be.
 * @throws BitlabError DATA_PICTURES_BROKEN where none can; DATA_NOT_FINITE; what the source throws
 */
export async function writeContainer(
  source: PictureSource,
  path: string,
  fileName: string,
  onProgress: (done: number, total: number) => void = () => {}
): Promise<WrittenContainer> {
  const file = await open(path, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    const write = async (chunk: Uint8Array) => {
      hash.update(chunk);
      bytes += chunk.byteLength;
      await file.writeFile(chunk);
    };
    await write(beginning);
    const { index, leftOut } =
      source.elements.kind === 'array'
        ? await writeArrays(source, source.elements, fileName, write, onProgress)
        : await writeFiles(source, source.elements, write, onProgress);
    const text = Buffer.from(JSON.stringify(index), 'utf8');
    const trailer = Buffer.alloc(16);
    trailer.writeBigUInt64LE(BigInt(bytes), 0);
    trailer.writeBigUInt64LE(BigInt(text.length), 8);
    await write(text);
    await write(Buffer.concat([trailer, ending]));
    await file.sync();
    return { hash: hash.digest('hex'), bytes, leftOut };
  } finally {
    await file.close();
  }
}

type Write = (chunk: Uint8Array) => Promise<void>;

async function writeArrays(
  source: PictureSource,
  { type, layout, shape }: Extract<PictureElements, { kind: 'array' }>,
  fileName: string,
  write: Write,
  onProgress: (done: number, total: number) => void
): Promise<{ index: Index; leftOut: WrittenContainer['leftOut'] }> {
  const total = source.labels.length;
  for (let start = 0; start < total; start += portionOfArrays) {
    const samples = numbersFrom(start, Math.min(portionOfArrays, total - start));
    const pictures = await source.read(samples);
    for (const [i, picture] of pictures.entries())
      if (picture instanceof Float32Array && !picture.every(Number.isFinite))
        throw new BitlabError('DATA_NOT_FINITE', { array: 'x', file: fileName, index: start + i });
    await write(Buffer.concat(pictures.map(bytesOf)));
    onProgress(start + samples.length, total);
  }
  const index: Index = {
    version: 1,
    labels: [...source.labels],
    classNames: source.classNames,
    array: { type, layout, shape }
  };
  return { index, leftOut: { count: 0, first: [] } };
}

async function writeFiles(
  source: PictureSource,
  { pathOf }: Extract<PictureElements, { kind: 'file' }>,
  write: Write,
  onProgress: (done: number, total: number) => void
): Promise<{ index: Index; leftOut: WrittenContainer['leftOut'] }> {
  const total = source.labels.length;
  const labels: number[] = [];
  const files = { paths: [] as string[], bytes: [] as number[], sizes: [] as number[] };
  const first: PictureProblem[] = [];
  for (let start = 0; start < total; start += portionOfFiles) {
    const samples = numbersFrom(start, Math.min(portionOfFiles, total - start));
    const pictures = await source.read(samples);
    const found = await inParallel(pictures, decodedAtOnce, (picture) => sizeOf(picture as Uint8Array));
    for (const [i, sample] of samples.entries()) {
      const size = found[i]!;
      if (typeof size === 'string') {
        if (first.length < mostNamed) first.push({ path: pathOf(sample), reason: size });
        continue;
      }
      await write(pictures[i] as Uint8Array);
      labels.push(source.labels[sample]!);
      files.paths.push(pathOf(sample));
      files.bytes.push(pictures[i]!.byteLength);
      files.sizes.push(...size);
    }
    onProgress(start + samples.length, total);
  }
  if (labels.length === 0) {
    const { path, reason } = first[0]!;
    throw new BitlabError('DATA_PICTURES_BROKEN', { count: total, path, reason });
  }
  const index: Index = { version: 1, labels, classNames: source.classNames, files };
  return { index, leftOut: { count: total - labels.length, first } };
}

/** Channels, height and width of a picture, or why it cannot be decoded. */
async function sizeOf(bytes: Uint8Array): Promise<readonly [number, number, number] | string> {
  try {
    const { channels, height, width } = await decodePicture(bytes);
    return [channels, height, width];
  } catch (error) {
    if (error instanceof PictureDamage) return error.message;
    throw error;
  }
}

/**
 * Opens a container. The file is opened anew for each batch, so nothing has to be closed.
 * @param fileName for messages
 * @throws BitlabError DATA_FILE_INVALID
 */
export async function openContainer(path: string, fileName: string): Promise<PictureSource> {
  const file = await open(path, 'r');
  let index: Index;
  let end: number;
  try {
    ({ index, end } = await readIndex(file, fileName));
  } finally {
    await file.close();
  }
  const labels = Int32Array.from(index.labels);
  const { classNames } = index;
  const { elements, starts } = layoutOfIndex(index, labels.length, end, fileName);
  const isFloat = elements.kind === 'array' && elements.type === 'float32';
  return {
    labels,
    classNames,
    elements,
    async read(samples) {
      const handle = await open(path, 'r');
      try {
        const results = new Array<StoredBytes>(samples.length);
        // Neighbours are read at once.
        for (let i = 0; i < samples.length;) {
          let next = i + 1;
          while (next < samples.length && samples[next] === samples[next - 1]! + 1) next++;
          const start = starts(samples[i]!);
          const bytes = await exactly(handle, start, starts(samples[next - 1]! + 1) - start, fileName);
          for (; i < next; i++) {
            const part = bytes.subarray(starts(samples[i]!) - start, starts(samples[i]! + 1) - start);
            results[i] = isFloat ? new Float32Array(new Uint8Array(part).buffer) : part;
          }
        }
        return results;
      } finally {
        await handle.close();
      }
    }
  };
}

async function readIndex(file: FileHandle, fileName: string): Promise<{ index: Index; end: number }> {
  const { size } = await file.stat();
  if (size < beginning.length + trailerBytes) throw damaged(fileName, 'it is cut off');
  const trailer = await exactly(file, size - trailerBytes, trailerBytes, fileName);
  const first = await exactly(file, 0, beginning.length, fileName);
  if (!first.equals(beginning) || !trailer.subarray(16).equals(ending))
    throw damaged(fileName, 'it is cut off');
  const offset = Number(trailer.readBigUInt64LE(0));
  const length = Number(trailer.readBigUInt64LE(8));
  if (length > mostIndexBytes || offset < beginning.length || offset + length !== size - trailerBytes)
    throw damaged(fileName, 'its index is not where it should be');
  const text = (await exactly(file, offset, length, fileName)).toString('utf8');
  try {
    return { index: JSON.parse(text) as Index, end: offset };
  } catch (cause) {
    throw damaged(fileName, 'its index is not JSON', cause);
  }
}

/** What the samples are, and where sample i begins; it ends where i + 1 begins. */
function layoutOfIndex(
  { version, labels, array, files }: Index,
  samples: number,
  end: number,
  fileName: string
): { elements: PictureElements; starts: (sample: number) => number } {
  if (version !== 1) throw damaged(fileName, `it has version ${String(version)} of the format`);
  if (!labels.every((label) => Number.isInteger(label) && label >= 0))
    throw damaged(fileName, 'a label is no class');
  if (array !== undefined) {
    const bytes = array.shape.reduce((product, extent) => product * extent, array.type === 'float32' ? 4 : 1);
    const starts = (sample: number) => beginning.length + sample * bytes;
    if (starts(samples) !== end) throw damaged(fileName, 'its index does not fit its pictures');
    return { elements: { kind: 'array', ...array }, starts };
  }
  if (files === undefined || files.bytes.length !== samples || files.sizes.length !== 3 * samples)
    throw damaged(fileName, 'its index does not fit its pictures');
  const offsets = new Float64Array(samples + 1);
  offsets[0] = beginning.length;
  for (let i = 0; i < samples; i++) offsets[i + 1] = offsets[i]! + files.bytes[i]!;
  if (offsets[samples] !== end) throw damaged(fileName, 'its index does not fit its pictures');
  const { paths } = files;
  const sizes = Int32Array.from(files.sizes);
  return {
    elements: { kind: 'file', pathOf: (sample) => paths[sample] ?? `picture ${sample}`, sizes },
    starts: (sample) => offsets[sample]!
  };
}

async function exactly(file: FileHandle, offset: number, length: number, fileName: string): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) throw damaged(fileName, 'it is cut off');
    filled += bytesRead;
  }
  return bytes;
}

function damaged(file: string, reason: string, cause?: unknown): BitlabError {
  return new BitlabError('DATA_FILE_INVALID', { file, format: 'a stored data set', reason }, { cause });
}

const numbersFrom = (start: number, count: number) => Array.from({ length: count }, (_, i) => start + i);
const bytesOf = (values: StoredBytes) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
