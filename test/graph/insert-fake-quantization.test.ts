import { expect, test } from 'vitest';
import { insertFakeQuantization, makeNode, withOutputs } from '../../src/main/graph/index.ts';
import type { Model } from '../../src/main/graph/index.ts';
import { fakeQuantize } from '../../src/main/quantization/fake-quantize.ts';
import {
  additivePowersOfTwoGrid,
  codebookGrid,
  decodeFromGrid,
  float32Below,
  gridQuantizer,
  minifloatGrid,
  powersOfTwoGrid,
  type Grid
} from '../../src/main/quantization/grids/index.ts';
import type { Quantizer } from '../../src/main/quantization/quantizer.ts';
import { minmaxPlan } from './fixtures/minmax-plan.ts';
import { optimized } from './fixtures/optimized-operators.ts';
import { analyze, noise, observe, outputOf, runModel } from './fixtures/run-model.ts';
import { preparedSample } from './fixtures/samples.ts';
import { conv, graphOf, weights } from './fixtures/small-graphs.ts';

/** Zero on both sides is the same number. */
const unsignedZeros = (values: Float32Array) => values.map((value) => value + 0);

/** Values that fall on ties and beyond the ends of the codes, the golden tie of PyTorch at the first scale, and others. */
function awkward(scale: number): Float32Array {
  const ties = Array.from({ length: 400 }, (_, i) => Math.fround(Math.fround(i - 200 + 0.5) * scale));
  const others = noise([600], 5, 20 * scale).data;
  return Float32Array.of(...ties, ...others, 0.273939937, 0, -0, Infinity, -Infinity, 3.4e38, -3.4e38, 1e-45);
}

test.each([
  ['8 bits', { bits: 8, low: 0, high: 255, scale: 0.00214854861, zero: 0 }],
  ['4 bits with a zero point', { bits: 4, low: 0, high: 15, scale: 0.0371, zero: 6 }],
  ['3 bits, signed', { bits: 3, low: -4, high: 3, scale: 0.173, zero: 0 }],
  ['16 bits', { bits: 16, low: 0, high: 65535, scale: 0.000731, zero: 30000 }]
])(
  'what stands behind a tensor is fake quantization to the bit: %s',
  async (_, { bits, low, high, scale, zero }) => {
    const quantizer: Quantizer = {
      bits,
      low,
      high,
      scale: Float32Array.of(scale),
      zeroPoint: Int32Array.of(zero),
      axis: null
    };
    const model = graphOf([makeNode('Gemm', ['x', 'w'], ['y'])], [weights('w', [1, 1], 1)], ['batch', 1]);
    const analysis = await analyze(model, [1]);
    const plan = { activations: new Map([['x', quantizer]]), weights: new Map(), biases: new Map() };
    const data = awkward(quantizer.scale[0]!);
    const simulated = withOutputs(insertFakeQuantization(model, analysis, plan), ['x.quantized']);
    const found = (await runModel(simulated, { shape: [data.length, 1], data })).get('x.quantized')!;
    const expected = fakeQuantize(data, [data.length], quantizer);
    expect(unsignedZeros(found.data)).toEqual(unsignedZeros(expected));
  }
);

const sawtooth = Array.from({ length: 41 }, (_, i) => (i - 20) ** 3 / 16 + i / 64);

test.each<[string, Grid, number]>([
  ['powers of two, signed', powersOfTwoGrid(4, true), 0.731],
  ['powers of two from zero on', powersOfTwoGrid(3, false), 1.37],
  ['additive powers of two', additivePowersOfTwoGrid(5, false), 0.0217],
  ['e4m3', minifloatGrid('e4m3'), 0.00913],
  ['e2m1', minifloatGrid('e2m1'), 1],
  ['a codebook of two levels', codebookGrid([-1, 0.25]), 3.1],
  ['a codebook of 41 levels', codebookGrid(sawtooth), 0.317]
])('behind a tensor the nearest level of a grid is found to the bit: %s', async (_, grid, scale) => {
  const range = { minimum: Float32Array.of(-1), maximum: Float32Array.of(1) };
  const quantizer = { ...gridQuantizer(grid, 8, range, null, false), scale: Float32Array.of(scale) };
  const levels = decodeFromGrid(Int32Array.from(grid.levels.keys()), [grid.levels.length], quantizer);
  // Every level, every place in the middle of two, and their neighbours among the float32 numbers.
  const middles = levels.slice(1).map((level, i) => (level + levels[i]!) / 2);
  const around = [...levels, ...middles].flatMap((value) => [
    value,
    float32Below(value),
    -float32Below(-value)
  ]);
  const data = Float32Array.of(...around, ...awkward(scale / 7));
  const model = graphOf([makeNode('Gemm', ['x', 'w'], ['y'])], [weights('w', [1, 1], 1)], ['batch', 1]);
  const analysis = await analyze(model, [1]);
  const plan = { activations: new Map([['x', quantizer]]), weights: new Map(), biases: new Map() };
  const simulated = withOutputs(insertFakeQuantization(model, analysis, plan), ['x.quantized']);
  const found = (await runModel(simulated, { shape: [data.length, 1], data })).get('x.quantized')!;
  expect(unsignedZeros(found.data)).toEqual(unsignedZeros(fakeQuantize(data, [data.length], quantizer)));
  const missing = await runModel(simulated, { shape: [2, 1], data: Float32Array.of(NaN, 0.3) });
  expect(Number.isNaN(missing.get('x.quantized')!.data[0])).toBe(true);
});

