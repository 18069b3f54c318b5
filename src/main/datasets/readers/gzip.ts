import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { BitlabError } from '../../../contract/index.ts';
import { mostBytesAtOnce, type SourceFile } from '../source-files.ts';

/** Whether a file begins as gzip does. */
export const isGzip = (beginning: Uint8Array): boolean => beginning[0] === 0x1f && beginning[1] === 0x8b;

/** The first bytes of a file, unpacked. */
export async function unpackedBeginning(file: SourceFile, length: number, format: string): Promise<Buffer> {
  const beginning = await file.part(0, 2);
  if (!isGzip(beginning)) return file.part(0, length);
  return gunzipped(file, length, format, false);
}

/** The whole file in memory, which must unpack to exactly so many bytes. @throws BitlabError DATA_FILE_INVALID, DATA_TOO_LARGE */
export async function unpackedWhole(file: SourceFile, bytes: number, format: string): Promise<Buffer> {
  if (bytes > mostBytesAtOnce)
    throw new BitlabError('DATA_TOO_LARGE', { file: file.path, bytes, limit: mostBytesAtOnce });
  return gunzipped(file, bytes, format, true);
}

/** Unpacks no more than is asked for: what a file unpacks to is not known before, and need not be true. */
async function gunzipped(file: SourceFile, bytes: number, format: string, whole: boolean): Promise<Buffer> {
  const invalid = (reason: string, cause?: unknown) =>
    new BitlabError('DATA_FILE_INVALID', { file: file.path, format, reason }, { cause });
  const target = Buffer.alloc(bytes);
  let filled = 0;
  const stream = Readable.from(chunks(await file.read())).pipe(createGunzip());
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const room = Math.min(chunk.length, bytes - filled);
      target.set(chunk.subarray(0, room), filled);
      filled += room;
      if (room < chunk.length && whole) throw invalid('it unpacks to more than its header says');
      if (filled === bytes && !whole) return target;
    }
  } catch (error) {
    if (error instanceof BitlabError) throw error;
    throw invalid('its compression is damaged or cut off', error);
  } finally {
    stream.destroy();
  }
  if (whole && filled < bytes) throw invalid('it unpacks to less than its header says');
  return target.subarray(0, filled);
}

function* chunks(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65536) yield bytes.subarray(at, at + 65536);
}
