import { expect, test } from 'vitest';
import { Configuration } from '../../src/contract/index.ts';
import { openDataset } from '../../src/main/datasets/index.ts';
import { RunComputation } from '../../src/main/inference/compute-run.ts';
import { layerHistograms, type WeightPart } from '../../src/main/inference/layer-histograms.ts';
import type { DatasetFile, RunJob } from '../../src/main/inference/run-job.ts';
import { sampleDataset, sampleModel } from './samples.ts';

const computation = new RunComputation((file: DatasetFile) =>
  openDataset(file.path, file.format, file.preprocessing, file.name)
);
const live = new AbortController().signal;
const base = {
  runId: 'test',
  model: await sampleModel('resnet18-mse'),
  evaluate: await sampleDataset('test'),
  samples: 32,
  calibrate: await sampleDataset('calib'),
  calibrationSamples: 64,
  threads: 1
};

async function histograms(configuration: object, layer: string | number, part: Partial<WeightPart> = {}) {
  const job: RunJob = {
    ...base,
    configuration: Configuration.parse({ activations: { observer: 'minmax' }, ...configuration })
  };
  const { network, pictures } = await computation.observe(job, live);
  const name = typeof layer === 'string' ? layer : network.analysis.layers.at(layer)!.name;
  return layerHistograms(network, pictures, name, { channel: null, group: null, ...part }, 1);
}
const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
const simulated = { arithmetic: 'simulated', bias: 'float' };

test('weights, inputs and outputs of a layer, with the quantizers that a run has', async () => {
  const run = await computation.compute(
    { ...base, configuration: Configuration.parse({ weights: { bits: 4, granularity: 'tensor' } }) },
    () => {},
    live
  );
  const configuration = { activations: {}, weights: { bits: 4, granularity: 'tensor' } };
  for (const { name, weights, output, report, parameters } of [run.layers[0]!, run.layers[5]!]) {
    const found = await histograms(configuration, name);
    expect(found).toMatchObject({ layer: name, channels: 1, groups: 1, pictures: 64 });
    expect(found.weights.quantizer).toMatchObject({
      scale: weights!.scale[0],
      levelCount: 16,
      levelsUsed: report!.weightLevelsUsed
    });
    expect(total(found.weights.counts) + found.weights.zeros).toBe(found.weights.values);
    expect(found.weights.values).toBeLessThanOrEqual(parameters);
    const clipped = found.weights.quantizer!.clippedBelow + found.weights.quantizer!.clippedAbove;
    expect(clipped / found.weights.values).toBeCloseTo(report!.weightsClipped, 9);
    expect(found.output.quantizer).toMatchObject({
      scale: output!.scale[0],
      zeroPoint: output!.zeroPoint[0]
    });
    expect(found.output.minimum).toBe(0);
    expect(found.output.zeros).toBeGreaterThan(found.output.values / 10);
  }
});

test('what enters the network are the pictures', async () => {
  const found = await histograms({}, 0);
  expect(found.input.values).toBe(64 * 3 * 32 * 32);
  expect(found.input.quantizer).toMatchObject({ bits: 8, levelCount: 256, clippedBelow: 0, clippedAbove: 0 });
});

test('channels and groups, alone and together', async () => {
  const together = await histograms({ weights: { bits: 4 } }, 3);
  expect(together.weights).toMatchObject({ unit: 'code', zero: 0 });
  expect(together.weights.quantizer).toMatchObject({ firstLevel: -8, lastLevel: 7, scale: null });
  const parts = await Promise.all(
    [0, 1].map((channel) => histograms({ weights: { bits: 4 } }, 3, { channel }))
  );
  expect(parts[0]!.weights.quantizer!.scale).not.toBe(parts[1]!.weights.quantizer!.scale);
  expect(parts[0]!.weights.values * together.channels).toBe(together.weights.values);

  const groups = {
    ...simulated,
    weights: { bits: 3, granularity: 'group', groupSize: 16 },
    layers: { first: { weights: { granularity: 'channel' } } }
  };
  const layer = await histograms(groups, -2);
  expect(layer.groups).toBeGreaterThan(1);
  expect(layer.weights.unit).toBe('code');
  expect((await histograms(groups, -2, { channel: 2 })).weights.unit).toBe('code');
  const one = await histograms(groups, -2, { channel: 2, group: 1 });
  expect(one.weights.unit).toBe('value');
  expect(one.weights.values * layer.channels * layer.groups).toBe(layer.weights.values);
  await expect(histograms(groups, -2, { channel: 2, group: 99 })).rejects.toMatchObject({
    code: 'LAYER_NOT_FOUND',
    message: expect.stringContaining('group 99')
  });
});

test.each([
  ['powers-of-two', { grid: 'powers-of-two', bits: 4 }, 15],
  ['apot', { grid: 'apot', bits: 4 }, 15],
  ['codebook', { grid: 'codebook', levels: [-1, -0.3, 0, 0.2, 1] }, 5],
  ['float', { grid: 'float', floatFormat: 'e2m1' }, 15]
])('levels that are not evenly spaced: %s', async (_, grid, count) => {
  const activations = { ...grid, scheme: 'symmetric', storage: 'signed', observer: 'mse' };
  const found = await histograms({ ...simulated, weights: { ...grid, range: 'mse' }, activations }, 4, {
    channel: 3
  });
  for (const { quantizer } of [found.weights, found.output]) {
    expect(quantizer!.levels).toHaveLength(count);
    expect(quantizer!.evenlySpaced).toBe(false);
    const steps = quantizer!.levels.slice(1).map((level, i) => level - quantizer!.levels[i]!);
    expect(Math.max(...steps)).toBeGreaterThan(1.5 * Math.min(...steps));
  }
});

test('rounding that takes minutes is not repeated for it', async () => {
  const configuration = { weights: { bits: 4, rounding: 'adaround', iterations: 100_000 }, ...simulated };
  expect((await histograms(configuration, 2)).weights.quantizer!.bits).toBe(4);
});

test('a float run has no levels, and a layer that is not there is named', async () => {
  const found = await histograms({ arithmetic: 'float' }, 1);
  expect([found.weights.quantizer, found.input.quantizer, found.output.quantizer]).toEqual([
    null,
    null,
    null
  ]);
  const { layer } = found;
  await expect(histograms({}, layer.replace('conv', 'cnov'))).rejects.toMatchObject({
    code: 'LAYER_NOT_FOUND',
    remedy: expect.stringContaining(layer)
  });
});
