import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Configuration } from '../../src/contract/index.ts';
import { openDataset } from '../../src/main/datasets/index.ts';
import {
  makeFloatValue,
  makeInitializer,
  makeModel,
  makeNode,
  writeModel
} from '../../src/main/graph/index.ts';
import { integerKernels } from '../../src/main/hosts/runner/integer-kernels.ts';
import { RunComputation } from '../../src/main/inference/compute-run.ts';
import type { DatasetFile, OpenSource, RunJob, SampleSource } from '../../src/main/inference/run-job.ts';
import { sampleDataset, sampleModel } from './samples.ts';

/** Counts how often pictures are read, so that a pass that should not happen is noticed. */
function counting() {
  let batches = 0;
  const open = async (file: DatasetFile): Promise<SampleSource> => {
    const dataset = await openDataset(file.path, file.format, file.preprocessing, file.name);
    return { ...dataset, batch: (offset, count) => (batches++, dataset.batch(offset, count)) };
  };
  return { open, taken: () => batches };
}

const openSource = (file: DatasetFile) => openDataset(file.path, file.format, file.preprocessing, file.name);
const live = new AbortController().signal;
/** The plain references would take hours over the exact sums of integer runs. */
const computationOf = (open: OpenSource) => new RunComputation(open, { integer: integerKernels });

async function job(configuration: object, change: Partial<RunJob> = {}): Promise<RunJob> {
  return {
    runId: 'test',
    model: await sampleModel('resnet18-label-smoothing'),
    evaluate: await sampleDataset('test'),
    samples: 150,
    calibrate: await sampleDataset('calib'),
    calibrationSamples: 128,
    configuration: Configuration.parse(configuration),
    threads: 1,
    ...change
  };
}

test('integer and simulated arithmetic agree but for a few codes', async () => {
  const computation = computationOf(openSource);
  const bits = { weights: { bits: 6 }, activations: { bits: 6 } };
  const integer = await computation.compute(await job({ arithmetic: 'integer', ...bits }), () => {}, live);
  const simulated = await computation.compute(
    await job({ arithmetic: 'simulated', ...bits }),
    () => {},
    live
  );
  expect(Math.abs(integer.metrics['top1']! - simulated.metrics['top1']!)).toBeLessThan(0.03);
  expect(integer.metrics['logitsSqnrDb']!).toBeGreaterThan(15);
  expect(integer.metrics['bops']).toBe(simulated.metrics['bops']);
});

test('bit widths share a calibration pass, observers of other statistics do not', async () => {
  const { open, taken } = counting();
  const computation = computationOf(open);
  const batchesOf = async (configuration: object) => {
    const before = taken();
    const { log } = await computation.compute(await job(configuration), () => {}, live);
    return { batches: taken() - before, log: log.map((line) => line.text) };
  };
  const evaluation = 150 / 50;
  const first = await batchesOf({ weights: { bits: 8 }, activations: { bits: 8 } });
  // The reports of the layers look at one batch, in float and quantized.
  expect(first.batches).toBe(2 * evaluation + 128 / 64 + 2);
  expect(first.log).toContain('Calibrated on 128 samples.');
  const second = await batchesOf({ weights: { bits: 4 }, activations: { bits: 3 } });
  expect(second.batches).toBe(evaluation + 1);
  expect(second.log).toContain('Used the calibration of an earlier run.');
  expect((await batchesOf({ activations: { observer: 'mse' } })).batches).toBe(evaluation + 1);
  expect((await batchesOf({ activations: { observer: 'minmax' } })).batches).toBe(evaluation + 128 / 64 + 1);
});

test('the same job gives the same logits in another process state', async () => {
  const configuration = { weights: { bits: 4 }, activations: { bits: 4 } };
  const fresh = await computationOf(openSource).compute(await job(configuration), () => {}, live);
  const used = computationOf(openSource);
  await used.compute(await job({ arithmetic: 'float' }), () => {}, live);
  await used.compute(await job({ weights: { bits: 2 } }), () => {}, live);
  const again = await used.compute(await job(configuration), () => {}, live);
  expect(again.logitsHash).toBe(fresh.logitsHash);
  expect(again.metrics).toEqual(fresh.metrics);
});

test('an aborted job is cancelled', async () => {
  const controller = new AbortController();
  const computing = computationOf(openSource).compute(
    await job({}),
    (phase) => phase === 'evaluating' && controller.abort(),
    controller.signal
  );
  await expect(computing).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
});

test('one calibration sample is too few', async () => {
  const computing = computationOf(openSource).compute(
    await job({}, { calibrationSamples: 1 }),
    () => {},
    live
  );
  await expect(computing).rejects.toMatchObject({ code: 'CALIBRATION_TOO_FEW' });
});

/** A network of two convolutions of 1x1 whose second one overflows float32. */
function overflowing() {
  const weights = (name: string, outputs: number, inputs: number, value: number) =>
    makeInitializer(name, [outputs, inputs, 1, 1], new Float32Array(outputs * inputs).fill(value));
  return makeModel({
    nodes: [
      makeNode('Conv', ['input', 'w1'], ['a'], { kernel_shape: [1, 1] }, 'harmless'),
      makeNode('Conv', ['a', 'w2'], ['b'], { kernel_shape: [1, 1] }, 'overflows'),
      makeNode('GlobalAveragePool', ['b'], ['c'], {}, 'pool'),
      makeNode('Flatten', ['c'], ['logits'], { axis: 1 }, 'flatten')
    ],
    initializers: [weights('w1', 4, 3, 1e20), weights('w2', 10, 4, 1e20)],
    inputs: [makeFloatValue('input', ['batch', 3, 32, 32])],
    outputs: [makeFloatValue('logits', ['batch', 10])]
  });
}

test('a run whose logits are not finite fails and names the layer where it begins', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bitlab-overflow-'));
  try {
    const bytes = writeModel(overflowing());
    const path = join(folder, 'model.onnx');
    await writeFile(path, bytes);
    const model = { name: 'overflowing', path, hash: createHash('sha256').update(bytes).digest('hex') };
    const computation = computationOf(openSource);
    for (const arithmetic of ['float', 'simulated']) {
      const computing = computation.compute(await job({ arithmetic }, { model }), () => {}, live);
      await expect(computing).rejects.toMatchObject({
        code: 'MODEL_NOT_FINITE',
        details: { layer: 'overflows' }
      });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a model file that does not match its hash is refused', async () => {
  const model = { ...(await sampleModel('resnet18-mse')), hash: '0'.repeat(64) };
  const computing = computationOf(openSource).compute(await job({}, { model }), () => {}, live);
  await expect(computing).rejects.toMatchObject({ code: 'BLOB_MISSING' });
});
