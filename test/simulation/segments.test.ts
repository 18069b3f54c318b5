import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { Preprocessing } from '../../src/contract/index.ts';
import { openDataset } from '../../src/main/datasets/index.ts';
import {
  makeFloatValue,
  makeInitializer,
  makeModel,
  makeNode,
  readModel,
  writeModel
} from '../../src/main/graph/index.ts';
import type { Model } from '../../src/main/graph/index.ts';
import { splitAtLayers, type Segment } from '../../src/main/graph/rewrites/split-at-layers.ts';
import { prepareModel } from '../../src/main/inference/prepared-model.ts';

const preprocessing = Preprocessing.parse({ scale: 1 / 255 });
const options = { intraOpNumThreads: 1, graphOptimizationLevel: 'disabled', logSeverityLevel: 3 } as const;

const open = (model: Model) => ort.InferenceSession.create(writeModel(model), options);

async function runWhole(model: Model, input: ort.Tensor): Promise<ort.Tensor> {
  const session = await open(model);
  const results = await session.run({ [session.inputNames[0]!]: input });
  await session.release();
  return results[session.outputNames[0]!]!;
}

/** Every segment in ONNX Runtime, layers too, on the tensors that came before. */
async function runSegments(
  segments: readonly Segment[],
  inputName: string,
  outputName: string,
  input: ort.Tensor
) {
  const tensors = new Map<string, ort.Tensor>([[inputName, input]]);
  for (const segment of segments) {
    const session = await open(segment.model);
    const feeds = Object.fromEntries(session.inputNames.map((name) => [name, tensors.get(name)!]));
    for (const [name, tensor] of Object.entries(await session.run(feeds))) tensors.set(name, tensor);
    await session.release();
  }
  return tensors.get(outputName)!;
}

describe('the samples, cut at their layers', () => {
  test.each(['cross-entropy', 'label-smoothing', 'mse'])(
    'resnet18-%s gives the same logits',
    async (name) => {
      const samples = new URL('../../resources/samples/', import.meta.url);
      const file = new URL(`resnet18-${name}.onnx`, samples);
      const { model, analysis } = await prepareModel(readModel(await readFile(file), 'model.onnx'));
      const segments = splitAtLayers(model, analysis);
      expect(segments.filter(({ kind }) => kind === 'layer')).toHaveLength(21);
      // Eight additions, of which the last stands with the pooling behind it.
      expect(segments.filter(({ kind }) => kind === 'float')).toHaveLength(8);
      for (const segment of segments) {
        if (segment.kind === 'float') continue;
        const { inputs, outputs } = segment.model.graph;
        expect([inputs.map((value) => value.name), outputs.map((value) => value.name)]).toEqual([
          [segment.layer.input],
          [segment.layer.fusedOutput]
        ]);
      }
      const test = await openDataset(fileURLToPath(new URL('test.npz', samples)), 'npz', preprocessing);
      const input = new ort.Tensor('float32', await test.batch(0, 20), [20, ...analysis.input.shape]);
      const whole = await runWhole(model, input);
      const cut = await runSegments(segments, analysis.input.name, analysis.output.name, input);
      expect(cut.dims).toEqual(whole.dims);
      expect(cut.data).toEqual(whole.data);
    }
  );
});

test('tensors of integers cross from segment to segment, and MatMul takes its bias with it', async () => {
  const weights = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.cos(i));
  const model = makeModel({
    nodes: [
      makeNode('Conv', ['x', 'w1'], ['conv'], { pads: [1, 1, 1, 1] }),
      makeNode('Shape', ['conv'], ['shape']),
      makeNode('Gather', ['shape', 'zero'], ['batch']),
      makeNode('Relu', ['conv'], ['relu']),
      makeNode('Conv', ['relu', 'w2'], ['second']),
      makeNode('Concat', ['batch', 'rest'], ['target'], { axis: 0 }),
      makeNode('Reshape', ['second', 'target'], ['flat']),
      makeNode('MatMul', ['flat', 'w3'], ['product']),
      makeNode('Add', ['product', 'b3'], ['y'])
    ],
    initializers: [
      makeInitializer('w1', [4, 2, 3, 3], weights(72)),
      makeInitializer('w2', [3, 4, 1, 1], weights(12)),
      makeInitializer('w3', [75, 6], weights(450)),
      makeInitializer('b3', [6], weights(6)),
      makeInitializer('zero', [1], BigInt64Array.of(0n)),
      makeInitializer('rest', [1], BigInt64Array.of(-1n))
    ],
    inputs: [makeFloatValue('x', ['batch', 2, 5, 5])],
    outputs: [makeFloatValue('y', ['batch', 6])]
  });
  const prepared = await prepareModel(model);
  const segments = splitAtLayers(prepared.model, prepared.analysis);
  expect(segments.map(({ kind }) => kind)).toEqual(['layer', 'float', 'layer', 'float', 'layer']);
  const input = new ort.Tensor('float32', weights(3 * 50), [3, 2, 5, 5]);
  const whole = await runWhole(model, input);
  expect((await runSegments(segments, 'x', 'y', input)).data).toEqual(whole.data);
});
