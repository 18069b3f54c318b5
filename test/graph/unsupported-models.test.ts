import { expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import { analyzeGraph, makeFloatValue, makeInitializer, makeNode } from '../../src/main/graph/index.ts';
import type { Model, Node } from '../../src/main/graph/index.ts';
import { graphOf, weights } from './fixtures/small-graphs.ts';

/** Every tensor is taken to be of shape [1, 4]. */
function refusal(model: Model): BitlabError {
  const names = [
    ...model.graph.inputs.map(({ name }) => name),
    ...model.graph.nodes.flatMap((node) => node.outputs)
  ];
  try {
    analyzeGraph(model, new Map(names.map((name) => [name, [1, 4]])));
  } catch (error) {
    if (error instanceof BitlabError) return error;
    throw error;
  }
  throw new Error('the model was accepted');
}

const weight = weights('w', [4, 4], 1);
const gemm = (attributes = {}) => makeNode('Gemm', ['x', 'w'], ['y'], attributes, 'fc');
const before = (node: Node) => graphOf([node, makeNode('Gemm', ['h', 'w'], ['y'])], [weight], ['batch', 4]);
const model = graphOf([gemm()], [weight], ['batch', 4]);

test('a model that is like the refused ones, but good, is accepted', () => {
  expect(() => refusal(model)).toThrow('the model was accepted');
});

const withBody = (operator: string): Node => {
  const body = { kind: 'graph', value: model.graph, documentation: '', unknown: [] } as const;
  return { ...makeNode(operator, ['x'], ['h'], {}, 'flow'), attributes: new Map([['body', body]]) };
};

test.each([
  ['If', before(withBody('If'))],
  ['Loop', before(withBody('Loop'))],
  ['Scan', before(withBody('Scan'))],
  ['com.example::Magic', before(makeNode('Magic', ['x'], ['h'], {}, 'm', 'com.example'))],
  ['SequenceAt', before(makeNode('SequenceAt', ['x'], ['h']))],
  ['QuantizeLinear', before(makeNode('QuantizeLinear', ['x', 's'], ['h']))],
  ['Gemm', graphOf([gemm()], [makeInitializer('w', [4, 4], new Float64Array(16))], ['batch', 4])]
])('the operator %s is refused by name, with advice', (operator, refused) => {
  const error = refusal(refused);
  expect(error.code).toBe('MODEL_OPERATOR_UNSUPPORTED');
  expect(error.details['operator']).toBe(operator);
  expect(error.remedy).toMatch(/^[A-Z].{20,}\.$/);
});

test.each([
  ['two inputs', { ...model.graph, inputs: [...model.graph.inputs, makeFloatValue('z', [4])] }],
  ['no inputs', { ...model.graph, inputs: [] }],
  ['two outputs', { ...model.graph, outputs: [...model.graph.outputs, makeFloatValue('x', [4])] }],
  ['one dimension', { ...model.graph, inputs: [makeFloatValue('x', [4])] }],
  ['integers', { ...model.graph, inputs: [ofType('x', 7)] }],
  ['half precision', { ...model.graph, inputs: [ofType('x', 10)] }],
  ['a sequence', { ...model.graph, inputs: [ofType('x', null)] }]
])('an input or output of %s is refused', (_, graph) => {
  expect(refusal({ ...model, graph }).code).toBe('MODEL_INPUT_UNSUPPORTED');
});

function ofType(name: string, elementType: number | null) {
  const value = makeFloatValue(name, ['batch', 4]);
  const kind = elementType === null ? 'other' : 'tensor';
  return { ...value, type: { kind, elementType, shape: ['batch', 4], encoded: null } as const };
}

test('a model without layers', () => {
  expect(refusal(graphOf([makeNode('Relu', ['x'], ['y'])], [])).code).toBe('MODEL_NO_LAYERS');
});

test('an operator set that is too old', () => {
  const error = refusal(graphOf([gemm()], [weight], ['batch', 4], 6));
  expect(error.code).toBe('MODEL_INVALID');
  expect(error.message).toMatch(/version 6/);
});
