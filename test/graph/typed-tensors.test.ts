import { expect, test } from 'vitest';
import { toWire64 } from '../../src/main/graph/onnx/integer64.ts';
import { readTensor } from '../../src/main/graph/onnx/read-tensor.ts';
import type { WireTensor } from '../../src/main/graph/onnx/schema.ts';
import type { TensorData } from '../../src/main/numeric/tensor.ts';

const tensor = (dataType: number, fields: Partial<WireTensor>): WireTensor => ({
  name: 't',
  docString: '',
  dims: [toWire64(2)],
  dataType,
  ...fields
});
const unsigned = (value: bigint) => ({ ...toWire64(value), unsigned: true });

const cases: readonly (readonly [number, Partial<WireTensor>, TensorData])[] = [
  [1, { floatData: [0.5, -1] }, Float32Array.of(0.5, -1)],
  [11, { doubleData: [0.1, -1] }, Float64Array.of(0.1, -1)],
  [7, { int64Data: [toWire64(-5n), toWire64(2n ** 40n)] }, BigInt64Array.of(-5n, 2n ** 40n)],
  [13, { uint64Data: [unsigned(2n ** 63n), unsigned(1n)] }, BigUint64Array.of(2n ** 63n, 1n)],
  [12, { uint64Data: [unsigned(4_000_000_000n), unsigned(1n)] }, Uint32Array.of(4e9, 1)],
  [6, { int32Data: [-5, 7] }, Int32Array.of(-5, 7)],
  [3, { int32Data: [-5, 7] }, Int8Array.of(-5, 7)],
  [2, { int32Data: [200, 7] }, Uint8Array.of(200, 7)],
  [9, { int32Data: [1, 0] }, Uint8Array.of(1, 0)],
  [10, { int32Data: [0x3c00, 0xbc00] }, Uint16Array.of(0x3c00, 0xbc00)]
];

test.each(cases)('element type %i in its typed field', (type, fields, expected) => {
  expect(readTensor(tensor(type, fields), { file: 'f', external: null }).data).toEqual(expected);
});

test('raw data need not be aligned, and is copied', () => {
  const bytes = Uint8Array.of(9, 0, 0, 128, 63, 0, 0, 0, 64);
  const read = readTensor(tensor(1, { rawData: bytes.subarray(1) }), { file: 'f', external: null });
  bytes.fill(0);
  expect(read.data).toEqual(Float32Array.of(1, 2));
});