/**
 * Behind a Conv and next to a MatMul ONNX Runtime looks for factors to move into the weights or into the product, which
 * would change the rounding: all of them must still be there after its optimizations.
 */
test.each<[string, Model, number[]]>([
  ['Conv', graphOf([conv('x', 'c', 'h'), conv('h', 'd', 'y')], twoConvolutions()), [3, 8, 8]],
  [
    'MatMul',
    graphOf(
      [makeNode('MatMul', ['x', 'w'], ['h']), makeNode('MatMul', ['h', 'v'], ['y'])],
      [weights('w', [6, 6], 1), weights('v', [6, 6], 2)],
      ['batch', 5, 6]
    ),
    [5, 6]
  ],
  [
    'Gemm',
    graphOf(
      [makeNode('Gemm', ['x', 'w'], ['h']), makeNode('Gemm', ['h', 'v'], ['y'])],
      [weights('w', [6, 6], 1), weights('v', [6, 6], 2)],
      ['batch', 6]
    ),
    [6]
  ]
])('ONNX Runtime leaves the factors around a %s alone', async (_, model, sampleShape) => {
  const analysis = await analyze(model, sampleShape);
  const observed = await observe(model, noise([4, ...sampleShape], 9));
  const plan = minmaxPlan(model, analysis, observed, {
    activationBits: 4,
    weightBits: 4,
    quantizeOutput: true
  });
  const counts = await optimized(insertFakeQuantization(model, analysis, plan));
  expect(counts).toMatchObject({ Mul: 6, Round: 3, Clip: 3 });
});

function twoConvolutions() {
  return [
    weights('c.weight', [4, 3, 3, 3], 1),
    weights('c.bias', [4], 2),
    weights('d.weight', [4, 4, 3, 3], 3),
    weights('d.bias', [4], 4)
  ];
}

test('weights and biases of the plan replace the layer’s own, the output keeps its name', async () => {
  const model = graphOf(
    [
      makeNode('MatMul', ['x', 'w'], ['h']),
      makeNode('Add', ['b', 'h'], ['a']),
      makeNode('Relu', ['a'], ['y'])
    ],
    [weights('w', [4, 3], 1), weights('b', [1, 3], 2)],
    ['batch', 4]
  );
  const before = structuredClone(model);
  const analysis = await analyze(model, [4]);
  const input = noise([5, 4], 3);
  const plan = minmaxPlan(model, analysis, await observe(model, input), {
    activationBits: 3,
    weightBits: 3,
    quantizeOutput: true
  });
  const { graph } = insertFakeQuantization(model, analysis, plan);
  expect(model).toEqual(before);
  expect(graph.initializers.get('w.quantized')!.data).toEqual(plan.weights.get('h')!.values);
  expect(graph.initializers.get('b.quantized')).toMatchObject({
    shape: [1, 3],
    data: plan.biases.get('h')!.values
  });
  expect([graph.initializers.has('w'), graph.initializers.has('b')]).toEqual([false, false]);
  expect(graph.nodes.at(-1)).toMatchObject({ operator: 'Mul', outputs: ['y'] });
  const y = await outputOf({ ...model, graph }, input);
  const scale = plan.activations.get('y')!.scale[0]!;
  expect(new Set(y.map((value) => Math.round(value / scale))).size).toBeLessThanOrEqual(8);
});

test('at 16 bits the sample is almost the float network', async () => {
  const model = preparedSample('mse');
  const analysis = await analyze(model, [3, 32, 32]);
  const pictures = noise([4, 3, 32, 32], 1);
  // Float biases: in units of two 16-bit scales they would leave the range of int32.
  const settings = { activationBits: 16, weightBits: 16, biases: false };
  const plan = minmaxPlan(model, analysis, await observe(model, pictures), settings);
  const expected = await outputOf(model, pictures);
  const found = await outputOf(insertFakeQuantization(model, analysis, plan), pictures);
  found.forEach((logit, i) => expect(Math.abs(logit - expected[i]!)).toBeLessThan(2e-3));
  expect(found).not.toEqual(expected);
});
