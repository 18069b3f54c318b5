import { expect, test } from 'vitest';
import { makeNode, simplify, type GraphAnalysis, type Layer } from '../../src/main/graph/index.ts';
import { analyze } from './fixtures/run-model.ts';
import { preparedSample } from './fixtures/samples.ts';
import { conv, graphOf, scalar, weights } from './fixtures/small-graphs.ts';

const pointsOf = (analysis: GraphAnalysis) =>
  analysis.points.map(({ tensor, inherits, isOutput }) =>
    [tensor, inherits === null ? '' : `<- ${inherits}`, isOutput ? '(output)' : ''].filter(Boolean).join(' ')
  );

test('the sample network', async () => {
  const analysis = await analyze(preparedSample('mse'), [3, 32, 32]);
  expect(analysis.input).toEqual({ name: 'input', shape: [3, 32, 32] });
  expect(analysis.output).toEqual({ name: 'logits', shape: [10] });
  expect(analysis.floatOperators).toEqual([]);
  expect(analysis.layers).toHaveLength(21);
  expect(analysis.layers[0]).toEqual({
    name: '/conv1/Conv',
    operator: 'Conv',
    input: 'input',
    weight: 'conv1.weight',
    weightShape: [16, 3, 3, 3],
    weightAxis: 0,
    bias: 'conv1.bias',
    output: '/bn1/BatchNormalization_output_0',
    fused: 'Relu',
    fusedOutput: '/relu/Relu_output_0',
    inputShape: [3, 32, 32],
    outputShape: [16, 32, 32],
    positionsBefore: 1,
    parameters: 16 * 27 + 16,
    macs: 16 * 27 * 32 * 32
  } satisfies Layer);
  const last = analysis.layers.at(-1)!;
  expect([last.name, last.input, last.fusedOutput, last.macs]).toEqual([
    '/fc/Gemm',
    '/Flatten_output_0',
    'logits',
    1280
  ]);
  // The input, 20 convolutions, 8 sums, the average pool and the logits.
  expect(analysis.points).toHaveLength(31);
  expect(analysis.points.filter((point) => point.isOutput).map((point) => point.tensor)).toEqual(['logits']);
  const pool = '/avgpool/GlobalAveragePool_output_0';
  const residual = '/layer4/layer4.1/relu_1/Relu_output_0';
  expect(analysis.points.find((point) => point.tensor === pool)).toEqual({
    tensor: pool,
    group: residual,
    inherits: residual,
    layer: null,
    isOutput: false
  });
  expect(analysis.quantizedBy.get('/Flatten_output_0')).toBe(pool);
  expect(analysis.elements.get(residual)).toBe(128 * 4 * 4);
});

test('movers pass parameters on, means are quantized again', async () => {
  const model = graphOf(
    [
      conv('x', 'c', 'a'),
      makeNode('MaxPool', ['a'], ['b'], { kernel_shape: [2, 2], strides: [2, 2] }),
      makeNode('Transpose', ['b'], ['t'], { perm: [0, 1, 3, 2] }),
      makeNode('AveragePool', ['t'], ['m'], { kernel_shape: [2, 2], strides: [2, 2] }),
      makeNode('Flatten', ['m'], ['f']),
      makeNode('Gemm', ['f', 'w'], ['y'])
    ],
    [weights('c.weight', [4, 3, 3, 3], 1), weights('c.bias', [4], 2), weights('w', [16, 5], 3)]
  );
  const analysis = await analyze(model, [3, 8, 8]);
  expect(pointsOf(analysis)).toEqual(['x', 'a', 'm <- a', 'y (output)']);
  expect(Object.fromEntries(analysis.quantizedBy)).toEqual({
    x: 'x',
    a: 'a',
    b: 'a',
    t: 'a',
    m: 'm',
    f: 'm',
    y: 'y'
  });
  expect(analysis.layers[1]).toMatchObject({
    name: 'y',
    weightAxis: 1,
    bias: null,
    positionsBefore: 1,
    parameters: 80,
    macs: 80
  });
});

