import { beforeAll, describe, expect, test } from 'vitest';
import { AcceleratorSettings, type Configuration } from '../../src/contract/index.ts';
import { openDataset, type OpenDataset } from '../../src/main/datasets/index.ts';
import { noHardwareSources } from '../../src/main/inference/accelerator-context.ts';
import { acceleratorExecutor } from '../../src/main/inference/accelerator-executor.ts';
import { calibrateAdc } from '../../src/main/inference/accelerator-network.ts';
import type { AdcCalibration } from '../../src/main/inference/adc-calibration.ts';
import { RunComputation } from '../../src/main/inference/compute-run.ts';
import { evaluate } from '../../src/main/inference/evaluation.ts';
import type { QuantizedNetwork } from '../../src/main/inference/executable-network.ts';
import { integerExecutor } from '../../src/main/inference/integer-executor.ts';
import { integerSettings } from '../../src/main/inference/integer-settings.ts';
import type { RunJob } from '../../src/main/inference/run-job.ts';
import { acceleratorThreads } from '../../src/main/hosts/runner/accelerator-kernels.ts';
import { integerKernels } from '../../src/main/hosts/runner/integer-kernels.ts';
import { sampleNetwork, testPictures } from './sample-network.ts';
import { sampleDataset, sampleModel } from './samples.ts';

const signal = new AbortController().signal;
let pictures: OpenDataset;
let configured: (bits: number, settings?: object) => Configuration;
let quantized: (configuration: Configuration) => QuantizedNetwork;

beforeAll(async () => {
  pictures = await testPictures();
  ({ configured, quantized } = await sampleNetwork('resnet18-mse'));
});

const kernelsOf = async (threads: number) => ({
  accelerator: await acceleratorThreads(threads),
  integer: await integerKernels()
});

interface Choices {
  readonly network?: QuantizedNetwork;
  readonly seed?: number;
  readonly threads?: number;
  readonly batch?: number;
  readonly samples?: number;
  readonly calibration?: AdcCalibration | null;
}

/** The logits of a sample network on hardware. */
async function onHardware(configuration: Configuration, settings: object, choices: Choices = {}) {
  const { seed = 0, threads = 1, batch = 10, samples = 20, calibration = null } = choices;
  const executor = await acceleratorExecutor(
    choices.network ?? quantized(configuration),
    await kernelsOf(threads),
    configuration,
    AcceleratorSettings.parse(settings),
    { ...noHardwareSources, seed },
    { threads: 1, calibration }
  );
  try {
    const { logits } = await evaluate(executor, pictures, samples, batch, () => {}, signal);
    return { logits, seen: executor.seen() };
  } finally {
    await executor.release();
  }
}

function top1(logits: Float32Array, samples: number): number {
  let right = 0;
  for (let sample = 0; sample < samples; sample++) {
    const row = logits.subarray(sample * 10, (sample + 1) * 10);
    if (row.indexOf(Math.max(...row)) === pictures.labels[sample]) right++;
  }
  return right / samples;
}

describe('hardware without errors gives the logits of the integers', { timeout: 120_000 }, () => {
  // 8 + 8 + log2(64) bits; 4-bit operands in slices of 3 with a converter that is ideal.
  const whole = { tile: 64, adc: { bits: 22 } };
  const sliced = { tile: 22, slicing: { activations: 3, weights: 3 }, signs: 'offset' };
  test.each([
    ['resnet18-mse', 8, whole, 200],
    ['resnet18-cross-entropy', 8, whole, 60],
    ['resnet18-label-smoothing', 8, whole, 60],
    ['resnet18-mse', 4, sliced, 30],
    ['resnet18-cross-entropy', 4, sliced, 30],
    ['resnet18-label-smoothing', 4, sliced, 30]
  ] as const)('%s, %s bits', async (name, bits, settings, samples) => {
    const network = await sampleNetwork(name);
    const configuration = network.configured(bits);
    const onSample = network.quantized(configuration);
    const integers = await integerExecutor(onSample, await integerKernels(), integerSettings(configuration), {
      threads: 1
    });
    const { logits: expected } = await evaluate(integers, pictures, samples, 50, () => {}, signal);
    await integers.release();
    const { logits, seen } = await onHardware(configuration, settings, {
      network: onSample,
      samples,
      batch: 50,
      threads: 2
    });
    expect(logits).toEqual(expected);
    expect(seen.size).toBe(21);
    for (const { statistics, error } of seen.values()) {
      expect([statistics.clipped, statistics.overflows, error]).toEqual([0, 0, 0]);
      expect(statistics.sums).toBeGreaterThan(0);
    }
  });
});

test('results do not depend on batch or threads, but on the seed', { timeout: 120_000 }, async () => {
  const configuration = configured(6);
  const settings = {
    slicing: { weights: 3 },
    signs: 'offset',
    noise: { output: 0.0003, weight: 0.002, programming: 0.002 },
    adc: { bits: 12 }
  };
  const { logits, seen } = await onHardware(configuration, settings);
  // In two threads, halves of a batch are under way at the same time.
  for (const choices of [{ batch: 3 }, { threads: 2, batch: 20 }, { threads: 3, batch: 7 }]) {
    const other = await onHardware(configuration, settings, choices);
    expect(other.logits).toEqual(logits);
    for (const [name, { statistics, signal, error }] of other.seen) {
      const expected = seen.get(name)!;
      expect({ statistics, signal, error }).toEqual({
        statistics: expected.statistics,
        signal: expected.signal,
        error: expected.error
      });
    }
  }
  expect((await onHardware(configuration, settings, { seed: 1 })).logits).not.toEqual(logits);
});

