import { expect, test } from 'vitest';
import { Configuration } from '../../src/contract/index.ts';
import { insertFakeQuantization, makeInitializer, makeNode, type Model } from '../../src/main/graph/index.ts';
import { Calibration } from '../../src/main/inference/calibration.ts';
import { correctBiases } from '../../src/main/inference/correct-biases.ts';
import { evaluate } from '../../src/main/inference/evaluation.ts';
import { graphExecutor } from '../../src/main/inference/executor.ts';
import { prepareModel } from '../../src/main/inference/prepared-model.ts';
import { demandsOf, planQuantization } from '../../src/main/inference/quantization-plan.ts';
import { roundWeights } from '../../src/main/inference/round-weights.ts';
import { sqnrDb } from '../../src/main/numeric/statistics.ts';
import { noise } from '../graph/fixtures/run-model.ts';
import { conv, graphOf, weights } from '../graph/fixtures/small-graphs.ts';
import { compiledLinearAlgebra } from '../kernels/compiled.ts';

const kernels = await compiledLinearAlgebra();
const { signal } = new AbortController();
const samples = 96;
const perSample = 3 * 8 * 8;
const pictures = noise([samples, 3, 8, 8], 21, 1).data;
const source = {
  samples,
  shape: [3, 8, 8],
  labels: new Int32Array(samples),
  classes: 2,
  batch: async (offset: number, count: number) =>
    pictures.slice(offset * perSample, (offset + count) * perSample)
};
const passes = { source, samples, threads: 1, signal };

/** Every operator that has weights: Conv, grouped and depthwise, strided and dilated; MatMul with and without a bias; Gemm both ways. */
const everyOperator = graphOf(
  [
    conv('x', 'plain', 'a'),
    makeNode('Relu', ['a'], ['b']),
    conv('b', 'depthwise', 'c', true, { group: 8 }),
    makeNode('Relu', ['c'], ['d']),
    conv('d', 'grouped', 'e', false, { group: 2, strides: [2, 2] }),
    makeNode('Relu', ['e'], ['f']),
    conv('f', 'dilated', 'g', true, { dilations: [2, 2], pads: [2, 2, 2, 2] }),
    makeNode('Relu', ['g'], ['h']),
    makeNode('Flatten', ['h'], ['i']),
    makeNode('MatMul', ['i', 'product.weight'], ['j'], {}, 'product'),
    makeNode('Add', ['j', 'product.bias'], ['k']),
    makeNode('Relu', ['k'], ['l']),
    makeNode('Gemm', ['l', 'gemm.weight', 'gemm.bias'], ['m'], {}, 'gemm'),
    makeNode('Relu', ['m'], ['n']),
    makeNode('Gemm', ['n', 'last.weight', 'last.bias'], ['y'], { transB: 1 }, 'last')
  ],
  [
    weights('plain.weight', [8, 3, 3, 3], 1),
    weights('plain.bias', [8], 2),
    weights('depthwise.weight', [8, 1, 3, 3], 3),
    weights('depthwise.bias', [8], 4),
    weights('grouped.weight', [8, 4, 3, 3], 5),
    weights('dilated.weight', [8, 8, 3, 3], 6),
    weights('dilated.bias', [8], 7),
    weights('product.weight', [128, 16], 8),
    weights('product.bias', [16], 9),
    weights('gemm.weight', [16, 12], 10),
    weights('gemm.bias', [12], 11),
    weights('last.weight', [5, 12], 12),
    weights('last.bias', [5], 13)
  ]
);

async function quantizable(original: Model) {
  const { model, analysis } = await prepareModel(original);
  const logitsOf = async (network: Model) => {
    const executor = await graphExecutor(network, analysis.input.shape, 1);
    try {
      return (await evaluate(executor, source, samples, 32, () => {}, signal)).logits;
    } finally {
      await executor.release();
    }
  };
  const float = await logitsOf(model);
  const calibration = new Calibration(model, analysis, source, samples, 'noise');
  const planned = async (settings: object) => {
    const configuration = Configuration.parse({
      arithmetic: 'simulated',
      bias: 'float',
      activations: { bits: 8, observer: 'minmax' },
      ...settings
    });
    await calibration.collect(demandsOf(configuration, analysis), 1, () => {}, signal);
    return { configuration, ...planQuantization(model, analysis, configuration, calibration) };
  };
  return { model, analysis, float, logitsOf, planned };
}

