import { parsePythonLiteral } from './python-literal.ts';
import type { PythonLiteral } from './python-literal.ts';
import type { Tensor, TensorData } from '../numeric/tensor.ts';

/** The element types that are read, by NumPy's name without the byte order. */
const elementTypes = {
  b1: { name: 'bool', bytes: 1, array: Uint8Array },
  u1: { name: 'uint8', bytes: 1, array: Uint8Array },
  i1: { name: 'int8', bytes: 1, array: Int8Array },
  u2: { name: 'uint16', bytes: 2, array: Uint16Array },
  i2: { name: 'int16', bytes: 2, array: Int16Array },
  u4: { name: 'uint32', bytes: 4, array: Uint32Array },
  i4: { name: 'int32', bytes: 4, array: Int32Array },
  u8: { name: 'uint64', bytes: 8, array: BigUint64Array },
  i8: { name: 'int64', bytes: 8, array: BigInt64Array },
  f4: { name: 'float32', bytes: 4, array: Float32Array },
  f8: { name: 'float64', bytes: 8, array: Float64Array }
} as const;

type ElementCode = keyof typeof elementTypes;
export type ElementType = (typeof elementTypes)[ElementCode]['name'];

/** An array as NumPy stored it; `bool` comes as bytes of 0 and 1. */
export interface NpyArray extends Tensor {
  readonly type: ElementType;
}

export interface NpyHeader {
  readonly code: ElementCode;
  readonly bigEndian: boolean;
  readonly columnMajor: boolean;
  readonly shape: readonly number[];
  readonly elements: number;
  /** Where the elements begin, counted from the start of the file. */
  readonly dataOffset: number;
  readonly dataBytes: number;
}

/** Why an .npy file cannot be read; the caller adds which array of which file it was. */
export class NpyProblem extends Error {
  override readonly name = 'NpyProblem';
  /** `damaged`: not .npy as the format says. `unsupported`: sound, but of a kind that is not read. */
  readonly kind: 'damaged' | 'unsupported';

