import { expect, test } from 'vitest';
import { Configuration } from '../../src/contract/index.ts';
import { openDataset } from '../../src/main/datasets/index.ts';
import { RunComputation } from '../../src/main/inference/compute-run.ts';
import type { RunJob, RunPhase } from '../../src/main/inference/run-job.ts';
import { referenceIntegerKernels } from '../../src/main/kernels/reference/integer-layer.ts';
import { referenceStatisticsKernels } from '../../src/main/kernels/reference/statistics/index.ts';
import { compiledLinearAlgebra } from '../kernels/compiled.ts';
import { sampleDataset, sampleModel } from './samples.ts';

const compiled = await compiledLinearAlgebra();
const computation = new RunComputation(
  (file) => openDataset(file.path, file.format, file.preprocessing, file.name),
  {
    linearAlgebra: async () => compiled,
    integer: async () => referenceIntegerKernels,
    statistics: async () => referenceStatisticsKernels
  }
);
const live = new AbortController().signal;

async function job(configuration: object): Promise<RunJob> {
  return {
    runId: 'test',
    model: await sampleModel('resnet18-cross-entropy'),
    evaluate: await sampleDataset('test'),
    samples: 100,
    calibrate: await sampleDataset('calib'),
    calibrationSamples: 16,
    configuration: Configuration.parse({
      arithmetic: 'simulated',
      bias: 'float',
      activations: { bits: 8 },
      ...configuration
    }),
    threads: 1
  };
}

const compute = async (configuration: object) =>
  computation.compute(await job(configuration), () => {}, live);

test('GPTQ and AdaRound leave the logits nearer to the float network than rounding to the nearest', async () => {
  const sqnr = async (weights: object) =>
    (await compute({ weights: { bits: 3, ...weights } })).metrics['logitsSqnrDb']!;
  const nearest = await sqnr({});
  expect(await sqnr({ rounding: 'gptq' })).toBeGreaterThan(nearest + 1);
  expect(await sqnr({ rounding: 'adaround', iterations: 150 })).toBeGreaterThan(nearest + 1);
}, 240_000);

test('rounding says how far it is, is remembered, and gives the same logits again', async () => {
  const phases: [RunPhase, number][] = [];
  const asked = await job({
    weights: { bits: 4, rounding: 'gptq', granularity: 'group', groupSize: 16 },
    layers: { first: { weights: { granularity: 'channel' } } }
  });
  const first = await computation.compute(asked, (phase, fraction) => phases.push([phase, fraction]), live);
  const rounding = phases.filter(([phase]) => phase === 'rounding').map(([, fraction]) => fraction);
  expect(rounding.length).toBeGreaterThan(20);
  expect(rounding).toEqual([...rounding].sort((a, b) => a - b));
  expect(rounding.at(-1)).toBe(1);
  const again = await computation.compute(asked, () => {}, live);
  expect(again.logitsHash).toBe(first.logitsHash);
  expect(again.log.map(({ text }) => text)).toContain('Used the rounding of an earlier run.');
}, 120_000);

test('equalization is said in the log and costs nothing at 16 bits', async () => {
  const wide = { weights: { bits: 16 }, activations: { bits: 16 } };
  const plain = await compute(wide);
  const equalized = await compute({ ...wide, prepare: ['fold-batch-norm', 'cross-layer-equalization'] });
  expect(equalized.log.map(({ text }) => text)).toContain('Equalized 8 pairs of layers.');
  expect(Math.abs(equalized.metrics['logitsSqnrDb']! - plain.metrics['logitsSqnrDb']!)).toBeLessThan(6);
});

test('groups that do not divide the channels are refused by the layer’s name', async () => {
  await expect(compute({ weights: { granularity: 'group', groupSize: 16 } })).rejects.toMatchObject({
    code: 'GROUPS_UNEVEN',
    details: { layer: '/conv1/Conv', channels: 3, groupSize: 16 }
  });
});

