import { expect, test } from 'vitest';
import type { Preprocessing } from '../../src/contract/index.ts';
import { openDataset } from '../../src/main/datasets/index.ts';
import { RunComputation } from '../../src/main/inference/compute-run.ts';
import { sampleDataset, sampleModel } from './samples.ts';

const signal = new AbortController().signal;
const computation = new RunComputation((file) =>
  openDataset(file.path, file.format, file.preprocessing, file.name)
);
const bytes: Preprocessing = { scale: 1, mean: [0], std: [1] };

test('a network is told from one that sees pictures otherwise than it was trained', async () => {
  const model = await sampleModel('resnet18-label-smoothing');
  const evaluate = await sampleDataset('test');
  const job = { model, evaluate, samples: 64, others: [bytes], threads: 1 };
  const fit = await computation.fit(job, signal);
  expect(fit.samples).toBe(64);
  expect(fit.correct).toBeGreaterThan(52);
  expect(fit.othersCorrect[0]).toBeLessThan(fit.correct - 20);
  expect(fit.commonest).toBeLessThan(16);
  // (0 - 0.5) / 0.25 and (1 - 0.5) / 0.25 are all that there can be.
  expect(fit.inputs.minimum).toBeGreaterThanOrEqual(-2);
  expect(fit.inputs.maximum).toBeLessThanOrEqual(2);

  const swapped = {
    ...job,
    evaluate: { ...evaluate, preprocessing: bytes },
    others: [evaluate.preprocessing]
  };
  const other = await computation.fit(swapped, signal);
  expect([other.correct, other.othersCorrect[0]]).toEqual([fit.othersCorrect[0], fit.correct]);
  expect(other.inputs.maximum).toBeGreaterThan(200);
});

test('samples come from all over the set, and no more of them than there are', async () => {
  const model = await sampleModel('resnet18-mse');
  const labels = Int32Array.from({ length: 40 }, (_, i) => Math.floor(i / 10));
  const asked: number[][] = [];
  const source = {
    samples: 40,
    shape: [3, 32, 32],
    labels,
    classes: 4,
    batch: () => Promise.reject(new Error('a range was asked for')),
    chosen: async (samples: ArrayLike<number>) => {
      asked.push(Array.from(samples));
      return new Float32Array(samples.length * 3 * 32 * 32);
    }
  };
  const own = new RunComputation(async () => source);
  const job = { model, evaluate: await sampleDataset('test'), others: [], threads: 1 };
  expect(await own.fit({ ...job, samples: 4 }, signal)).toMatchObject({ samples: 4, commonest: 1 });
  expect(asked[0]).toEqual([5, 15, 25, 35]);
  expect(await own.fit({ ...job, samples: 1000 }, signal)).toMatchObject({ samples: 40, commonest: 10 });
});

test('what others would give is what opening the data set with them gives', async () => {
  const model = await sampleModel('resnet18-cross-entropy');
  const evaluate = await sampleDataset('test');
  const others: Preprocessing[] = [
    { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    { ...evaluate.preprocessing, channels: 'bgr' },
    { scale: 1 / 255, mean: [0.9, 0.5, 0.1], std: [0.2, 0.3, 0.4], channels: 'bgr' }
  ];
  const job = { model, evaluate, samples: 200, others, threads: 1 };
  const { othersCorrect } = await computation.fit(job, signal);
  for (const [i, preprocessing] of others.entries()) {
    const opened = { ...job, evaluate: { ...evaluate, preprocessing }, others: [] };
    expect((await computation.fit(opened, signal)).correct).toBe(othersCorrect[i]);
  }
});

test('what does not fit is refused by name', async () => {
  const model = await sampleModel('resnet18-mse');
  const evaluate = await sampleDataset('test');
  const other = new RunComputation(async () => ({
    samples: 1,
    shape: [1, 28, 28],
    labels: new Int32Array(1),
    classes: 1,
    batch: async () => new Float32Array(784)
  }));
  await expect(
    other.fit({ model, evaluate, samples: 1, others: [], threads: 1 }, signal)
  ).rejects.toMatchObject({
    code: 'MODEL_DATA_MISMATCH',
    details: { reason: expect.stringContaining('1 x 28 x 28') as string }
  });
});
