import { expect, test } from 'vitest';
import {
  differingPart,
  insertFakeQuantization,
  makeNode,
  type QuantizationPlan
} from '../../src/main/graph/index.ts';
import { quantizeWeights, type Quantizer } from '../../src/main/quantization/index.ts';
import { WeightSettings } from '../../src/contract/index.ts';
import { conv, graphOf, integers, weights } from './fixtures/small-graphs.ts';
import { analyze, noise, openModel, outputOf } from './fixtures/run-model.ts';
import * as ort from 'onnxruntime-node';

/** x -> a -> Relu (r) -> b, added to r -> Relu (t) -> c -> y: what b changes needs r, but nothing before it. */
const model = graphOf(
  [
    conv('x', 'a', 'p'),
    makeNode('Relu', ['p'], ['r'], {}, 'relu'),
    conv('r', 'b', 'q'),
    makeNode('Add', ['q', 'r'], ['s'], {}, 'add'),
    makeNode('Relu', ['s'], ['t'], {}, 'relu_1'),
    conv('t', 'c', 'u'),
    makeNode('Reshape', ['u', 'shape'], ['y'], {}, 'flat')
  ],
  [
    ...['a', 'b', 'c'].flatMap((name, index) => [
      weights(`${name}.weight`, [name === 'a' ? 3 : 3, 3, 3, 3], index + 1),
      weights(`${name}.bias`, [3], index + 11)
    ]),
    integers('shape', [-1, 192])
  ]
);
const nothing: QuantizationPlan = { activations: new Map(), weights: new Map(), biases: new Map() };
const quantizer: Quantizer = {
  bits: 4,
  scale: Float32Array.of(0.1),
  zeroPoint: Int32Array.of(0),
  low: -8,
  high: 7,
  axis: null
};
const ofWeights = (name: string): QuantizationPlan => ({
  ...nothing,
  weights: new Map([
    [
      name,
      quantizeWeights(
        model.graph.initializers.get(`${name}.weight`)!.data as Float32Array,
        [3, 3, 3, 3],
        0,
        WeightSettings.parse({ bits: 3 })
      )
    ]
  ])
});
const ofActivations = (tensor: string): QuantizationPlan => ({
  ...nothing,
  activations: new Map([[tensor, quantizer]])
});

async function part(plan: QuantizationPlan) {
  const rewritten = insertFakeQuantization(model, await analyze(model, [3, 8, 8]), plan);
  return { rewritten, differing: differingPart(rewritten, model) };
}

const inputsOf = (graph: { inputs: readonly { name: string }[] }) =>
  graph.inputs.map(({ name }) => name).sort();

test('what a layer changes begins at its input and at what goes around it', async () => {
  const { differing } = await part(ofWeights('b'));
  expect(inputsOf(differing.graph)).toEqual(['r']);
  expect(differing.graph.nodes.map(({ name }) => name)).toEqual(['b', 'add', 'relu_1', 'c', 'flat']);
  expect(differing.graph.outputs.map(({ name }) => name)).toEqual(['y']);
  const last = await part(ofWeights('c'));
  expect(inputsOf(last.differing.graph)).toEqual(['t']);
  expect(inputsOf((await part(ofWeights('a'))).differing.graph)).toEqual(['x']);
});

test('what a quantized tensor changes begins at the tensor', async () => {
  const { differing } = await part(ofActivations('r'));
  expect(inputsOf(differing.graph)).toEqual(['r']);
  expect(differing.graph.nodes.some(({ name }) => name === 'a' || name === 'relu')).toBe(false);
  // The sum takes q, which is changed by r, so that only q itself is needed where q alone is quantized.
  expect(inputsOf((await part(ofActivations('q'))).differing.graph)).toEqual(['q', 'r']);
  expect(inputsOf((await part(ofActivations('x'))).differing.graph)).toEqual(['x']);
});

test('the part computes what the whole does', async () => {
  const input = noise([2, 3, 8, 8], 5);
  const float = await openModel({
    ...model,
    graph: {
      ...model.graph,
      outputs: [...model.graph.outputs, { ...model.graph.outputs[0]!, name: 'r', type: null }]
    }
  });
  const known = await float.run({ x: new ort.Tensor('float32', input.data, [...input.shape]) });
  const { rewritten, differing } = await part(ofWeights('b'));
  const session = await openModel(differing);
  const found = await session.run({ r: known['r']! });
  const whole = await outputOf(rewritten, input);
  expect([...(found['y']!.data as Float32Array)].map((value) => value.toFixed(4))).toEqual(
    [...whole].map((value) => value.toFixed(4))
  );
  await session.release();
  await float.release();
});

test('models that do not differ have no such part', async () => {
  await expect(part(nothing)).rejects.toThrow(/do not differ/);
});
