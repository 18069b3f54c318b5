import { stat } from 'node:fs/promises';
import yauzl from 'yauzl';
import { BitlabError } from '../../contract/index.ts';
import { byCodePoint, requireSize, type SourceFile, type SourceFiles } from './source-files.ts';

/** No deflate stream grows by more than 1032 to 1; an entry that says so lies. */
const largestRatio = 1032;
const mostEntries = 2_000_000;
/** Of all files together. */
const mostBytes = 2 ** 37;

/**
 * The files of a .zip archive. What it declares is checked before anything is unpacked: entries that grow beyond what is possible,
 * that lie over each other, or that are too many are refused; and while it is unpacked no file may get larger than declared.
 * @throws BitlabError FILE_NOT_FOUND, DATA_EMPTY, DATA_ARCHIVE_REFUSED
 */
export async function openZip(path: string, file: string): Promise<SourceFiles> {
  const refuse = (reason: string, cause?: unknown) =>
    new BitlabError('DATA_ARCHIVE_REFUSED', { file, reason }, { cause });
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) throw new BitlabError('FILE_NOT_FOUND', { file });
  const archive = await yauzl
    .openPromise(path, { lazyEntries: true, autoClose: false })
    .catch((cause: unknown) => {
      throw refuse('it is no zip archive, or it is cut off', cause);
    });
  try {
    const entries: yauzl.Entry[] = [];
    let [packed, unpacked] = [0, 0];
    for await (const entry of archive.eachEntry()) {
      const name = entry.fileName;
      if (name.endsWith('/') || isHidden(name)) continue;
      if (entry.isEncrypted()) throw refuse(`${name} is encrypted`);
      if (!entry.canDecodeFileData())
        throw refuse(`${name} is compressed by method ${entry.compressionMethod}, not stored or deflated`);
      packed += entry.compressedSize;
      unpacked += entry.uncompressedSize;
      if (entry.uncompressedSize > entry.compressedSize * largestRatio + 64)
        throw refuse(`the declared size of ${name} cannot be true`);
      if (packed > found.size) throw refuse('its files lie over each other, as in a zip bomb');
      if (unpacked > mostBytes) throw refuse(`it would unpack to more than ${mostBytes} bytes`);
      if (entries.push(entry) > mostEntries) throw refuse(`it has more than ${mostEntries} files`);
    }
    if (entries.length === 0) throw new BitlabError('DATA_EMPTY', { file });
    entries.sort((a, b) => byCodePoint(a.fileName, b.fileName));
    return { files: entries.map((entry) => zipFile(archive, entry, refuse)), close: () => archive.close() };
  } catch (error) {
    archive.close();
    if (error instanceof BitlabError) throw error;
    throw refuse(error instanceof Error ? error.message.replace(/\.$/, '') : String(error), error);
  }
}

function zipFile(
  archive: yauzl.ZipFile,
  entry: yauzl.Entry,
  refuse: (reason: string, cause?: unknown) => BitlabError
): SourceFile {
  const { fileName: path, uncompressedSize: bytes } = entry;
  let kept: WeakRef<Buffer> | null = null;
  const read = async (): Promise<Buffer> => {
    requireSize(path, bytes);
    const known = kept?.deref();
    if (known !== undefined) return known;
    try {
      const target = Buffer.allocUnsafe(bytes);
      let filled = 0;
      // yauzl ends the stream with an error where it is longer or shorter than declared.
      for await (const chunk of (await archive.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
        if (filled + chunk.length > bytes) throw new Error('it is longer than declared');
        target.set(chunk, filled);
        filled += chunk.length;
      }
      if (filled !== bytes) throw new Error('it is shorter than declared');
      kept = new WeakRef(target);
      return target;
    } catch (error) {
      throw refuse(`${path} cannot be unpacked, ${(error as Error).message}`, error);
    }
  };
  return {
    path,
    bytes,
    read,
    part: async (offset, length) => (await read()).subarray(offset, offset + length)
  };
}

/** What file managers leave in archives, and hidden files. */
const isHidden = (name: string) =>
  name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');
