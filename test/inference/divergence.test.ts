import { beforeAll, describe, expect, test } from 'vitest';
import * as ort from 'onnxruntime-node';
import { readModel, withOutputs, writeModel } from '../../src/main/graph/index.ts';
import { integerExecutor } from '../../src/main/inference/integer-executor.ts';
import { integerSettings } from '../../src/main/inference/integer-settings.ts';
import { mapShape } from '../../src/main/inference/integers/code-difference.ts';
import { codeMaps } from '../../src/main/inference/integers/code-maps.ts';
import { divergence } from '../../src/main/inference/integers/divergence.ts';
import { quantizedOnnx } from '../../src/main/inference/integers/quantized-onnx.ts';
import type { IntegerKernels } from '../../src/main/kernels/integer-kernels.ts';
import { compiledKernels } from '../kernels-integer/compiled-kernels.ts';
import { sampleNetwork, testPictures } from './sample-network.ts';

let kernels: IntegerKernels;

beforeAll(async () => {
  kernels = await compiledKernels();
});

describe('the same run three ways', () => {
  test('ample accumulators change nothing, and simulation a few codes by one at first', async () => {
    const { configured, quantized } = await sampleNetwork('resnet18-mse');
    const configuration = configured(8);
    const found = await divergence(
      quantized(configuration),
      configuration,
      kernels,
      await testPictures(),
      12,
      1
    );
    expect([found.samples, found.accumulatorBits, found.firstLimited]).toEqual([12, 32, null]);
    expect(found.perSample).toHaveLength(12);
    expect(found.predictions.integer.differing).toBe(0);
    expect(found.predictions.limited).toEqual(found.predictions.integer);
    expect(found.predictions.simulated.right).toBeGreaterThan(8);
    // The logits have no codes.
    expect(found.layers).toHaveLength(20);
    const parted = found.layers.find(({ name }) => name === found.firstSimulated)!;
    expect(parted.simulated.largest).toBe(1);
    expect(parted.simulated.share).toBeLessThan(0.001);
    for (const [index, { codes, simulated, limited, dataBits }] of found.layers.entries()) {
      expect(dataBits).toBeGreaterThan(12);
      expect(dataBits).toBeLessThan(24);
      expect(limited).toEqual({ differing: 0, share: 0, largest: 0 });
      const samples = found.perSample.map((sample) => sample.simulated[index]!);
      expect(simulated.differing).toBe(samples.reduce((sum, { differing }) => sum + differing, 0));
      expect(simulated.share).toBeCloseTo(simulated.differing / codes, 12);
    }
  });

  test('a narrow accumulator parts at the first layer that overflows', async () => {
    const { configured, quantized } = await sampleNetwork('resnet18-mse');
    const configuration = configured(8, { accumulator: { bits: 18 } });
    const network = quantized(configuration);
    const pictures = await testPictures();
    const found = await divergence(network, configuration, kernels, pictures, 10, 1);
    const executor = await integerExecutor(network, kernels, integerSettings(configuration), { threads: 1 });
    await executor.infer(await pictures.batch(0, 10), 10);
    const overflowing = [...executor.seen()].find(([, { limited }]) => limited!.overflows > 0)!;
    await executor.release();
    expect(found.firstLimited).toBe(overflowing[0]);
    expect(found.layers.find(({ name }) => name === found.firstLimited)!.limited.largest).toBeGreaterThan(20);
  });
});

test('one sample has its differences at their places', async () => {
  const { configured, quantized } = await sampleNetwork('resnet18-mse');
  const configuration = configured(8, { accumulator: { bits: 18 } });
  const network = quantized(configuration);
  const pictures = await testPictures();
  const maps = await codeMaps(network, configuration, kernels, pictures, 7, 1);
  const found = await divergence(network, configuration, kernels, pictures, 10, 1);
  expect([maps.sample, maps.accumulatorBits]).toEqual([7, 18]);
  expect(maps.layers.map(({ name }) => name)).toEqual(found.layers.map(({ name }) => name));
  const [first, last] = [maps.layers[0]!, maps.layers.at(-1)!];
  expect([first.channels, first.height, first.width]).toEqual([16, 32, 32]);
  expect([last.channels, last.height, last.width]).toEqual([128, 4, 4]);
  for (const [index, layer] of maps.layers.entries()) {
    for (const way of ['simulated', 'limited'] as const) {
      const { largestAt, ...difference } = layer[way];
      // One sample alone and among others gives the same codes in integers; ONNX Runtime adds floats in another order.
      if (way === 'limited') expect(difference).toEqual(found.perSample[7]!.limited[index]);
      expect(largestAt).toHaveLength(layer.height * layer.width);
      expect(Math.max(...largestAt)).toBe(difference.largest);
      const differing = largestAt.filter((distance) => distance > 0).length;
      expect(differing).toBeLessThanOrEqual(difference.differing);
      expect(differing * layer.channels).toBeGreaterThanOrEqual(difference.differing);
    }
  }
  expect(maps.layers.some(({ limited }) => limited.largest > 20)).toBe(true);
});

