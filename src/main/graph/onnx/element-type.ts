import type { TensorData } from '../../numeric/tensor.ts';

/** ONNX TensorProto.DataType, the part whose elements fill whole bytes and are numbers or booleans. */
export const elementType = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
  float8e4m3fn: 17,
  float8e4m3fnuz: 18,
  float8e5m2: 19,
  float8e5m2fnuz: 20
} as const;

export type ElementType = (typeof elementType)[keyof typeof elementType];

type ArrayConstructor = {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): TensorData;
};

/** The array that holds each element type. Floats of 16 and 8 bits are held as their bits. */
const arrays = new Map<number, ArrayConstructor>([
  [elementType.float32, Float32Array],
  [elementType.uint8, Uint8Array],
  [elementType.int8, Int8Array],
  [elementType.uint16, Uint16Array],
  [elementType.int16, Int16Array],
  [elementType.int32, Int32Array],
  [elementType.int64, BigInt64Array],
  [elementType.bool, Uint8Array],
  [elementType.float16, Uint16Array],
  [elementType.float64, Float64Array],
  [elementType.uint32, Uint32Array],
  [elementType.uint64, BigUint64Array],
  [elementType.bfloat16, Uint16Array],
  [elementType.float8e4m3fn, Uint8Array],
  [elementType.float8e4m3fnuz, Uint8Array],
  [elementType.float8e5m2, Uint8Array],
  [elementType.float8e5m2fnuz, Uint8Array]
]);

export const isElementType = (type: number): type is ElementType => arrays.has(type);

export const bytesPerElement = (type: ElementType): number => arrays.get(type)!.BYTES_PER_ELEMENT;

export const arrayOver = (type: ElementType, buffer: ArrayBuffer): TensorData =>
  new (arrays.get(type)!)(buffer);

/** `float32`, `int64` and so on; the number where it is none of the listed types. */
export function elementTypeName(type: number): string {
  const entry = Object.entries(elementType).find(([, number]) => number === type);
  return entry?.[0] ?? `number ${type}`;
}

export const isFloat = (type: number): boolean =>
  type === elementType.float32 ||
  type === elementType.float16 ||
  type === elementType.bfloat16 ||
  type === elementType.float64;
