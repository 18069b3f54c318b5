import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { OpenDataset } from '../../src/main/datasets/index.ts';
import { evaluate } from '../../src/main/inference/evaluation.ts';
import { executableNetwork } from '../../src/main/inference/executable-network.ts';
import type { Executor } from '../../src/main/inference/executor.ts';
import { integerExecutor } from '../../src/main/inference/integer-executor.ts';
import { integerSettings, onnxRuntimeComputes } from '../../src/main/inference/integer-settings.ts';
import type { IntegerKernels } from '../../src/main/kernels/integer-kernels.ts';
import { referenceIntegerKernels } from '../../src/main/kernels/reference/integer-layer.ts';
import { bitsThatDataNeeded } from '../../src/main/simulation/integer/index.ts';
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

describe('on all 2,000 pictures', () => {
  test.each([8, 4])(
    "at %s bits our kernels give the logits of ONNX Runtime's integer graph, bit for bit",
    { timeout: 240_000 },
    async (bits) => {
      const { configured, quantized } = await sampleNetwork('resnet18-mse');
      const configuration = configured(bits);
      const network = quantized(configuration);
      const theirs = await executableNetwork(
        configuration,
        network,
        async () => kernels,
        1,
        () => {}
      );
      expect(theirs.kernels).toBe('onnxruntime');
      const ours = await integerExecutor(network, kernels, integerSettings(configuration), { threads: 1 });
      const [expected, found] = [await evaluated(theirs.executor, 2000), await evaluated(ours, 2000)];
      expect(found).toEqual(expected);
      expect(ours.layers).toHaveLength(21);
      for (const [, { limited, samples, exact }] of ours.seen()) {
        expect([limited!.overflows, samples]).toEqual([0, 2000]);
        expect(exact.largestSum - exact.smallestSum).toBeGreaterThan(100);
      }
      const seen = ours.seen();
      for (const { name, integers } of theirs.layers()) {
        const dataBits = bitsThatDataNeeded(seen.get(name)!.exact);
        expect(integers).toMatchObject({ overflows: 0, dataBits });
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
      if (expected === 'onnxruntime') expect(integers!.overflows).toBe(0);
      expect(integers!.overflows).toBeGreaterThanOrEqual(0);
      expect(integers!.dataBits).toBeGreaterThan(bits);
      expect(integers!.dataBits).toBeLessThanOrEqual(integers!.worstCaseBits);
    }
    await network.executor.release();
  });
});

/** Signs and zero points of codes. */
const schemes = fc.record({
  weights: fc.record({
    scheme: fc.constantFrom('symmetric', 'affine'),
    storage: fc.constantFrom('signed', 'unsigned'),
    granularity: fc.constantFrom('channel', 'tensor')
  }),
  activations: fc.record({
    scheme: fc.constantFrom('symmetric', 'affine'),
    storage: fc.constantFrom('signed', 'unsigned', 'auto')
  }),
  quantizeOutput: fc.boolean()
});

test(
  'random networks give the logits and the overflow counts of the plain reference',
  { timeout: 240_000 },
  async () => {
    let overflows = 0;
    const accumulators = fc.record({
      spare: fc.integer({ min: 0, max: 2 }),
      overflow: fc.constantFrom('wrap', 'saturate'),
      check: fc.constantFrom('each-addition', 'per-tile'),
      tile: fc.integer({ min: 1, max: 30 })
    });
    const choices = fc.record({
      bits: fc.constantFrom(2, 4, 5, 6),
      accumulator: accumulators,
      requantization: fc.constantFrom('onnx', 'qnnpack', 'gemmlowp'),
      bias: fc.constantFrom('int32', { bits: 5 })
    });
    await fc.assert(
      fc.asyncProperty(
        randomNetworks,
        choices,
        schemes,
        async (model, { bits, accumulator, ...others }, { weights, activations, quantizeOutput }) => {
          const { spare, ...settings } = accumulator;
          const { configured, quantized, source } = await smallNetwork(model);
          const configuration = configured(bits, {
            ...others,
            weights: { bits, ...weights },
            activations: { bits, observer: 'minmax', ...activations },
            quantizeOutput,
            // A product fits, few sums do.
            accumulator: {
              ...settings,
              bits: Math.max(8, 2 * bits + Number(weights.scheme === 'affine') + spare)
            }
          });
          const network = quantized(configuration);
          const results = [];
          for (const each of [kernels, referenceIntegerKernels]) {
            const executor = await integerExecutor(network, each, integerSettings(configuration), {
              threads: 1
            });
            const logits = (await executor.infer(await source.batch(0, 3), 3)).slice();
            results.push({ logits, seen: executor.seen() });
            await executor.release();
          }
          expect(results[0]).toEqual(results[1]);
          for (const { limited } of results[0]!.seen.values()) overflows += limited!.overflows;
        }
      ),
      { numRuns: 80, seed: 4 }
    );
    expect(overflows).toBeGreaterThan(1000);
  }
);

test("random networks give the logits of ONNX Runtime's integer graph", { timeout: 240_000 }, async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      randomNetworks,
      fc.integer({ min: 2, max: 8 }),
      schemes,
      async (model, bits, { weights, activations, quantizeOutput }) => {
        const { configured, quantized, source } = await smallNetwork(model);
        const configuration = configured(bits, {
          weights: { bits, ...weights },
          activations: { bits, observer: 'minmax', ...activations },
          quantizeOutput
        });
        const network = quantized(configuration);
        const settings = integerSettings(configuration);
        // Zero points that differ between channels, and the bias of a MatMul of rows, it has no kernels for.
        if (!onnxRuntimeComputes(settings, network.analysis, network.plan)) return;
        const theirs = await executableNetwork(
          configuration,
          network,
          async () => kernels,
          1,
          () => {}
        );
        const ours = await integerExecutor(network, kernels, settings, { threads: 1 });
        const expected = (await theirs.executor.infer(await source.batch(0, 3), 3)).slice();
        expect(await ours.infer(await source.batch(0, 3), 3)).toEqual(expected);
        await Promise.all([theirs.executor.release(), ours.release()]);
        for (const { operator } of network.analysis.layers) seen.add(operator);
      }
    ),
    { numRuns: 80, seed: 5 }
  );
  expect([...seen].sort()).toEqual(['Conv', 'Gemm', 'MatMul']);
});

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