  constructor(kind: 'damaged' | 'unsupported', reason: string) {
    super(reason);
    this.kind = kind;
  }
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy itself refuses longer headers unless told otherwise. */
const longestHeader = 10_000;
const mostDimensions = 32;

/**
 * Reads the header of an .npy file, versions 1 to 3
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 * @param bytes the beginning of the file
 * @returns null where `bytes` does not reach to the end of the header yet
 * @throws NpyProblem
 */
export function parseNpyHeader(bytes: Uint8Array): NpyHeader | null {
  for (let i = 0; i < Math.min(bytes.length, magic.length); i++)
    if (bytes[i] !== magic[i]) throw new NpyProblem('damaged', 'it does not begin as an .npy array does');
  if (bytes.length < 12) return null;
  const version = bytes[6]!;
  if (version < 1 || version > 3)
    throw new NpyProblem('unsupported', `it has version ${version} of the .npy format`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > longestHeader) throw new NpyProblem('damaged', `its header has ${length} bytes`);
  if (bytes.length < start + length) return null;
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(
    bytes.subarray(start, start + length)
  );
  return { ...described(text), dataOffset: start + length };
}

function described(text: string): Omit<NpyHeader, 'dataOffset'> {
  let header: PythonLiteral;
  try {
    header = parsePythonLiteral(text);
  } catch (error) {
    throw new NpyProblem('damaged', (error as Error).message);
  }
  if (header === null || typeof header !== 'object' || Array.isArray(header))
    throw new NpyProblem('damaged', 'its header is not a dictionary');
  const { descr, fortran_order: columnMajor, shape } = header;
  if (typeof columnMajor !== 'boolean' || !Array.isArray(shape) || descr === undefined)
    throw new NpyProblem('damaged', 'its header lacks descr, fortran_order or shape');
  const { code, bigEndian } = elementType(descr);
  if (shape.length > mostDimensions) throw new NpyProblem('unsupported', `it has ${shape.length} dimensions`);
  const extents = shape.map((extent) => {
    if (typeof extent !== 'number' || extent < 0 || !Number.isSafeInteger(extent))
      throw new NpyProblem('damaged', 'its shape has an entry that is not a whole number of at least 0');
    return extent;
  });
  // Counted without its zeros, so that (2 ** 40, 2 ** 40, 0) does not pass as empty and fail later.
  const dense = extents.reduce((product, extent) => product * Math.max(extent, 1), 1);
  const elements = extents.includes(0) ? 0 : dense;
  const { bytes } = elementTypes[code];
  if (!Number.isSafeInteger(dense * bytes))
    throw new NpyProblem('damaged', `its shape (${extents.join(', ')}) is impossibly large`);
  return { code, bigEndian, columnMajor, shape: extents, elements, dataBytes: elements * bytes };
}

function elementType(descr: PythonLiteral): { code: ElementCode; bigEndian: boolean } {
  if (typeof descr !== 'string') throw new NpyProblem('unsupported', 'it has a structured element type');
  const match = /^([<>|=]?)([a-zA-Z])(\d*)$/.exec(descr);
  if (match?.[2] === 'O')
    throw new NpyProblem('unsupported', 'it holds Python objects, which are never loaded');
  const code = `${match?.[2] ?? ''}${match?.[3] ?? ''}`;
  if (match === null || !Object.hasOwn(elementTypes, code))
    throw new NpyProblem('unsupported', `its element type ${descr.slice(0, 40)} is not read`);
  return { code: code as ElementCode, bigEndian: match[1] === '>' };
}

/**
 * The array that a header describes.
 * @param bytes exactly `header.dataBytes` bytes; the array takes them over, and they may be reordered
 */
export function npyArray(header: NpyHeader, bytes: ArrayBuffer): NpyArray {
  const { name, bytes: elementBytes, array } = elementTypes[header.code];
  if (header.bigEndian) swapBytes(Buffer.from(bytes), elementBytes);
  const data: TensorData = new array(bytes);
  const shape = [...header.shape];
  if (!header.columnMajor || shape.length < 2) return { shape, data, type: name };
  return { shape, data: rowMajor(data, shape), type: name };
}

function swapBytes(buffer: Buffer, elementBytes: 1 | 2 | 4 | 8): void {
  if (elementBytes === 2) buffer.swap16();
  if (elementBytes === 4) buffer.swap32();
  if (elementBytes === 8) buffer.swap64();
}

/** Column-major (Fortran) elements in row-major (C) order. */
function rowMajor(data: TensorData, shape: readonly number[]): TensorData {
  const ordered = data.slice();
  const strides: number[] = [];
  let stride = 1;
  for (const extent of shape) {
    strides.push(stride);
    stride *= extent;
  }
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    ordered[to] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return ordered;
}

/** The header that NumPy writes for an array: version 1, padded so that the elements begin at a multiple of 64. */
export function npyHeaderBytes(tensor: Tensor): Uint8Array {
  const shape = tensor.shape.length === 1 ? `${tensor.shape[0]},` : tensor.shape.join(', ');
  const text = `{'descr': '${description(tensor.data)}', 'fortran_order': False, 'shape': (${shape}), }`;
  const total = Math.ceil((10 + text.length + 1) / 64) * 64;
  const header = Buffer.alloc(total, ' ');
  Buffer.from(magic).copy(header);
  header.set([1, 0], 6);
  header.writeUInt16LE(total - 10, 8);
  header.write(text, 10, 'latin1');
  header[total - 1] = 0x0a;
  return header;
}

function description(data: TensorData): string {
  for (const [code, { bytes, array }] of Object.entries(elementTypes))
    if (code !== 'b1' && data instanceof array) return `${bytes === 1 ? '|' : '<'}${code}`;
  throw new TypeError('The array is of no type that NumPy knows.');
}
