import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { intsAttribute, readModel, simplify, writeModel } from '../../src/main/graph/index.ts';
import type { Model } from '../../src/main/graph/index.ts';
import { NewTensors } from '../../src/main/graph/rewrites/new-tensors.ts';
import { measure } from '../../tools/zoo/measure.ts';

/** Made by `tools/zoo.py test/data/zoo/variants --variants`: one network in many forms, and PyTorch's logits. */
const folder = join(import.meta.dirname, '../data/zoo/variants');
const { side, ...logits } = JSON.parse(readFileSync(join(folder, 'variants.json'), 'utf8')) as {
  side: number;
  mixed: number[][];
  attention: number[][];
};
const temporary = mkdtempSync(join(tmpdir(), 'bitlab-variants-'));
afterAll(() => rmSync(temporary, { recursive: true }));

const read = (name: string) => readModel(new Uint8Array(readFileSync(join(folder, `${name}.onnx`))), name);

async function expectThrough(path: string, expected: number[][]) {
  const model = { name: 'variant', family: '', opset: 0, side, logits: expected };
  const result = await measure(path, model, 1);
  expect(result.floatSqnrDb).toBeGreaterThan(100);
  expect(result.simulated.metrics['logitsSqnrDb']).toBeGreaterThan(20);
  expect(result.integer.metrics['logitsSqnrDb']).toBeGreaterThan(20);
  return result.inspected;
}

/** The convolutions, the transposed one, and the linear layers of the mixed network. */
const layers = ['Conv', 'Conv', 'Conv', 'Conv', 'Conv', 'Conv', 'Conv', 'Conv', 'MatMul', 'MatMul', 'Gemm'];

test.each([9, 10, 11, 12, 13, 14, 15, 16, 17])('opset %i as PyTorch writes it', async (opset) => {
  const inspected = await expectThrough(join(folder, `mixed-opset${opset}.onnx`), logits.mixed);
  expect(inspected.opset).toBe(opset);
  expect(inspected.layers.map(({ operator }) => operator).toSorted()).toEqual(layers.toSorted());
  expect(inspected.floatOperators).toContain('Softmax');
});

/** The model as a later opset writes it: from version 18 on, ReduceMean has its axes as an input, and Split says how many. */
function asOpset(model: Model, opset: number, irVersion: number): Model {
  const simple = simplify(model);
  const added = new NewTensors(simple.graph);
  const nodes = simple.graph.nodes.map((node) => {
    const axes = intsAttribute(node, 'axes');
    if (node.operator !== 'ReduceMean' || axes === null) return node;
    const name = added.constant('axes', [axes.length], BigInt64Array.from(axes, BigInt));
    const attributes = new Map([...node.attributes].filter(([key]) => key !== 'axes'));
    return { ...node, inputs: [...node.inputs, name], attributes };
  });
  const opsets = [{ domain: '', version: opset, unknown: [] }];
  return {
    ...simple,
    irVersion,
    opsets,
    graph: { ...simple.graph, nodes, initializers: added.initializers }
  };
}

test.each([
  [18, 8],
  [19, 9],
  [20, 9],
  [21, 10],
  [22, 10],
  [23, 11]
])('opset %i with IR version %i', async (opset, irVersion) => {
  const path = join(temporary, `mixed-${opset}.onnx`);
  writeFileSync(path, writeModel(asOpset(read('mixed-opset17'), opset, irVersion)));
  const inspected = await expectThrough(path, logits.mixed);
  expect(inspected.opset).toBe(opset);
});

test('IR version 3, with its initializers among the inputs', async () => {
  const model = { ...read('mixed-inputs'), irVersion: 3 };
  expect(model.graph.inputs.length).toBeGreaterThan(20);
  const path = join(temporary, 'mixed-inputs.onnx');
  writeFileSync(path, writeModel(model));
  const inspected = await expectThrough(path, logits.mixed);
  expect(inspected.inputShape).toEqual([3, side, side]);
});

test('batch norms and constants as the exporter found them', async () => {
  const inspected = await expectThrough(join(folder, 'mixed-norms.onnx'), logits.mixed);
  expect(inspected.operators['BatchNormalization']).toBe(3);
  expect(inspected.floatOperators).not.toContain('BatchNormalization');
});

test.each(['mixed-batch1', 'mixed-batch4'])('%s, a fixed batch, is made dynamic', async (name) => {
  const inspected = await expectThrough(join(folder, `${name}.onnx`), logits.mixed);
  expect(inspected.inputShape).toEqual([3, side, side]);
});

test('an attention whose constants hold a batch of one is computed one sample at a time', async () => {
  await expectThrough(join(folder, 'attention-batch1.onnx'), logits.attention);
});
