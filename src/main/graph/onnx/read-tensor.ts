import { BitlabError } from '../../../contract/index.ts';
import type { TensorData } from '../../numeric/tensor.ts';
import { arrayOver, bytesPerElement, elementType, elementTypeName, isElementType } from './element-type.ts';
import type { ElementType } from './element-type.ts';
import { toBigInt } from './integer64.ts';
import type { Initializer } from './model.ts';
import { externalBytes, type ModelSource } from './external-data.ts';
import { copied, type WireTensor } from './schema.ts';

/** Protocol buffers end at 2 GiB, and so does an ONNX file. */
export const byteLimit = 2 ** 31 - 1;
/** No operator knows tensors of more dimensions; NumPy's own limit is 64. */
const rankLimit = 64;
/** TensorProto.DataLocation.EXTERNAL */
const external = 1;

/**
 * A tensor of the file, with its elements in an array of its own.
 * @throws MODEL_EXTERNAL_DATA, MODEL_TOO_LARGE (by its shape), MODEL_INVALID
 */
export function readTensor(wire: WireTensor, source: ModelSource): Initializer {
  const name = wire.name || 'a constant';
  if (!isElementType(wire.dataType)) {
    const type = elementTypeName(wire.dataType);
    throw new BitlabError('MODEL_INVALID', {
      reason: `${name} has the element type ${type}, which is not supported`
    });
  }
  const type = wire.dataType;
  const shape = readShape(wire, name);
  const count = shape.reduce((product, extent) => product * BigInt(extent), 1n);
  const bytes = count * BigInt(bytesPerElement(type));
  if (bytes > BigInt(byteLimit)) {
    throw new BitlabError('MODEL_TOO_LARGE', { file: source.file, bytes: String(bytes), limit: byteLimit });
  }
  const data =
    wire.dataLocation === external
      ? arrayOver(type, externalBytes(wire.externalData ?? [], name, Number(bytes), source))
      : readElements(wire, type, Number(count), name);
  return {
    name: wire.name,
    elementType: type,
    shape,
    data,
    documentation: wire.docString,
    unknown: copied(wire.$unknowns)
  };
}

function readShape(wire: WireTensor, name: string): number[] {
  if (wire.dims.length > rankLimit) {
    throw new BitlabError('MODEL_INVALID', { reason: `${name} has ${wire.dims.length} dimensions` });
  }
  return wire.dims.map((dimension) => {
    const extent = toBigInt(dimension);
    // An extent that no double holds can stand only beside one of 0, and nothing sensible has such a shape.
    if (extent < 0n || extent > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new BitlabError('MODEL_INVALID', { reason: `${name} has a dimension of ${extent}` });
    }
    return Number(extent);
  });
}

function readElements(wire: WireTensor, type: ElementType, count: number, name: string): TensorData {
  const size = bytesPerElement(type);
  const requireLength = (found: number, expected: number, unit: string) => {
    if (found === expected) return;
    throw new BitlabError('MODEL_INVALID', {
      reason: `${name} has ${found} ${unit} where its shape needs ${expected}`
    });
  };
  if (wire.rawData !== undefined && wire.rawData.length > 0) {
    requireLength(wire.rawData.length, count * size, 'bytes');
    // A copy: the bytes in the file need not be aligned, and must not be shared.
    return arrayOver(type, new Uint8Array(wire.rawData).buffer);
  }
  const fields = typedField(wire, type);
  requireLength(fields.length, count, 'elements');
  const data = arrayOver(type, new ArrayBuffer(count * size));
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < count; i++) data[i] = BigInt(fields[i]!);
  } else {
    for (let i = 0; i < count; i++) data[i] = Number(fields[i]!);
  }
  return data;
}

/** The field that holds elements of a type where raw_data does not (comments of TensorProto in onnx.in.proto). */
function typedField(wire: WireTensor, type: ElementType): readonly (number | bigint)[] {
  switch (type) {
    case elementType.float32:
      return wire.floatData ?? [];
    case elementType.float64:
      return wire.doubleData ?? [];
    case elementType.int64:
      return (wire.int64Data ?? []).map(toBigInt);
    case elementType.uint32:
    case elementType.uint64:
      return (wire.uint64Data ?? []).map(toBigInt);
    default:
      return wire.int32Data ?? [];
  }
}
