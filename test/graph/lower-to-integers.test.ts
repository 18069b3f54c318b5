import { expect, test } from 'vitest';
import { insertFakeQuantization, lowerToIntegers, makeNode } from '../../src/main/graph/index.ts';
import type { IntegerOptions, Model, Node } from '../../src/main/graph/index.ts';
import { minmaxPlan, type PlanSettings } from './fixtures/minmax-plan.ts';
import { optimized } from './fixtures/optimized-operators.ts';
import { analyze, noise, observe, outputOf } from './fixtures/run-model.ts';
import { preparedSample } from './fixtures/samples.ts';
import { conv, graphOf, scalar, weights } from './fixtures/small-graphs.ts';

interface Lowered {
  readonly integer: Float32Array;
  readonly simulated: Float32Array;
  readonly model: Model;
}

async function lower(
  model: Model,
  sampleShape: readonly number[],
  settings: PlanSettings,
  options: IntegerOptions = { weightStorage: 'int8' }
): Promise<Lowered> {
  const analysis = await analyze(model, sampleShape);
  const input = noise([6, ...sampleShape], 21);
  const plan = minmaxPlan(model, analysis, await observe(model, input), settings);
  const before = structuredClone(model);
  const lowered = lowerToIntegers(model, analysis, plan, options);
  expect(model).toEqual(before);
  const simulated = await outputOf(insertFakeQuantization(model, analysis, plan), input);
  return { integer: await outputOf(lowered, input), simulated, model: lowered };
}

const largestDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);

const four = { activationBits: 4, weightBits: 4 };

test.each([8, 6, 4, 2])('the sample runs on integers only, at %i bits', async (bits) => {
  const { integer, simulated, model } = await lower(preparedSample('mse'), [3, 32, 32], {
    activationBits: bits,
    weightBits: bits > 4 ? 7 : bits
  });
  const counts = await optimized(model);
  expect(counts).toMatchObject({ QLinearConv: 20, QLinearAdd: 8, QLinearGlobalAveragePool: 1, QGemm: 1 });
  for (const float of ['Conv', 'FusedConv', 'Gemm', 'Relu', 'Add', 'DequantizeLinear', 'GlobalAveragePool']) {
    expect(counts).not.toHaveProperty(float);
  }
  expect(counts['QuantizeLinear']).toBe(1);
  // Rounding differs where a value lies at a tie, which few bits make large; the picture of the logits stays.
  const spread = Math.max(...simulated) - Math.min(...simulated);
  const square = integer.reduce((sum, value, i) => sum + (value - simulated[i]!) ** 2, 0) / integer.length;
  expect(Math.sqrt(square)).toBeLessThan(0.05 * spread);
});

const chain = (activation: Node[]) =>
  graphOf(
    [conv('x', 'c', activation.length > 0 ? 'h' : 'a'), ...activation, conv('a', 'd', 'y')],
    [
      weights('c.weight', [4, 3, 3, 3], 1),
      weights('c.bias', [4], 2),
      weights('d.weight', [2, 4, 3, 3], 3),
      weights('d.bias', [2], 4),
      scalar('low', -0.4),
      scalar('high', 0.9)
    ]
  );

/** The last layer reads exactly the same codes if the activation was replaced by the right bounds. */
test.each([
  ['nothing', []],
  ['Relu', [makeNode('Relu', ['h'], ['a'])]],
  ['Clip', [makeNode('Clip', ['h', 'low', 'high'], ['a'])]],
  ['Clip without an upper bound', [makeNode('Clip', ['h', 'low'], ['a'])]]
])('%s behind a layer becomes the bounds of its codes', async (_, activation) => {
  for (const activations of [{}, { scheme: 'symmetric', storage: 'signed' }] as const) {
    const settings = { ...four, activations };
    const { integer, simulated, model } = await lower(chain(activation), [3, 8, 8], settings);
    expect(model.graph.nodes.map((node) => node.operator)).not.toContain('Relu');
    expect(Object.keys(await optimized(model))).toContain('QLinearConv');
    // One code of the middle tensor at most may fall to the other side of a tie, here and there.
    const wrong = integer.filter((value, i) => Math.abs(value - simulated[i]!) > 1e-4).length;
    expect(wrong).toBeLessThanOrEqual(integer.length * 0.05);
    expect(integer.length).toBe(6 * 2 * 64);
  }
});

test('a Relu that two layers share stays with its own quantizer', async () => {
  const model = graphOf(
    [
      conv('x', 'c', 'h'),
      makeNode('Relu', ['h'], ['r']),
      makeNode('Add', ['h', 'r'], ['s']),
      conv('s', 'd', 'y')
    ],
    [
      weights('c.weight', [4, 3, 3, 3], 1),
      weights('c.bias', [4], 2),
      weights('d.weight', [2, 4, 3, 3], 3),
      weights('d.bias', [2], 4)
    ]
  );
  const { integer, simulated } = await lower(model, [3, 8, 8], { activationBits: 8, weightBits: 7 });
  expect(largestDifference(integer, simulated)).toBeLessThan(0.2);
});

