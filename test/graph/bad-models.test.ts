import { expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import {
  makeInitializer,
  makeNode,
  makeUntypedValue,
  readModel,
  writeModel
} from '../../src/main/graph/index.ts';
import type { Model, Node } from '../../src/main/graph/index.ts';
import { readTensor } from '../../src/main/graph/onnx/read-tensor.ts';
import { toWire64 } from '../../src/main/graph/onnx/integer64.ts';
import { sampleBytes } from './fixtures/samples.ts';
import { graphOf } from './fixtures/small-graphs.ts';

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof BitlabError) return error.code;
    throw error;
  }
  return 'none';
}

const codeOfBytes = (bytes: Uint8Array) => codeOf(() => readModel(bytes, 'model.onnx'));
const codeOfModel = (model: Model) => codeOfBytes(writeModel(model));
const relu = (input: string, output: string): Node => makeNode('Relu', [input], [output]);

test('an empty file', () => expect(codeOfBytes(new Uint8Array(0))).toBe('MODEL_EMPTY'));

test.each([
  ['text', new TextEncoder().encode('<!doctype html><title>404</title>')],
  ['zeros', new Uint8Array(100)],
  ['a zip', Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0)],
  ['a model without a graph', Uint8Array.of(8, 8)],
  ['a length beyond the end', Uint8Array.of(8, 8, 0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f)]
])('%s is no ONNX model', (_, bytes) => expect(codeOfBytes(bytes)).toBe('MODEL_NOT_ONNX'));

test('a model cut off anywhere', () => {
  const bytes = sampleBytes('mse');
  for (const part of [0.001, 0.1, 0.5, 0.999]) {
    expect(codeOfBytes(bytes.subarray(0, Math.floor(bytes.length * part)))).toBe('MODEL_NOT_ONNX');
  }
});

test('graphs nested two hundred deep', () => {
  // Each level wraps: attribute { type 5, g: graph { node: { attribute: ... } } }
  let inner = new Uint8Array(0);
  const wrap = (field: number, bytes: Uint8Array) => {
    const length = [];
    for (let rest = bytes.length; ; rest >>>= 7) {
      length.push(rest > 127 ? (rest & 127) | 128 : rest);
      if (rest <= 127) break;
    }
    return Uint8Array.of((field << 3) | 2, ...length, ...bytes);
  };
  for (let level = 0; level < 200; level++)
    inner = wrap(1, wrap(5, Uint8Array.of(...wrap(6, inner), 0xa0, 1, 5)));
  expect(codeOfBytes(Uint8Array.of(8, 8, ...wrap(7, inner)))).toBe('MODEL_NOT_ONNX');
});

test('a file above 2 GiB', () => {
  // The pages of a fresh array are not there before they are touched.
  expect(codeOfBytes(new Uint8Array(2 ** 31))).toBe('MODEL_TOO_LARGE');
});

const tensor = (dims: readonly (number | bigint)[], fields = {}) => ({
  name: 't',
  docString: '',
  dataType: 1,
  dims: dims.map(toWire64),
  ...fields
});

test.each([
  ['a shape above 2 GiB', tensor([2 ** 30, 2]), 'MODEL_TOO_LARGE'],
  ['a shape whose product overflows', tensor([2 ** 32, 2 ** 32, 2 ** 32]), 'MODEL_TOO_LARGE'],
  ['an extent of 2^63 - 1', tensor([2n ** 63n - 1n]), 'MODEL_INVALID'],
  ['a negative extent', tensor([-1]), 'MODEL_INVALID'],
  ['a million dimensions', tensor(new Array<number>(1e6).fill(2 ** 31)), 'MODEL_INVALID'],
  ['too few bytes', tensor([2], { rawData: new Uint8Array(7) }), 'MODEL_INVALID'],
  ['too many bytes', tensor([], { rawData: new Uint8Array(8) }), 'MODEL_INVALID'],
  ['no elements at all', tensor([3]), 'MODEL_INVALID'],
  ['elements in the wrong field', tensor([1], { int32Data: [1] }), 'MODEL_INVALID'],
  ['strings', tensor([1], { dataType: 8 }), 'MODEL_INVALID'],
  ['data in another file', tensor([2], { dataLocation: 1 }), 'MODEL_EXTERNAL_DATA']
])('a tensor with %s', (_, wire, code) =>
  expect(codeOf(() => readTensor(wire, { file: 'f', external: null }))).toBe(code)
);

const plain = graphOf([relu('x', 'y')], []);
test.each([
  ['a tensor that nothing produces', graphOf([relu('z', 'y')], [])],
  ['an output that nothing produces', graphOf([relu('x', 'z')], [])],
  ['two origins of one tensor', graphOf([relu('x', 'y'), relu('x', 'y')], [])],
  ['a node that writes its input', graphOf([relu('x', 'x'), relu('x', 'y')], [])],
  ['a circle', graphOf([makeNode('Add', ['x', 'b'], ['a']), relu('a', 'b'), relu('a', 'y')], [])],
  ['a node that reads itself', graphOf([makeNode('Add', ['x', 'y'], ['y'])], [])],
  ['no output', { ...plain, graph: { ...plain.graph, outputs: [] } }],
  ['an unknown output', { ...plain, graph: { ...plain.graph, outputs: [makeUntypedValue('nowhere')] } }]
])('a graph with %s', (_, model) => expect(codeOfModel(model)).toBe('MODEL_INVALID'));

test('two initializers of one name', () => {
  const twice = new Map([
    ['a', makeInitializer('w', [1], Float32Array.of(1))],
    ['b', makeInitializer('w', [1], Float32Array.of(2))]
  ]);
  expect(codeOfModel({ ...plain, graph: { ...plain.graph, initializers: twice } })).toBe('MODEL_INVALID');
});