test('GPTQ and AdaRound round every operator that has weights, and lower the error of the output', async () => {
  const { model, analysis, float, logitsOf, planned } = await quantizable(everyOperator);
  expect(analysis.layers).toHaveLength(7);
  for (const weightSettings of [{ rounding: 'gptq' }, { rounding: 'adaround', iterations: 200 }]) {
    const { configuration, plan } = await planned({ weights: { bits: 3, ...weightSettings } });
    const rounded = await roundWeights(model, analysis, configuration, plan, kernels, passes, () => {});
    for (const layer of analysis.layers)
      expect(rounded.weights.get(layer.name)!.codes, layer.name).not.toEqual(
        plan.weights.get(layer.name)!.codes
      );
    const decibels = async (network: typeof plan) =>
      sqnrDb(float, await logitsOf(insertFakeQuantization(model, analysis, network)));
    const nearest = await decibels(plan);
    expect(await decibels({ ...plan, weights: rounded.weights })).toBeGreaterThan(nearest + 2);
  }
}, 60_000);

test('a singular Hessian is noted with its layer, and the layer is rounded all the same', async () => {
  // The second half of what enters `last` is zero: its biases are far below what the Relu lets through.
  const biases = Float32Array.from({ length: 12 }, (_, i) => (i < 6 ? 20 : -1e4));
  const initializers = new Map(everyOperator.graph.initializers).set(
    'gemm.bias',
    makeInitializer('gemm.bias', [12], biases)
  );
  const silenced = { ...everyOperator, graph: { ...everyOperator.graph, initializers } };
  const { model, analysis, planned } = await quantizable(silenced);
  const { configuration, plan } = await planned({ weights: { bits: 3, rounding: 'gptq' } });
  const { notes, weights: rounded } = await roundWeights(
    model,
    analysis,
    configuration,
    plan,
    kernels,
    passes,
    () => {}
  );
  expect(notes.filter((note) => note.includes('last'))).toEqual([
    'The Hessian of last is singular (6 of 12 inputs are zero for every calibration sample): damping decides there.'
  ]);
  expect(rounded.get('last')!.values.every(Number.isFinite)).toBe(true);
}, 60_000);

test('bias correction gives outputs of a layer whose inputs are the float network’s their means again', async () => {
  const { model, analysis, planned } = await quantizable(everyOperator);
  const { plan } = await planned({ weights: { bits: 2 } });
  const { biases, notes } = await correctBiases(model, analysis, plan.weights, kernels, passes);
  expect(notes).toEqual(["grouped has no bias, so that its outputs' means are not corrected."]);
  // The first layer sees the pictures themselves, so that its outputs' means can be compared directly.
  const meansOf = async (network: Model) => {
    const { analysis: own, model: prepared } = await prepareModel(network);
    const executor = await graphExecutor(prepared, own.input.shape, 1);
    const { logits } = await evaluate(executor, source, samples, 32, () => {}, signal);
    await executor.release();
    const means = new Float64Array(8);
    logits.forEach((value, i) => (means[Math.floor(i / 64) % 8]! += value / samples / 64));
    return means;
  };
  const firstLayer = (values: Float32Array, bias: Float32Array) =>
    graphOf(
      [conv('x', 'plain', 'a'), makeNode('Flatten', ['a'], ['y'])],
      [makeInitializer('plain.weight', [8, 3, 3, 3], values), makeInitializer('plain.bias', [8], bias)]
    );
  const own = weights('plain.weight', [8, 3, 3, 3], 1).data as Float32Array;
  const bias = weights('plain.bias', [8], 2).data as Float32Array;
  const rounded = plan.weights.get('plain')!.values;
  const wanted = await meansOf(firstLayer(own, bias));
  const corrected = await meansOf(firstLayer(rounded, biases.get('plain')!));
  corrected.forEach((mean, i) => expect(mean).toBeCloseTo(wanted[i]!, 4));
}, 60_000);