test.each([
  ['signed', { storage: 'signed', scheme: 'symmetric' }, true],
  ['signed, narrow', { storage: 'signed', scheme: 'symmetric', narrow: true }, true],
  ['unsigned', { storage: 'unsigned', scheme: 'symmetric' }, true],
  ['affine per tensor', { storage: 'unsigned', scheme: 'affine' }, false],
  ['affine per channel', { storage: 'signed', scheme: 'affine' }, true]
] as const)('weights that are %s, stored either way', async (_, weightSettings, perChannel) => {
  const model = graphOf(
    [makeNode('Gemm', ['x', 'w', 'b'], ['h'], { transB: 1 }), makeNode('Gemm', ['h', 'v'], ['y'])],
    [weights('w', [8, 6], 1), weights('b', [8], 2), weights('v', [8, 5], 3)],
    ['batch', 6]
  );
  const settings = { activationBits: 8, weightBits: 6, weights: weightSettings, perChannel };
  const results = [];
  for (const weightStorage of ['int8', 'uint8'] as const) {
    const { integer, simulated } = await lower(model, [6], settings, { weightStorage });
    expect(largestDifference(integer, simulated)).toBeLessThan(0.03);
    results.push(integer);
  }
  expect(results[1]).toEqual(results[0]);
});

test('8-bit weights are stored as uint8 only where their products could saturate', async () => {
  const types = async (settings: PlanSettings) => {
    const { model } = await lower(chain([]), [3, 8, 8], settings, { weightStorage: 'uint8' });
    const { initializers } = model.graph;
    return initializers.get('d.weight.codes')!.data.constructor;
  };
  expect(await types({ activationBits: 8, weightBits: 8 })).toBe(Uint8Array);
  expect(await types({ activationBits: 8, weightBits: 7 })).toBe(Int8Array);
  expect(await types({ activationBits: 6, weightBits: 8 })).toBe(Int8Array);
});

test('at 8 bits uint8 storage is exact on every processor', async () => {
  const settings = { activationBits: 8, weightBits: 8 };
  const { integer, simulated } = await lower(preparedSample('mse'), [3, 32, 32], settings, {
    weightStorage: 'uint8'
  });
  const spread = Math.max(...simulated) - Math.min(...simulated);
  expect(largestDifference(integer, simulated)).toBeLessThan(0.02 * spread);
});

test('pooling, concatenation and data movement stay on integers', async () => {
  const model = graphOf(
    [
      conv('x', 'c', 'a'),
      conv('x', 'd', 'b'),
      makeNode('Concat', ['a', 'b'], ['j'], { axis: 1 }),
      makeNode('MaxPool', ['j'], ['p'], { kernel_shape: [2, 2], strides: [2, 2] }),
      makeNode('AveragePool', ['p'], ['m'], { kernel_shape: [2, 2], strides: [2, 2] }),
      makeNode('Flatten', ['m'], ['f']),
      makeNode('MatMul', ['f', 'w'], ['g']),
      makeNode('Add', ['g', 'b2'], ['y'])
    ],
    [
      ...['c', 'd'].flatMap((name) => [
        weights(`${name}.weight`, [4, 3, 3, 3], 1),
        weights(`${name}.bias`, [4], 2)
      ]),
      weights('w', [32, 5], 3),
      weights('b2', [5], 4)
    ]
  );
  const {
    integer,
    simulated,
    model: lowered
  } = await lower(model, [3, 8, 8], { activationBits: 8, weightBits: 7 });
  const counts = await optimized(lowered);
  expect(counts).toMatchObject({
    QLinearConv: 2,
    QLinearAveragePool: 1,
    QGemm: 1,
    QuantizeLinear: 1
  });
  expect(counts).not.toHaveProperty('DequantizeLinear');
  expect(counts['MaxPool'] ?? counts['NhwcMaxPool']).toBe(1);
  const spread = Math.max(...simulated) - Math.min(...simulated);
  expect(largestDifference(integer, simulated)).toBeLessThan(0.02 * spread);
});

test('a MatMul of three dimensions', async () => {
  const model = graphOf(
    [makeNode('MatMul', ['x', 'w'], ['h']), makeNode('Add', ['h', 'b'], ['y'])],
    [weights('w', [6, 5], 1), weights('b', [5], 2)],
    ['batch', 4, 6]
  );
  const { integer, simulated } = await lower(model, [4, 6], {
    activationBits: 8,
    weightBits: 7,
    quantizeOutput: true
  });
  expect(largestDifference(integer, simulated)).toBeLessThan(0.06);
});

test('layers that the plan leaves out stay in float', async () => {
  const model = chain([makeNode('Relu', ['h'], ['a'])]);
  const analysis = await analyze(model, [3, 8, 8]);
  const input = noise([2, 3, 8, 8], 1);
  const plan = minmaxPlan(model, analysis, await observe(model, input), four);
  const nothing = { activations: new Map(), weights: new Map(), biases: new Map() };
  const options = { weightStorage: 'int8' } as const;
  expect(await outputOf(lowerToIntegers(model, analysis, nothing, options), input)).toEqual(
    await outputOf(model, input)
  );
  const weightsOnly = { ...nothing, weights: plan.weights };
  const lowered = await outputOf(lowerToIntegers(model, analysis, weightsOnly, options), input);
  expect(lowered).toEqual(await outputOf(insertFakeQuantization(model, analysis, weightsOnly), input));
});

test.each<[string, PlanSettings]>([
  ['activations of 9 bits', { activationBits: 9, weightBits: 8 }],
  ['weights of 9 bits', { activationBits: 8, weightBits: 9 }],
  ['8-bit affine weights per channel', { ...four, weightBits: 8, weights: { scheme: 'affine' } }]
])('%s are refused', async (_, settings) => {
  await expect(lower(chain([]), [3, 8, 8], settings)).rejects.toMatchObject({
    code: 'CONFIGURATION_CONFLICT'
  });
});
