import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Configuration } from '../../src/contract/index.ts';
import { openDataset, readNpz } from '../../src/main/datasets/index.ts';
import { RunComputation } from '../../src/main/inference/compute-run.ts';
import type { DatasetFile, RunResult } from '../../src/main/inference/run-job.ts';
import { argmaxRows, topHits } from '../../src/main/numeric/classification.ts';
import { sampleDataset, sampleModel } from './samples.ts';

/*
 * test/data/golden-models holds the logits of PyTorch 1.13.1's FakeQuantize on the 2,000 sample pictures; the settings are
 * those of its README (and its note on the observer). Float sums are ordered otherwise in ONNX Runtime, so a few values fall on the other side of a
 * rounding step: what must agree is the decision.
 */
const computation = new RunComputation((file: DatasetFile) =>
  openDataset(file.path, file.format, file.preprocessing, file.name)
);
const settings = (bits: number) =>
  Configuration.parse({
    arithmetic: 'simulated',
    bias: 'float',
    quantizeOutput: true,
    weights: { bits, scheme: 'symmetric', granularity: 'channel', range: 'minmax' },
    activations: { bits, scheme: 'affine', observer: 'minmax' }
  });

let golden: Awaited<ReturnType<typeof readNpz>>;
beforeAll(async () => {
  golden = await readNpz(
    join(import.meta.dirname, '../data/golden-models/cross-entropy.per-channel.histogram.npz')
  );
});

async function compute(configuration: Configuration): Promise<RunResult> {
  const job = {
    runId: 'golden',
    model: await sampleModel('resnet18-cross-entropy'),
    evaluate: await sampleDataset('test'),
    samples: 'all' as const,
    calibrate: await sampleDataset('calib'),
    calibrationSamples: 512,
    configuration,
    threads: 2
  };
  return computation.compute(job, () => {}, new AbortController().signal);
}

describe('PyTorch 1.13.1 on the sample network', () => {
  test.each([
    { name: 'float', key: 'fp32', configuration: Configuration.parse({ arithmetic: 'float' }), least: 0.995 },
    { name: '8 bits', key: '8', configuration: settings(8), least: 0.995 },
    { name: '4 bits', key: '4', configuration: settings(4), least: 0.97 }
  ])('$name: the same top-1', async ({ key, configuration, least }) => {
    const expected = golden.get(`cross-entropy.${key}.logits`)!.data as Float32Array;
    const result = await compute(configuration);
    expect(result.logits.length).toBe(expected.length);
    const ours = argmaxRows(result.logits, 10);
    const theirs = argmaxRows(expected, 10);
    const same = ours.filter((prediction, sample) => prediction === theirs[sample]).length / ours.length;
    const theirTop1 = topHits(expected, result.labels, 10, 1) / result.labels.length;
    expect(same).toBeGreaterThanOrEqual(least);
    expect(Math.abs(result.metrics['top1']! - theirTop1)).toBeLessThanOrEqual(0.005);
  });
});
