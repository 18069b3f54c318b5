import { beforeAll, describe, expect, test } from 'vitest';
import * as ort from 'onnxruntime-node';
import { readModel } from '../../src/main/graph/index.ts';
import { integerExecutor } from '../../src/main/inference/integer-executor.ts';
import { integerSettings } from '../../src/main/inference/integer-settings.ts';
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
    // The logits have no codes.
    expect(found.layers).toHaveLength(20);
    const parted = found.layers.find(({ name }) => name === found.firstSimulated)!;
    expect(parted.simulated.largest).toBe(1);
    expect(parted.simulated.share).toBeLessThan(0.001);
    for (const [index, { codes, simulated, limited }] of found.layers.entries()) {
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
    await executor.infer(pictures.batch(0, 10), 10);
    const overflowing = [...executor.seen()].find(([, { limited }]) => limited.overflows > 0)!;
    await executor.release();
    expect(found.firstLimited).toBe(overflowing[0]);
    expect(found.layers.find(({ name }) => name === found.firstLimited)!.limited.largest).toBeGreaterThan(20);
  });
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
      const pictures = (await testPictures()).batch(0, 50);
      const session = await ort.InferenceSession.create(bytes);
      const { [session.outputNames[0]!]: logits } = await session.run({
        [session.inputNames[0]!]: new ort.Tensor('float32', pictures, [50, 3, 32, 32])
      });
      await session.release();
      const executor = await integerExecutor(network, kernels, integerSettings(configuration), {
        threads: 1
      });
      expect(logits!.data).toEqual(await executor.infer(pictures, 50));
      await executor.release();
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
