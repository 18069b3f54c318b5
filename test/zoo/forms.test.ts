import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeNode, writeModel } from '../../src/main/graph/index.ts';
import type { Initializer, Node } from '../../src/main/graph/index.ts';
import { inspectModel } from '../../src/main/inference/inspect-model.ts';
import { zooRuns } from '../../tools/zoo/measure.ts';
import { conv, graphOf, integers, weights } from '../graph/fixtures/small-graphs.ts';

const temporary = mkdtempSync(join(tmpdir(), 'bitlab-forms-'));
afterAll(() => rmSync(temporary, { recursive: true }));

/** A network of three channels and the logits of ten classes, of what stands between x and m. */
async function expectThrough(
  name: string,
  nodes: readonly Node[],
  initializers: readonly Initializer[],
  columns: number
) {
  const model = graphOf(
    [...nodes, makeNode('Flatten', ['m'], ['f']), makeNode('Gemm', ['f', 'head'], ['y'], {}, 'head')],
    [...initializers, weights('head', [columns, 10], 9)]
  );
  const path = join(temporary, `${name}.onnx`);
  writeFileSync(path, writeModel(model));
  const inspected = await inspectModel(path, name);
  const classes = Array.from({ length: 4 }, () => Array<number>(10).fill(0));
  const compute = await zooRuns(path, { name, family: '', opset: 17, side: 8, logits: classes }, 1);
  for (const arithmetic of ['simulated', 'integer'])
    expect((await compute({ arithmetic })).metrics['logitsSqnrDb'], arithmetic).toBeGreaterThan(20);
  return inspected;
}

test('two convolutions that share weights and bias', async () => {
  const shared = [weights('c.weight', [3, 3, 3, 3], 1), weights('c.bias', [3], 2)];
  const nodes = [
    conv('x', 'c', 'a'),
    makeNode('Relu', ['a'], ['r']),
    { ...conv('r', 'c', 'm'), name: 'again' }
  ];
  const { layers } = await expectThrough('shared', nodes, shared, 192);
  expect(layers.map(({ name }) => name)).toEqual(['c', 'again', 'head']);
});

test('a product with its weights on the left, between reshapes of a convolution', async () => {
  const nodes = [
    conv('x', 'c', 'a'),
    makeNode('Reshape', ['a', 'rows'], ['s']),
    makeNode('MatMul', ['w', 's'], ['m'], {}, 'mix')
  ];
  const initializers = [
    weights('c.weight', [3, 3, 3, 3], 1),
    weights('c.bias', [3], 2),
    weights('w', [5, 3], 3),
    integers('rows', [0, 3, 64])
  ];
  const { layers } = await expectThrough('left', nodes, initializers, 320);
  expect(layers.map(({ name, operator }) => `${name} ${operator}`)).toEqual([
    'c Conv',
    'mix MatMul',
    'head Gemm'
  ]);
});

test('a batch norm before a convolution stays in float, and is said to', async () => {
  const nodes = [
    makeNode('BatchNormalization', ['x', 'gamma', 'beta', 'mean', 'variance'], ['n']),
    conv('n', 'c', 'm')
  ];
  const positive = { ...weights('variance', [3], 7), data: Float32Array.of(0.5, 1, 2) };
  const initializers = [
    ...['gamma', 'beta', 'mean'].map((name, i) => weights(name, [3], i + 4)),
    positive,
    weights('c.weight', [3, 3, 3, 3], 1),
    weights('c.bias', [3], 2)
  ];
  const { floatOperators } = await expectThrough('norm', nodes, initializers, 192);
  expect(floatOperators).toEqual(['BatchNormalization']);
});
