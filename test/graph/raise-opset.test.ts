import { expect, test } from 'vitest';
import { makeNode, raiseOpset, readModel, simplify, writeModel } from '../../src/main/graph/index.ts';
import type { Attribute, Initializer, Node } from '../../src/main/graph/index.ts';
import { noise, outputOf } from './fixtures/run-model.ts';
import { graphOf, scalar } from './fixtures/small-graphs.ts';

const input = { ...noise([2, 3, 8, 8], 1), shape: [2, 3, 8, 8] };

function withFloats(node: Node, name: string, values: readonly number[]): Node {
  const attribute: Attribute = { kind: 'floats', value: values, documentation: '', unknown: [] };
  return { ...node, attributes: new Map([...node.attributes, [name, attribute]]) };
}

const cases: readonly [string, number, readonly Node[], readonly Initializer[]][] = [
  ['Clip', 9, [makeNode('Clip', ['x'], ['y'], { min: { float: 0 }, max: { float: 0.5 } })], []],
  ['Clip without an upper bound', 7, [makeNode('Clip', ['x'], ['y'], { min: { float: -0.25 } })], []],
  ['Pad', 10, [makeNode('Pad', ['x'], ['y'], { pads: [0, 0, 1, 2, 0, 0, 0, 1], value: { float: 0.5 } })], []],
  ['Slice', 9, [makeNode('Slice', ['x'], ['y'], { starts: [1, 0], ends: [3, -2], axes: [1, 2] })], []],
  ['Slice of the first axes', 9, [makeNode('Slice', ['x'], ['y'], { starts: [0, 1], ends: [2, 2] })], []],
  ['Upsample', 7, [withFloats(makeNode('Upsample', ['x'], ['y']), 'scales', [1, 1, 2, 2])], []],
  [
    'Upsample, linear',
    7,
    [withFloats(makeNode('Upsample', ['x'], ['y'], { mode: 'linear' }), 'scales', [1, 1, 2, 2])],
    []
  ],
  [
    'Squeeze and Unsqueeze',
    11,
    [makeNode('Unsqueeze', ['x'], ['h'], { axes: [0, 5] }), makeNode('Squeeze', ['h'], ['y'], { axes: [0] })],
    []
  ],
  ['ReduceSum', 11, [makeNode('ReduceSum', ['x'], ['y'], { axes: [2, 3], keepdims: 0 })], []],
  ['ReduceSum of all axes', 9, [makeNode('ReduceSum', ['x'], ['y'])], []],
  [
    'Split',
    11,
    [
      makeNode('Split', ['x'], ['a', 'b'], { axis: 1, split: [1, 2] }),
      makeNode('Concat', ['b', 'a'], ['y'], { axis: 1 })
    ],
    []
  ],
  ['Softmax over all axes but the batch', 11, [makeNode('Softmax', ['x'], ['y'])], []],
  ['Softmax over the last axes', 9, [makeNode('Softmax', ['x'], ['y'], { axis: 2 })], []],
  ['LogSoftmax over the last axis', 12, [makeNode('LogSoftmax', ['x'], ['y'], { axis: -1 })], []],
  ['TopK', 9, [makeNode('TopK', ['x'], ['y', 'i'], { axis: 3, k: 2 })], []],
  [
    'Dropout',
    10,
    [makeNode('Dropout', ['x'], ['h'], { ratio: { float: 0.5 } }), makeNode('Add', ['h', 'one'], ['y'])],
    [scalar('one', 1)]
  ]
];

test.each(cases)('%s of opset %i computes the same as in opset 13', async (_, opset, nodes, initializers) => {
  const old = graphOf(nodes, initializers, ['batch', 3, 8, 8], opset);
  const model = { ...old, graph: { ...old.graph, outputs: [{ ...old.graph.outputs[0]!, type: null }] } };
  const raised = raiseOpset(simplify(model));
  expect(raised.opsets[0]!.version).toBe(13);
  expect(await outputOf(readModel(writeModel(raised), 'raised'), input)).toEqual(
    await outputOf(model, input)
  );
});

test('a model of opset 13 or later stays as it is', () => {
  const model = graphOf([makeNode('Relu', ['x'], ['y'])], [], ['batch', 3, 8, 8], 13);
  expect(raiseOpset(model)).toBe(model);
});

test('the first Resize without scales has no equal', () => {
  const model = graphOf([makeNode('Resize', ['x'], ['y'], {}, 'up')], [], ['batch', 3, 8, 8], 10);
  expect(() => raiseOpset(model)).toThrow(
    expect.objectContaining({ code: 'MODEL_OPERATOR_UNSUPPORTED' }) as Error
  );
});
