import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { OpenDataset } from '../../src/main/datasets/index.ts';
import { evaluate } from '../../src/main/inference/evaluation.ts';
import { executableNetwork } from '../../src/main/inference/executable-network.ts';
import type { Executor } from '../../src/main/inference/executor.ts';
import { integerExecutor } from '../../src/main/inference/integer-executor.ts';
import { integerSettings } from '../../src/main/inference/integer-settings.ts';
import type { IntegerKernels } from '../../src/main/kernels/integer-kernels.ts';
import { referenceIntegerKernels } from '../../src/main/kernels/reference/integer-layer.ts';
import { compiledKernels } from '../kernels-integer/compiled-kernels.ts';
import { randomNetworks } from './random-network.ts';
import { sampleNetwork, smallNetwork, testPictures } from './sample-network.ts';

let kernels: IntegerKernels;
let pictures: OpenDataset;

beforeAll(async () => {
  kernels = await compiledKernels();
  pictures = await testPictures();
});

const evaluated = async (executor: Executor, samples: number) =>
  (await evaluate(executor, pictures, samples, 50, () => {}, new AbortController().signal)).logits;

/** Rejects where our kernels are asked for. */
const noKernels = () => Promise.reject(new Error('our kernels were not to be used'));

describe('on all 2,000 pictures', () => {
  test.each([8, 4])(
    "at %s bits our kernels give the logits of ONNX Runtime's integer graph, bit for bit",
    { timeout: 240_000 },
    async (bits) => {
      const { configured, quantized } = await sampleNetwork('resnet18-mse');
      const configuration = configured(bits);
      const network = quantized(configuration);
      const theirs = await executableNetwork(configuration, network, noKernels, 1, () => {});
      expect(theirs.kernels).toBe('onnxruntime');
      const ours = await integerExecutor(network, kernels, integerSettings(configuration), { threads: 1 });
      const [expected, found] = [await evaluated(theirs.executor, 2000), await evaluated(ours, 2000)];
      expect(found).toEqual(expected);
      expect(ours.layers).toHaveLength(21);
      for (const [, { limited, samples, exact }] of ours.seen()) {
        expect([limited.overflows, samples]).toEqual([0, 2000]);
        expect(exact.largestSum - exact.smallestSum).toBeGreaterThan(100);
      }
      await Promise.all([theirs.executor.release(), ours.release()]);
    }
  );
});

describe('what computes a configuration', () => {
  test.each([
    ['onnxruntime', 8, {}],
    ['onnxruntime', 2, { accumulator: { check: 'per-tile' } }],
    ['bitlab', 8, { accumulator: { bits: 31 } }],
    ['bitlab', 8, { accumulator: { overflow: 'saturate' } }],
    ['bitlab', 8, { accumulator: { products: 'avx2-pairs' } }],
    ['bitlab', 8, { requantization: 'qnnpack' }],
    ['bitlab', 8, { requantization: 'gemmlowp' }],
    ['bitlab', 8, { bias: 'float' }],
    ['bitlab', 8, { bias: { bits: 8 } }],
    ['bitlab', 10, {}],
    ['bitlab', 8, { weights: { scheme: 'affine', bits: 8 } }]
  ] as const)('%s: %s bits, %j', async (expected, bits, settings) => {
    const { configured, quantized } = await sampleNetwork('resnet18-label-smoothing');
    const configuration = configured(bits, settings);
    const said: string[] = [];
    const network = await executableNetwork(
      configuration,
      quantized(configuration),
      async () => kernels,
      1,
      (text) => said.push(text)
    );
    expect(network.kernels).toBe(expected);
    expect(said[0]).toContain(expected === 'bitlab' ? "Bitlab's integer kernels" : "ONNX Runtime's integer");
    const logits = await evaluated(network.executor, 100);
    expect(logits.every(Number.isFinite)).toBe(true);
    const results = network.layers();
    expect(results).toHaveLength(21);
    for (const { integers } of results) {
      expect(integers!.worstCaseBits).toBeGreaterThan(bits);
      expect(integers!.overflows === null).toBe(expected === 'onnxruntime');
      if (integers!.dataBits !== null)
        expect(integers!.dataBits).toBeLessThanOrEqual(integers!.worstCaseBits);
    }
    await network.executor.release();
  });
});

test(
  'random networks give the logits and the overflow counts of the plain reference',
  { timeout: 240_000 },
  async () => {
    let overflows = 0;
    const accumulators = fc.record({
      spare: fc.integer({ min: 0, max: 3 }),
      overflow: fc.constantFrom('wrap', 'saturate'),
      check: fc.constantFrom('each-addition', 'per-tile'),
      tile: fc.integer({ min: 1, max: 30 })
    });
    const choices = fc.record({
      bits: fc.integer({ min: 2, max: 6 }),
      accumulator: accumulators,
      requantization: fc.constantFrom('onnx', 'qnnpack', 'gemmlowp'),
      bias: fc.constantFrom('int32', { bits: 5 })
    });
    await fc.assert(
      fc.asyncProperty(randomNetworks, choices, async (model, { bits, accumulator, ...others }) => {
        const { spare, ...settings } = accumulator;
        const { configured, quantized, source } = await smallNetwork(model);
        const configuration = configured(bits, {
          ...others,
          // A product fits, few sums do.
          accumulator: { ...settings, bits: Math.max(8, 2 * bits + spare) }
        });
        const network = quantized(configuration);
        const results = [];
        for (const each of [kernels, referenceIntegerKernels]) {
          const executor = await integerExecutor(network, each, integerSettings(configuration), {
            threads: 1
          });
          const logits = (await executor.infer(source.batch(0, 3), 3)).slice();
          results.push({ logits, seen: executor.seen() });
          await executor.release();
        }
        expect(results[0]).toEqual(results[1]);
        for (const { limited } of results[0]!.seen.values()) overflows += limited.overflows;
      }),
      { numRuns: 60, seed: 4 }
    );
    expect(overflows).toBeGreaterThan(1000);
  }
);

describe('a layer that does not fit', () => {
  test('a width that holds no product names the layer', async () => {
    const { configured, quantized } = await sampleNetwork('resnet18-mse');
    const configuration = configured(8, { accumulator: { bits: 12 } });
    const network = quantized(configuration);
    const making = executableNetwork(
      configuration,
      network,
      async () => kernels,
      1,
      () => {}
    );
    await expect(making).rejects.toMatchObject({
      code: 'CONFIGURATION_CONFLICT',
      details: { reason: expect.stringContaining('/conv1/Conv') }
    });
  });

  test('codes of more than 16 bits name the layer', async () => {
    const { configured, quantized } = await sampleNetwork('resnet18-mse');
    const configuration = configured(16, { weights: { bits: 16, scheme: 'affine', storage: 'unsigned' } });
    const network = quantized(configuration);
    const making = executableNetwork(
      configuration,
      network,
      async () => kernels,
      1,
      () => {}
    );
    await expect(making).rejects.toMatchObject({
      code: 'CONFIGURATION_CONFLICT',
      details: { reason: expect.stringContaining('/conv1/Conv') }
    });
  });
});
