import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldBatchNormalization, makeInitializer, makeNode, simplify } from '../../src/main/graph/index.ts';
import type { Initializer, Model, Node } from '../../src/main/graph/index.ts';
import { noise, outputOf } from './fixtures/run-model.ts';
import { conv, graphOf, weights } from './fixtures/small-graphs.ts';

const operators = (model: Model) => model.graph.nodes.map((node) => node.operator);

const parameters = (name: string, channels: number, seed: number): Initializer[] => [
  weights(`${name}.gamma`, [channels], seed),
  weights(`${name}.beta`, [channels], seed + 1),
  weights(`${name}.mean`, [channels], seed + 2),
  makeInitializer(
    `${name}.variance`,
    [channels],
    noise([channels], seed + 3).data.map((value) => value * value + 0.1)
  )
];

const normalization = (input: string, name: string, output: string, epsilon = 1e-3): Node =>
  makeNode(
    'BatchNormalization',
    [input, `${name}.gamma`, `${name}.beta`, `${name}.mean`, `${name}.variance`],
    [output],
    { epsilon: { float: epsilon } },
    name
  );

async function expectSameFunction(model: Model, inputShape: readonly number[]): Promise<Model> {
  const folded = foldBatchNormalization(model);
  const input = noise(inputShape, 11);
  const [expected, found] = [await outputOf(model, input), await outputOf(folded, input)];
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
  return folded;
}

test('the numbers of one channel, in the order of PyTorch', () => {
  const one = (name: string, value: number) => makeInitializer(name, [1], Float32Array.of(value));
  const model = graphOf(
    [makeNode('Conv', ['x', 'w', 'b'], ['h']), normalization('h', 'n', 'y', 1e-5)],
    [
      makeInitializer('w', [1, 1, 1, 1], Float32Array.of(0.3)),
      one('b', 0.7),
      one('n.gamma', 1.1),
      one('n.beta', -0.2),
      one('n.mean', 0.9),
      one('n.variance', 0.37)
    ]
  );
  const f = Math.fround;
  const d = f(Math.sqrt(f(f(0.37) + f(1e-5))));
  const { initializers } = foldBatchNormalization(model).graph;
  expect(initializers.get('w')!.data[0]).toBe(f(f(0.3) * f(f(1.1) / d)));
  expect(initializers.get('b')!.data[0]).toBe(f(f(f(f(f(0.7) - f(0.9)) * f(1 / d)) * f(1.1)) + f(-0.2)));
});

test.each([true, false])('into a grouped Conv (bias: %s)', async (hasBias) => {
  const model = graphOf(
    [
      conv('x', 'c', 'h', hasBias, { group: 3 }),
      normalization('h', 'n', 'a'),
      makeNode('Relu', ['a'], ['y'])
    ],
    [
      weights('c.weight', [6, 1, 3, 3], 1),
      ...(hasBias ? [weights('c.bias', [6], 2)] : []),
      ...parameters('n', 6, 3)
    ]
  );
  const folded = await expectSameFunction(model, [2, 3, 8, 8]);
  expect(operators(folded)).toEqual(['Conv', 'Relu']);
  expect(folded.graph.nodes[0]!.outputs).toEqual(['a']);
  expect([...folded.graph.initializers.keys()].sort()).toEqual(['c.bias', 'c.weight']);
});

test.each([0, 1])('into a Gemm (transB: %i)', async (transB) => {
  const shape = transB === 1 ? [5, 4] : [4, 5];
  const model = graphOf(
    [makeNode('Gemm', ['x', 'w'], ['h'], { transB }), normalization('h', 'n', 'y')],
    [weights('w', shape, 1), ...parameters('n', 5, 2)],
    ['batch', 4]
  );
  expect(operators(await expectSameFunction(model, [3, 4]))).toEqual(['Gemm']);
});

test('weights that two convolutions share are copied', async () => {
  const shared = (output: string) => makeNode('Conv', ['x', 'w'], [output]);
  const model = graphOf(
    [shared('a'), normalization('a', 'n', 'b'), shared('c'), makeNode('Add', ['b', 'c'], ['y'])],
    [weights('w', [4, 3, 1, 1], 1), ...parameters('n', 4, 2)]
  );
  const folded = await expectSameFunction(model, [1, 3, 8, 8]);
  expect(operators(folded)).toEqual(['Conv', 'Conv', 'Add']);
  expect(folded.graph.initializers.get('w')).toBe(model.graph.initializers.get('w'));
});

test('parameters that two normalizations share through an Identity', async () => {
  const second = makeNode('BatchNormalization', ['c', 'n.gamma', 'm.beta', 'n.mean', 'n.variance'], ['d'], {
    epsilon: { float: 1e-3 }
  });
  const model = graphOf(
    [
      makeNode('Identity', ['n.beta'], ['m.beta']),
      makeNode('Conv', ['x', 'w'], ['a']),
      normalization('a', 'n', 'b'),
      makeNode('Conv', ['x', 'v'], ['c']),
      second,
      makeNode('Add', ['b', 'd'], ['y'])
    ],
    [weights('w', [4, 3, 1, 1], 1), weights('v', [4, 3, 1, 1], 7), ...parameters('n', 4, 2)]
  );
  expect(operators(await expectSameFunction(simplify(model), [1, 3, 8, 8]))).toEqual(['Conv', 'Conv', 'Add']);
});

test('a convolution that others read, too, keeps its normalization', async () => {
  const model = graphOf(
    [makeNode('Conv', ['x', 'w'], ['a']), normalization('a', 'n', 'b'), makeNode('Add', ['a', 'b'], ['y'])],
    [weights('w', [4, 3, 1, 1], 1), ...parameters('n', 4, 2)]
  );
  expect(operators(await expectSameFunction(model, [1, 3, 8, 8]))).toEqual([
    'Conv',
    'BatchNormalization',
    'Add'
  ]);
});

test('parameters of the wrong length are refused', () => {
  const model = graphOf(
    [makeNode('Conv', ['x', 'w'], ['a']), normalization('a', 'n', 'y')],
    [weights('w', [4, 3, 1, 1], 1), ...parameters('n', 3, 2)]
  );
  expect(() => foldBatchNormalization(model)).toThrow(/parameters of n do not have 4 elements/);
});

test('folding keeps the function for any parameters', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1000), fc.integer({ min: 1, max: 5 }), async (seed, channels) => {
      const model = graphOf(
        [conv('x', 'c', 'h'), normalization('h', 'n', 'y')],
        [
          weights('c.weight', [channels, 3, 3, 3], seed),
          weights('c.bias', [channels], seed),
          ...parameters('n', channels, seed)
        ]
      );
      await expectSameFunction(model, [1, 3, 8, 8]);
    }),
    { numRuns: 20 }
  );
});