test('every grid and range runs, and the reports say how many levels there are', async () => {
  const cases: [object, number][] = [
    [{ grid: 'powers-of-two', bits: 4 }, 15],
    [{ grid: 'apot', bits: 4, range: 'mse' }, 15],
    [{ grid: 'float', floatFormat: 'e2m1' }, 15],
    [{ grid: 'codebook', levels: [-1, -0.25, 0, 0.25, 1] }, 5],
    [{ bits: 4, range: 'percentile', percentile: 99.9 }, 16],
    [{ bits: 4, range: 'entropy', powerOfTwoScale: true }, 16]
  ];
  for (const [weights, levels] of cases) {
    const { layers } = await compute({ weights });
    expect(
      layers.map(({ report }) => report!.weightLevels),
      JSON.stringify(weights)
    ).toEqual(layers.map(() => levels));
    for (const { report } of layers) {
      expect(report!.weightLevelsUsed).toBeGreaterThan(1);
      expect(report!.weightsClipped).toBeLessThan(1);
      expect(report!.outputSqnrDb).toBeGreaterThan(-20);
    }
  }
}, 240_000);

test('automatic storage is unsigned from zero behind a Relu and signed elsewhere', async () => {
  const { layers } = await compute({
    activations: { bits: 4, storage: 'auto', scheme: 'symmetric', observer: 'mse' }
  });
  for (const { fused, output } of layers) {
    if (output === null) continue;
    expect([output.low, output.high, output.zeroPoint], String(fused)).toEqual(
      fused === 'Relu' ? [0, 15, [0]] : [-8, 7, [0]]
    );
  }
});

test('rounding can be cancelled', async () => {
  const controller = new AbortController();
  const running = computation.compute(
    await job({ weights: { bits: 2, rounding: 'adaround', iterations: 100_000 } }),
    (phase, fraction) => {
      if (phase === 'rounding' && fraction > 0) controller.abort();
    },
    controller.signal
  );
  await expect(running).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
});

test('the same codes come out with one thread and with two', async () => {
  const asked = await job({
    weights: { bits: 3, rounding: 'gptq' },
    activations: { bits: 4, observer: 'mse' }
  });
  const one = await computation.quantize({ ...asked, calibrationSamples: 17 }, live);
  const fresh = new RunComputation(
    (file) => openDataset(file.path, file.format, file.preprocessing, file.name),
    {
      linearAlgebra: async () => compiled,
      integer: async () => referenceIntegerKernels,
      statistics: async () => referenceStatisticsKernels
    }
  );
  const two = await fresh.quantize({ ...asked, calibrationSamples: 17, threads: 2 }, live);
  for (const [name, { codes }] of one.network.plan.weights)
    expect(two.network.plan.weights.get(name)!.codes, name).toEqual(codes);
}, 120_000);

test('ranges that are searched for bring the output nearer to the float network, say how far they are, and can be cancelled', async () => {
  const activations = { bits: 3, observer: 'mse' };
  // The calibration pictures themselves: what the search makes small.
  const onCalibration = async (observer: string) => {
    const asked = await job({ weights: { bits: 16 }, activations: { ...activations, observer } });
    return { ...asked, evaluate: await sampleDataset('calib'), samples: 16 };
  };
  const fractions: number[] = [];
  const before = await computation.compute(await onCalibration('mse'), () => {}, live);
  const after = await computation.compute(
    await onCalibration('output-error'),
    (phase, fraction) => phase === 'quantizing' && fractions.push(fraction),
    live
  );
  expect(after.metrics['logitsSqnrDb']).toBeGreaterThan(before.metrics['logitsSqnrDb']! + 1);
  expect(fractions.length).toBeGreaterThan(20);
  expect(fractions.at(-1)).toBe(1);
  const again = await computation.compute(await onCalibration('output-error'), () => {}, live);
  expect(again.logitsHash).toBe(after.logitsHash);

  const controller = new AbortController();
  const asked = await onCalibration('output-error');
  const running = computation.compute(
    {
      ...asked,
      configuration: Configuration.parse({
        ...asked.configuration,
        activations: { bits: 4, observer: 'output-error' }
      })
    },
    (phase, fraction) => {
      if (phase === 'quantizing' && fraction > 0) controller.abort();
    },
    controller.signal
  );
  await expect(running).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
}, 120_000);

test('bias correction changes biases, and names no layer where all have one', async () => {
  const run = await compute({
    weights: { bits: 3 },
    prepare: ['fold-batch-norm', 'bias-correction'],
    activations: { bits: 16 }
  });
  const plain = await compute({ weights: { bits: 3 }, activations: { bits: 16 } });
  expect(run.logitsHash).not.toBe(plain.logitsHash);
  expect(run.log.every(({ text }) => !text.includes('has no bias'))).toBe(true);
}, 60_000);
