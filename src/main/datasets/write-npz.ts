import { rename, rm, writeFile } from 'node:fs/promises';
import { crc32, deflateRawSync } from 'node:zlib';
import { BitlabError } from '../../contract/index.ts';
import type { Tensor } from '../numeric/tensor.ts';
import { elementCount } from '../numeric/tensor.ts';
import { npyHeaderBytes } from './npy.ts';

const flagUtf8 = 0x0800;
/** 1980-01-01, the earliest date of the format and the one NumPy writes: equal arrays give equal files. */
const dosDate = 0x0021;
const largestWithoutZip64 = 0xffff_ffff;

/** Writes an .npz archive that numpy.load reads; `compress` deflates the arrays as numpy.savez_compressed does. */
export async function writeNpz(
  path: string,
  arrays: Iterable<readonly [name: string, tensor: Tensor]>,
  { compress = true }: { compress?: boolean } = {}
): Promise<void> {
  const bytes = npzBytes(arrays, compress);
  const partial = `${path}.partial`;
  try {
    await writeFile(partial, bytes);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** The bytes of an .npz archive. */
export function npzBytes(
  arrays: Iterable<readonly [name: string, tensor: Tensor]>,
  compress: boolean
): Uint8Array {
  return zipBytes(
    (function* () {
      for (const [name, tensor] of arrays) yield [`${name}.npy`, npyBytes(tensor, name)] as const;
    })(),
    compress
  );
}

/** An array as an .npy file. @param name for the message where the shape does not fit @throws RangeError */
export function npyBytes(tensor: Tensor, name = 'given'): Uint8Array {
  if (elementCount(tensor.shape) !== tensor.data.length)
    throw new RangeError(`The array ${name} has ${tensor.data.length} elements, not as its shape says.`);
  const { buffer, byteOffset, byteLength } = tensor.data;
  return Buffer.concat([npyHeaderBytes(tensor), new Uint8Array(buffer, byteOffset, byteLength)]);
}

/** The bytes of a ZIP archive (PKWARE's APPNOTE 6.3, without zip64: below 4 GiB). Equal files give equal archives. */
export function zipBytes(
  files: Iterable<readonly [path: string, contents: Uint8Array]>,
  compress: boolean
): Uint8Array {
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const [name, contents] of files) {
    const stored = compress ? deflateRawSync(contents) : contents;
    const fileName = Buffer.from(name, 'utf8');
    const sizes = {
      method: compress ? 8 : 0,
      checksum: crc32(contents),
      compressed: stored.length,
      size: contents.length
    };
    const header = localHeader(fileName, sizes);
    central.push(centralHeader(fileName, sizes, offset));
    local.push(header, stored);
    offset += header.length + stored.length;
    if (offset + contents.length > largestWithoutZip64)
      throw new BitlabError('DATA_TOO_LARGE', { file: name, bytes: offset, limit: largestWithoutZip64 });
  }
  return Buffer.concat([...local, ...central, endRecord(central, offset)]);
}

interface EntrySizes {
  readonly method: number;
  readonly checksum: number;
  readonly compressed: number;
  readonly size: number;
}

/** The fields that the local and the central header share, from "version needed" to "extra field length". */
function sharedFields(fileName: Uint8Array, { method, checksum, compressed, size }: EntrySizes): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(flagUtf8, 2);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt16LE(dosDate, 8);
  fields.writeUInt32LE(checksum, 10);
  fields.writeUInt32LE(compressed, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(fileName.length, 22);
  return fields;
}

function localHeader(fileName: Uint8Array, sizes: EntrySizes): Buffer {
  return Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), sharedFields(fileName, sizes), fileName]);
}

function centralHeader(fileName: Uint8Array, sizes: EntrySizes, offset: number): Buffer {
  const versionMadeBy = Buffer.from([20, 0]);
  // Comment length, disk number, internal and external attributes, offset of the local header.
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(offset, 10);
  const signature = Buffer.from('PK\x01\x02', 'latin1');
  return Buffer.concat([signature, versionMadeBy, sharedFields(fileName, sizes), tail, fileName]);
}

function endRecord(central: readonly Uint8Array[], offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.write('PK\x05\x06', 'latin1');
  record.writeUInt16LE(central.length, 8);
  record.writeUInt16LE(central.length, 10);
  record.writeUInt32LE(
    central.reduce((sum, header) => sum + header.length, 0),
    12
  );
  record.writeUInt32LE(offset, 16);
  return record;
}
