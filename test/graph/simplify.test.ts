import { expect, test } from 'vitest';
import { makeFloatValue, makeInitializer, makeNode, simplify } from '../../src/main/graph/index.ts';
import type { Model } from '../../src/main/graph/index.ts';
import { noise, outputOf } from './fixtures/run-model.ts';
import { preparedSample, sample, sampleNames } from './fixtures/samples.ts';
import { graphOf, weights } from './fixtures/small-graphs.ts';

const operators = (model: Model) => model.graph.nodes.map((node) => node.operator);

test('Identity and Dropout disappear, the output keeps its name', () => {
  const model = graphOf(
    [
      makeNode('Identity', ['x'], ['a']),
      makeNode('Relu', ['a'], ['b']),
      makeNode('Dropout', ['b'], ['c', 'mask']),
      makeNode('Sigmoid', ['c'], ['d']),
      makeNode('Identity', ['d'], ['e']),
      makeNode('Identity', ['e'], ['y'])
    ],
    []
  );
  const { graph } = simplify(model);
  expect(graph.nodes.map(({ operator, inputs, outputs }) => [operator, ...inputs, ...outputs])).toEqual([
    ['Relu', 'x', 'b'],
    ['Sigmoid', 'b', 'y']
  ]);
  expect(graph.outputs.map((output) => output.name)).toEqual(['y']);
});

test('an Identity stays where both its ends have names to keep', () => {
  expect(operators(simplify(graphOf([makeNode('Identity', ['x'], ['y'])], [])))).toEqual(['Identity']);
  const two = graphOf([makeNode('Relu', ['x'], ['y']), makeNode('Identity', ['y'], ['z'])], []);
  const outputs = [...two.graph.outputs, makeFloatValue('z', ['batch', null])];
  expect(operators(simplify({ ...two, graph: { ...two.graph, outputs } }))).toEqual(['Relu', 'Identity']);
});

test('a Dropout in training mode, or whose mask is read, stays', () => {
  const training = makeInitializer('training', [], Uint8Array.of(1));
  const node = makeNode('Dropout', ['x', '', 'training'], ['y']);
  expect(operators(simplify(graphOf([node], [training])))).toEqual(['Dropout']);
  const masked = [makeNode('Dropout', ['x'], ['d', 'm']), makeNode('Where', ['m', 'd', 'x'], ['y'])];
  expect(operators(simplify(graphOf(masked, [])))).toEqual(['Dropout', 'Where']);
});

test('constants become initializers, what is not needed goes', () => {
  const model = graphOf(
    [
      makeNode('Constant', [], ['c'], { value_float: { float: 2 } }),
      makeNode('Constant', [], ['shape'], { value_ints: [0, -1] }),
      makeNode('Mul', ['x', 'c'], ['h']),
      makeNode('Reshape', ['h', 'shape'], ['y']),
      makeNode('Relu', ['h'], ['unused'])
    ],
    [weights('unusedWeight', [2], 1)]
  );
  const before = structuredClone(model);
  const simple = simplify(model);
  expect(model).toEqual(before);
  expect(operators(simple)).toEqual(['Mul', 'Reshape']);
  expect([...simple.graph.initializers.keys()]).toEqual(['c', 'shape']);
  expect(simple.graph.initializers.get('c')!.data).toEqual(Float32Array.of(2));
  expect(simple.graph.initializers.get('shape')!.data).toEqual(BigInt64Array.of(0n, -1n));
});

test('initializers that are listed as inputs become constants', () => {
  const model = graphOf([makeNode('Add', ['x', 'w'], ['y'])], [weights('w', [8], 1)]);
  const inputs = [...model.graph.inputs, makeFloatValue('w', [8])];
  const simple = simplify({ ...model, irVersion: 3, graph: { ...model.graph, inputs } });
  expect(simple.graph.inputs.map((input) => input.name)).toEqual(['x']);
  expect(simple.irVersion).toBe(4);
});

test('a graph with control flow is left alone', () => {
  const inner = graphOf([makeNode('Identity', ['x'], ['y'])], []).graph;
  const branch = { kind: 'graph', value: inner, documentation: '', unknown: [] } as const;
  const node = { ...makeNode('If', ['x'], ['y']), attributes: new Map([['then_branch', branch]]) };
  const model = graphOf([makeNode('Identity', ['x'], ['captured']), node], []);
  expect(simplify(model)).toBe(model);
});

test.each(sampleNames)('the sample %s gives the same logits simplified and folded', async (name) => {
  const original = sample(name);
  const before = structuredClone(original);
  const prepared = preparedSample(name);
  expect(original).toEqual(before);
  expect(new Set(operators(prepared))).toEqual(
    new Set(['Conv', 'Relu', 'Add', 'GlobalAveragePool', 'Flatten', 'Gemm'])
  );
  const pictures = noise([8, 3, 32, 32], 3);
  const [expected, found] = [await outputOf(original, pictures), await outputOf(prepared, pictures)];
  expect(found).toHaveLength(80);
  for (const [i, logit] of found.entries()) expect(Math.abs(logit - expected[i]!)).toBeLessThan(1e-4);
});