test('the inputs of a Concat share a range', async () => {
  const model = graphOf(
    [
      conv('x', 'c', 'a'),
      makeNode('Relu', ['a'], ['p']),
      conv('x', 'd', 'b'),
      makeNode('Concat', ['p', 'b'], ['j'], { axis: 1 }),
      conv('j', 'e', 'y')
    ],
    [
      ...['c', 'd'].flatMap((name) => [
        weights(`${name}.weight`, [4, 3, 3, 3], 1),
        weights(`${name}.bias`, [4], 2)
      ]),
      weights('e.weight', [2, 8, 3, 3], 3),
      weights('e.bias', [2], 4)
    ]
  );
  const analysis = await analyze(model, [3, 8, 8]);
  expect(pointsOf(analysis)).toEqual(['x', 'p', 'b', 'y (output)']);
  expect(analysis.points.map((point) => point.group)).toEqual(['x', 'p', 'p', 'y']);
  expect(analysis.quantizedBy.get('j')).toBe('p');
});

test('where a Concat is the output, all that enters it is', async () => {
  const model = graphOf(
    [conv('x', 'c', 'a'), conv('x', 'd', 'b'), makeNode('Concat', ['a', 'b'], ['y'], { axis: 1 })],
    ['c', 'd'].flatMap((name) => [
      weights(`${name}.weight`, [4, 3, 3, 3], 1),
      weights(`${name}.bias`, [4], 2)
    ])
  );
  expect(pointsOf(await analyze(model, [3, 8, 8]))).toEqual(['x', 'a (output)', 'b (output)']);
});

test('a sum takes the Relu behind it, an activation that others read stays apart', async () => {
  const model = graphOf(
    [
      conv('x', 'c', 'a'),
      makeNode('Relu', ['a'], ['p']),
      makeNode('Add', ['a', 'p'], ['s']),
      makeNode('Relu', ['s'], ['r']),
      conv('r', 'd', 'h'),
      makeNode('Clip', ['h', 'zero', 'six'], ['y'])
    ],
    [
      weights('c.weight', [4, 3, 3, 3], 1),
      weights('c.bias', [4], 2),
      weights('d.weight', [4, 4, 3, 3], 3),
      weights('d.bias', [4], 4),
      scalar('zero', 0),
      scalar('six', 6)
    ]
  );
  const analysis = await analyze(model, [3, 8, 8]);
  expect(pointsOf(analysis)).toEqual(['x', 'a', 'r', 'y (output)']);
  expect(analysis.quantizedBy.get('p')).toBe('a');
  expect(analysis.layers.map(({ fused, fusedOutput }) => [fused, fusedOutput])).toEqual([
    [null, 'a'],
    ['Clip', 'y']
  ]);
});

test('operators that stay in float, and a quantizer at the layer behind one', async () => {
  const model = graphOf(
    [
      conv('x', 'c', 'a'),
      makeNode('Sigmoid', ['a'], ['g']),
      makeNode('Flatten', ['g'], ['f']),
      makeNode('MatMul', ['f', 'w'], ['h']),
      makeNode('Add', ['h', 'b'], ['l']),
      makeNode('Softmax', ['l'], ['y'])
    ],
    [
      weights('c.weight', [4, 3, 3, 3], 1),
      weights('c.bias', [4], 2),
      weights('w', [256, 5], 3),
      weights('b', [5], 4)
    ]
  );
  const analysis = await analyze(model, [3, 8, 8]);
  expect(analysis.floatOperators).toEqual(['Sigmoid', 'Softmax']);
  expect(pointsOf(analysis)).toEqual(['x', 'a', 'f', 'l (output)']);
  expect(analysis.layers[1]).toMatchObject({ operator: 'MatMul', bias: 'b', output: 'l', parameters: 1285 });
});

test('a grouped and a one-dimensional convolution', async () => {
  const grouped = graphOf(
    [conv('x', 'c', 'y', false, { group: 3, strides: [2, 2] })],
    [weights('c.weight', [6, 1, 3, 3], 1)]
  );
  expect((await analyze(grouped, [3, 8, 8])).layers[0]!.macs).toBe(6 * 9 * 4 * 4);
  const line = graphOf(
    [makeNode('Conv', ['x', 'w'], ['y'], { dilations: [2] })],
    [weights('w', [5, 2, 3], 1)],
    ['n', 2, 10]
  );
  expect((await analyze(line, [2, 10])).layers[0]).toMatchObject({
    outputShape: [5, 6],
    macs: 5 * 2 * 3 * 6
  });
});

test('layers have names of their own where the file gives one twice', async () => {
  const model = graphOf(
    [conv('x', 'c', 'a', false), conv('a', 'c', 'y', false)],
    [weights('c.weight', [3, 3, 3, 3], 1)]
  );
  expect((await analyze(simplify(model), [3, 8, 8])).layers.map((layer) => layer.name)).toEqual(['c', 'y']);
});