test('outputs of every rank are pictures', () => {
  expect(mapShape('Conv', [4, 5, 6])).toEqual({ channels: 4, height: 5, width: 6 });
  expect(mapShape('Conv', [4, 6])).toEqual({ channels: 4, height: 1, width: 6 });
  expect(mapShape('Gemm', [10])).toEqual({ channels: 1, height: 1, width: 10 });
  expect(mapShape('MatMul', [2, 3, 7])).toEqual({ channels: 1, height: 6, width: 7 });
});

describe('a quantized network as ONNX', () => {
  test.each([8, 4, 2])(
    'of %s bits it gives the logits of the integers in plain ONNX Runtime',
    async (bits) => {
      const { configured, quantized } = await sampleNetwork('resnet18-label-smoothing');
      const configuration = configured(bits);
      const network = quantized(configuration);
      const bytes = quantizedOnnx(network, configuration);
      const operators = new Set(readModel(bytes, 'exported').graph.nodes.map(({ operator }) => operator));
      expect([...operators]).toEqual(expect.arrayContaining(['QuantizeLinear', 'DequantizeLinear']));
      // Bytes need no bounds.
      expect(operators.has('Clip')).toBe(bits < 8);
      const pictures = await (await testPictures()).batch(0, 50);
      const session = await ort.InferenceSession.create(bytes);
      const feeds = { [session.inputNames[0]!]: new ort.Tensor('float32', pictures, [50, 3, 32, 32]) };
      const { [session.outputNames[0]!]: logits } = await session.run(feeds);
      await session.release();
      const expected = new Map<string, Int16Array>();
      const executor = await integerExecutor(network, kernels, integerSettings(configuration), {
        threads: 1,
        onLayer: ({ layer }, { output }) => {
          if (output instanceof Int16Array) expected.set(layer.fusedOutput, output.slice());
        }
      });
      expect(logits!.data).toEqual(await executor.infer(pictures, 50));
      await executor.release();

      // The codes of each layer, where they leave QuantizeLinear, or the Clip behind it.
      const exported = readModel(bytes, 'exported');
      const codes = exported.graph.nodes
        .filter(({ operator }) => operator === 'DequantizeLinear')
        .map(({ inputs, outputs }) => [outputs[0]!, inputs[0]!] as const);
      const ofLayer = new Map(
        [...expected.keys()].map((tensor) => [
          tensor,
          codes.find(([output]) => output === tensor || output === `${tensor}.dequantized`)![1]
        ])
      );
      const watched = await ort.InferenceSession.create(
        writeModel(withOutputs(exported, [...ofLayer.values()]))
      );
      const found = await watched.run(feeds);
      await watched.release();
      expect(expected.size).toBe(20);
      for (const [tensor, of] of expected)
        expect(Int16Array.from(found[ofLayer.get(tensor)!]!.data as Uint8Array)).toEqual(of);
    }
  );

  test('is refused for what its operators cannot say', async () => {
    const { configured, quantized } = await sampleNetwork('resnet18-label-smoothing');
    for (const settings of [
      { requantization: 'gemmlowp' },
      { accumulator: { bits: 20 } },
      { arithmetic: 'simulated' },
      { weights: { bits: 10 } }
    ]) {
      const configuration = configured(8, settings);
      expect(() => quantizedOnnx(quantized(configuration), configuration)).toThrow(
        expect.objectContaining({ code: 'CONFIGURATION_CONFLICT' })
      );
    }
  });
});