describe('calibrated converters', { timeout: 240_000 }, () => {
  const adc = (bits: number | 'ideal') => ({ adc: { bits, range: 'calibrated', percentile: 99.9 } });

  async function calibrated(configuration: Configuration, settings: object) {
    const hardware = { ...configuration, accelerator: AcceleratorSettings.parse(settings) };
    const parts = { kernels: await kernelsOf(1), context: { ...noHardwareSources, seed: 0 }, threads: 1 };
    const { path, format, preprocessing } = await sampleDataset('calib');
    const source = await openDataset(path, format, preprocessing);
    const few = { ...source, samples: 20, batch: source.batch.bind(source) };
    return calibrateAdc(quantized(configuration), hardware, parts, few, () => {}, signal);
  }

  test('fewer bits never give a better accuracy than their interval allows, from 8 to 3', async () => {
    const configuration = configured(8);
    const samples = 200;
    const calibration = await calibrated(configuration, adc(8));
    const accuracies: number[] = [];
    for (const bits of [8, 7, 6, 5, 4, 3]) {
      const { logits, seen } = await onHardware(configuration, adc(bits), {
        calibration,
        samples,
        batch: 50
      });
      accuracies.push(top1(logits, samples));
      for (const { compiled, statistics } of seen.values()) {
        expect(compiled.range!.high).toBeLessThan(compiled.fullScaleSum);
        expect(statistics.clipped / statistics.sums).toBeLessThan(0.05);
      }
    }
    // Half the width of a 95 % interval of a proportion at most.
    const halfWidth = 0.98 / Math.sqrt(samples);
    for (let i = 1; i < accuracies.length; i++) {
      expect(accuracies[i]).toBeLessThan(accuracies[i - 1]! + halfWidth);
    }
    expect(accuracies[0]).toBeGreaterThan(0.8);
    expect(accuracies.at(-1)).toBeLessThan(accuracies[0]! - 0.2);
  });

  test('a calibration that was made on other hardware is refused', async () => {
    const configuration = configured(8);
    const calibration = await calibrated(configuration, adc(8));
    const other = { ...adc(8), tile: 32 };
    await expect(onHardware(configuration, other, { calibration })).rejects.toMatchObject({
      code: 'ACCELERATOR_CALIBRATION_FOREIGN'
    });
  });
});

describe('a run', { timeout: 120_000 }, () => {
  const computation = () =>
    new RunComputation((file) => openDataset(file.path, file.format, file.preprocessing, file.name), {
      accelerator: acceleratorThreads,
      integer: integerKernels
    });
  const jobWith = async (accelerator: object, samples: number): Promise<RunJob> => ({
    runId: 'run_1',
    model: await sampleModel('resnet18-label-smoothing'),
    evaluate: await sampleDataset('test'),
    samples,
    calibrate: await sampleDataset('calib'),
    calibrationSamples: 32,
    configuration: configured(6, { arithmetic: 'accelerator', accelerator }),
    threads: 2
  });

  test('says how its layers lay on the hardware, with converters calibrated on the way', async () => {
    const phases = new Set<string>();
    const adc = { bits: 8, range: 'calibrated', method: 'mse' };
    const job = await jobWith({ tile: 32, adc, noise: { output: 0.0001 } }, 30);
    const result = await computation().compute(job, (phase) => phases.add(phase), signal);
    expect([...phases]).toContain('calibrating');
    expect(result.versions.kernels).toBe('bitlab');
    expect(result.metrics['top1']).toBeGreaterThan(0.5);
    const first = result.layers[0]!.accelerator!;
    // 3 x 3 x 3 products in a tile of 32.
    expect(first).toMatchObject({ tiles: 1, passes: 1, utilization: 27 / 32, fullScale: 32 * 63 * 32 });
    for (const { accelerator } of result.layers) {
      expect(accelerator!.adcHigh).toBeGreaterThan(0);
      expect(accelerator!.adcHigh).toBeLessThan(1);
      expect(accelerator!.outputSqnrDb).toBeGreaterThan(5);
    }
  });

  test('computes the same after a batch that was cancelled while both halves were under way', async () => {
    const configuration = configured(6);
    const executor = await acceleratorExecutor(
      quantized(configuration),
      await kernelsOf(2),
      configuration,
      AcceleratorSettings.parse({ noise: { output: 0.001 } }),
      { ...noHardwareSources, seed: 0 },
      { threads: 2, calibration: null }
    );
    try {
      const batch = await pictures.batch(0, 12);
      const expected = (await executor.infer(batch, 12, 0)).slice();
      const controller = new AbortController();
      const cancelled = executor.infer(batch, 12, 0, controller.signal);
      controller.abort(new Error('cancelled'));
      await expect(cancelled).rejects.toThrow('cancelled');
      expect(await executor.infer(batch, 12, 0)).toEqual(expected);
    } finally {
      await executor.release();
    }
  });

  test('is cancelled in the middle of an evaluation', async () => {
    const controller = new AbortController();
    const job = await jobWith({ noise: { output: 0.001 } }, 2000);
    let last = 0;
    const report = (phase: string, fraction: number) => {
      if (phase !== 'evaluating') return;
      last = fraction;
      if (fraction > 0) controller.abort();
    };
    await expect(computation().compute(job, report, controller.signal)).rejects.toMatchObject({
      code: 'RUN_CANCELLED'
    });
    expect(last).toBeLessThan(0.1);
  });
});
