import type { Readable } from 'node:stream';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import { BitlabError } from '../../contract/index.ts';
import { NpyProblem, npyArray, parseNpyHeader } from './npy.ts';
import type { NpyArray, NpyHeader } from './npy.ts';

export interface NpzOptions {
  /** Most bytes that all arrays together may take in memory. */
  readonly bytes?: number;
  /** Only these arrays are read; the others need not be of a kind that can be read. */
  readonly only?: readonly string[];
  /** The file's name in error messages, where it is not that of the path. */
  readonly fileName?: string;
}

export interface NpzContents {
  readonly arrays: Map<string, NpyArray>;
  /** The names of all arrays in the file, read or not. */
  readonly names: string[];
}

/** 4 GiB: more than a picture set that one would evaluate on a desktop. */
export const defaultByteLimit = 2 ** 32;
/** No deflate stream grows by more than 1032 to 1; an entry that says so lies. */
const largestDeflateRatio = 1032;

/** Reads the arrays of an .npz archive, as numpy.savez and numpy.savez_compressed write it (zip64 included). */
export async function readNpz(path: string, options: NpzOptions = {}): Promise<Map<string, NpyArray>> {
  return (await readNpzContents(path, options)).arrays;
}

/**
 * As `readNpz`, with the names of the arrays that were left out. The sizes that the archive declares are never trusted:
 * memory is taken for what an array's own header says, after that was checked against the file, and the inflated bytes
 * must be exactly as many and have the recorded CRC-32.
 * @throws BitlabError FILE_NOT_FOUND, DATA_EMPTY, DATA_NOT_NPZ, DATA_TOO_LARGE, DATA_ARRAY_UNSUPPORTED
 */
export async function readNpzContents(path: string, options: NpzOptions = {}): Promise<NpzContents> {
  const file = options.fileName ?? basename(path);
  const limit = options.bytes ?? defaultByteLimit;
  const archive = await openArchive(path, file);
  try {
    const arrays = new Map<string, NpyArray>();
    const names = new Set<string>();
    let total = 0;
    for await (const entry of archive.eachEntry()) {
      if (!entry.fileName.endsWith('.npy')) continue;
      const name = entry.fileName.slice(0, -'.npy'.length);
      if (names.has(name)) throw notNpz(file, `the array ${shown(name)} is in it twice`);
      names.add(name);
      if (options.only !== undefined && !options.only.includes(name)) continue;
      checkEntry(entry, name, file);
      total += entry.uncompressedSize;
      if (total > limit) throw new BitlabError('DATA_TOO_LARGE', { file, bytes: total, limit });
      arrays.set(name, await readEntry(archive, entry, name, file));
    }
    return { arrays, names: [...names] };
  } catch (error) {
    if (error instanceof BitlabError) throw error;
    throw notNpz(file, reasonOf(error), error);
  } finally {
    archive.close();
  }
}

async function openArchive(path: string, file: string): Promise<yauzl.ZipFile> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new BitlabError('FILE_NOT_FOUND', { file }, { cause });
  });
  if (!found.isFile()) throw new BitlabError('FILE_NOT_FOUND', { file });
  if (found.size === 0) throw new BitlabError('DATA_EMPTY', { file });
  try {
    return await yauzl.openPromise(path, { lazyEntries: true, autoClose: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined)
      throw new BitlabError('FILE_NOT_FOUND', { file }, { cause: error });
    throw notNpz(file, reasonOf(error), error);
  }
}

function checkEntry(entry: yauzl.Entry, name: string, file: string): void {
  if (entry.isEncrypted()) throw notNpz(file, `the array ${shown(name)} is encrypted`);
  if (!entry.canDecodeFileData())
    throw notNpz(
      file,
      `the array ${shown(name)} is compressed by method ${entry.compressionMethod}, not stored or deflated`
    );
  if (entry.uncompressedSize > entry.compressedSize * largestDeflateRatio + 64)
    throw notNpz(file, `the declared size of the array ${shown(name)} cannot be true`);
}

async function readEntry(
  archive: yauzl.ZipFile,
  entry: yauzl.Entry,
  name: string,
  file: string
): Promise<NpyArray> {
  const stream = await archive.openReadStreamPromise(entry);
  try {
    const { header, data, checksum } = await readArray(stream, entry.uncompressedSize);
    if (checksum !== entry.crc32) throw new NpyProblem('damaged', 'its checksum is wrong');
    return npyArray(header, data);
  } catch (error) {
    if (error instanceof NpyProblem && error.kind === 'unsupported')
      throw new BitlabError('DATA_ARRAY_UNSUPPORTED', { array: shown(name), file, reason: error.message });
    if (error instanceof BitlabError) throw error;
    throw notNpz(file, `the array ${shown(name)} is damaged, ${reasonOf(error)}`, error);
  } finally {
    stream.destroy();
  }
}

/** Reads an .npy file of `size` bytes from a stream, without holding more than the array and one chunk. */
async function readArray(
  stream: Readable,
  size: number
): Promise<{ header: NpyHeader; data: ArrayBuffer; checksum: number }> {
  let beginning: Buffer = Buffer.alloc(0);
  let header: NpyHeader | null = null;
  let target = new Uint8Array(0);
  let filled = 0;
  let checksum = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    checksum = crc32(chunk, checksum);
    let elements = chunk;
    if (header === null) {
      beginning = Buffer.concat([beginning, chunk]);
      header = parseNpyHeader(beginning);
      if (header === null) continue;
      if (header.dataOffset + header.dataBytes !== size)
        throw new NpyProblem(
          'damaged',
          `its shape (${header.shape.join(', ')}) needs ${header.dataBytes} bytes and ${size - header.dataOffset} are there`
        );
      target = new Uint8Array(header.dataBytes);
      elements = beginning.subarray(header.dataOffset);
    }
    if (filled + elements.length > target.length) throw new NpyProblem('damaged', 'it has too many bytes');
    target.set(elements, filled);
    filled += elements.length;
  }
  if (header === null) throw new NpyProblem('damaged', 'it ends within its header');
  if (filled !== target.length) throw new NpyProblem('damaged', 'it has too few bytes');
  return { header, data: target.buffer, checksum };
}

function notNpz(file: string, reason: string, cause?: unknown): BitlabError {
  return new BitlabError('DATA_NOT_NPZ', { file, reason }, { cause });
}

/** The first sentence of a library's message as the middle of a sentence. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith('End of central directory')) return 'it is no zip archive, or it is cut off';
  const sentence = message.split(/[.?](?:\s|$)/)[0]!;
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** A name from the file, short enough for a sentence and without control characters. */
function shown(name: string): string {
  const clean = name.replace(/\p{C}/gu, '?');
  return clean.length > 60 ? `${clean.slice(0, 57)}...` : clean;
}
