import { expect, test } from 'vitest';
import {
  makeFloatValue,
  makeInitializer,
  makeNode,
  readModel,
  writeModel,
  type AttributeValue,
  type Initializer,
  type Model
} from '../../src/main/graph/index.ts';
import { sample, sampleNames } from './fixtures/samples.ts';
import { graphOf } from './fixtures/small-graphs.ts';

const roundTrip = (model: Model) => readModel(writeModel(model), 'model.onnx');

test.each(sampleNames)('the sample %s is the same after it was written and read', (name) => {
  const model = sample(name);
  expect(model.graph.nodes).toHaveLength(71);
  expect(model.producerName).toBe('pytorch');
  expect(model.graph.inputs[0]!.type!.shape).toEqual(['batch', 3, 32, 32]);
  expect(roundTrip(model)).toEqual(model);
});

/** Field 999, three bytes long: no message of ONNX has it. */
const strange = Uint8Array.of(0xba, 0x3e, 3, 1, 2, 3);

test('unknown fields of every message survive', () => {
  const tensor: Initializer = { ...makeInitializer('w', [1], Float32Array.of(1)), unknown: [strange] };
  const node = makeNode('Add', ['x', 'w'], ['y'], { factor: { float: 0.5 } });
  const attributes = new Map(
    [...node.attributes].map(([key, value]) => [key, { ...value, unknown: [strange] }])
  );
  const value = { ...makeFloatValue('y', ['batch']), unknown: [strange] };
  const plain = graphOf([{ ...node, attributes, unknown: [strange] }], [tensor]);
  const model: Model = {
    ...plain,
    opsets: [{ domain: '', version: 17, unknown: [strange] }],
    metadata: [{ key: 'k', value: 'v', unknown: [strange] }],
    graph: { ...plain.graph, outputs: [value], unknown: [strange] },
    unknown: [strange]
  };
  const back = roundTrip(model);
  const { graph } = back;
  const messages = [back, back.opsets[0]!, back.metadata[0]!, graph, graph.nodes[0]!, graph.outputs[0]!];
  for (const message of messages) expect(message.unknown).toEqual([strange]);
  expect(graph.initializers.get('w')!.unknown).toEqual([strange]);
  expect(graph.nodes[0]!.attributes.get('factor')!.unknown).toEqual([strange]);
});

test('a type that is not understood is written back as it was', () => {
  // TypeProto { sequence_type (4): { elem_type (1): { tensor_type (1): { elem_type (1): 1 } } } }, denotation (6): "d"
  const encoded = Uint8Array.of(0x22, 6, 0x0a, 4, 0x0a, 2, 8, 1, 0x32, 1, 0x64);
  const plain = graphOf([makeNode('Relu', ['x'], ['y'])], []);
  const type = { kind: 'other', elementType: null, shape: null, encoded } as const;
  const outputs = [{ ...plain.graph.outputs[0]!, type }];
  expect(roundTrip({ ...plain, graph: { ...plain.graph, outputs } }).graph.outputs).toEqual(outputs);
});

test('attributes of every kind', () => {
  const inner = graphOf([makeNode('Relu', ['x'], ['y'])], []).graph;
  const innerRead = roundTrip(graphOf([makeNode('Relu', ['x'], ['y'])], [])).graph;
  const tensor = makeInitializer('', [2], Int32Array.of(-1, 7));
  const values: Record<string, AttributeValue> = {
    f: { kind: 'float', value: 0.5 },
    i: { kind: 'int', value: -(2n ** 63n) },
    s: { kind: 'string', value: Uint8Array.of(0xff, 0x41) },
    t: { kind: 'tensor', value: tensor },
    g: { kind: 'graph', value: inner },
    floats: { kind: 'floats', value: [1.5, -2] },
    ints: { kind: 'ints', value: [2n ** 63n - 1n, -1n, 0n] },
    strings: { kind: 'strings', value: [Uint8Array.of(66)] },
    graphs: { kind: 'graphs', value: [inner] },
    other: { kind: 'other', type: 13 }
  };
  const attributes = new Map(
    Object.entries(values).map(([key, value]) => [key, { ...value, documentation: '', unknown: [] }])
  );
  const read = roundTrip(graphOf([{ ...makeNode('Any', ['x'], ['y']), attributes }], []));
  const found = read.graph.nodes[0]!.attributes;
  expect([...found.keys()]).toEqual(Object.keys(values));
  for (const [key, { kind, ...value }] of Object.entries(values)) {
    if (kind === 'graph') expect(found.get(key)).toMatchObject({ kind, value: innerRead });
    else if (kind === 'graphs') expect(found.get(key)).toMatchObject({ kind, value: [innerRead] });
    else expect(found.get(key)).toMatchObject({ kind, ...value });
  }
});

test('tensors of every element type', () => {
  const tensors: Initializer[] = [
    makeInitializer('float32', [2], Float32Array.of(0.1, -Infinity)),
    makeInitializer('float64', [1, 1], Float64Array.of(0.1)),
    makeInitializer('int8', [1], Int8Array.of(-128)),
    makeInitializer('uint8', [1], Uint8Array.of(255)),
    makeInitializer('int16', [1], Int16Array.of(-300)),
    makeInitializer('uint16', [1], Uint16Array.of(60000)),
    makeInitializer('int32', [1], Int32Array.of(-70000)),
    makeInitializer('uint32', [1], Uint32Array.of(4e9)),
    makeInitializer('int64', [1], BigInt64Array.of(-(2n ** 62n))),
    makeInitializer('uint64', [1], BigUint64Array.of(2n ** 63n)),
    { ...makeInitializer('float16', [1], Uint16Array.of(0x3c00)), elementType: 10 },
    makeInitializer('empty', [0, 3], new Float32Array(0)),
    makeInitializer('scalar', [], Float32Array.of(3))
  ];
  const model = graphOf([makeNode('Relu', ['x'], ['y'])], tensors);
  expect([...roundTrip(model).graph.initializers.values()]).toEqual(tensors);
});

test('nodes that are out of order are sorted', () => {
  const model = graphOf([makeNode('Relu', ['h'], ['y']), makeNode('Sigmoid', ['x'], ['h'])], []);
  expect(roundTrip(model).graph.nodes.map((node) => node.operator)).toEqual(['Sigmoid', 'Relu']);
});
