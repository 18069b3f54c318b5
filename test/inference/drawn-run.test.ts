import { expect, test } from 'vitest';
import { Configuration } from '../../src/contract/index.ts';
import { openDataset } from '../../src/main/datasets/index.ts';
import { RunComputation } from '../../src/main/inference/compute-run.ts';
import type { RunJob } from '../../src/main/inference/run-job.ts';
import { drawSamples } from '../../src/main/numeric/draw-samples.ts';
import { sampleDataset, sampleModel } from './samples.ts';

test('a run on drawn samples computes what the whole run computes of them, and says how they were drawn', async () => {
  const model = await sampleModel('resnet18-mse');
  const evaluate = await sampleDataset('test');
  const job: RunJob = {
    runId: 'run',
    model,
    evaluate,
    samples: 500,
    calibrate: null,
    calibrationSamples: 0,
    configuration: Configuration.parse({ arithmetic: 'float' }),
    threads: 1
  };
  const computation = new RunComputation((file) =>
    openDataset(file.path, file.format, file.preprocessing, file.name)
  );
  const compute = (change: Partial<RunJob>) =>
    computation.compute({ ...job, ...change }, () => {}, new AbortController().signal);
  const whole = await compute({ samples: 'all' });
  const draw = { seed: 5, stratified: true };
  const drawn = await compute({ draw });
  expect(drawn.drawn).toEqual(drawSamples(whole.labels, 500, draw));
  expect(drawn.labels).toEqual(Int32Array.from(drawn.drawn!, (sample) => whole.labels[sample]!));
  const countOf = (labels: Int32Array, label: number) => labels.filter((each) => each === label).length;
  for (let label = 0; label < 10; label++)
    expect(Math.abs(countOf(drawn.labels, label) - countOf(whole.labels, label) / 4)).toBeLessThan(1);
  // ONNX Runtime's results may depend on a picture's place in its batch, in the last bits.
  for (const [row, sample] of drawn.drawn!.entries())
    for (let k = 0; k < 10; k++)
      expect(drawn.logits[row * 10 + k]!).toBeCloseTo(whole.logits[sample * 10 + k]!, 3);
  expect(drawn.log[0]!.text).toContain('500 samples, drawn by seed 5, each class with its share');
  expect((await compute({ samples: 'all', draw })).drawn).toBeNull();
  expect((await compute({})).drawn).toBeNull();
});
