// Computes the numbers of docs/integers.md on the sample network and writes the page.
// usage: node tools/integers.ts   some minutes
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Configuration } from '../src/contract/index.ts';
import { openDataset } from '../src/main/datasets/index.ts';
import { integerKernels } from '../src/main/hosts/runner/integer-kernels.ts';
import { linearAlgebra } from '../src/main/hosts/runner/linear-algebra.ts';
import { statisticsKernels } from '../src/main/hosts/runner/statistics-kernels.ts';
import { RunComputation } from '../src/main/inference/compute-run.ts';
import { divergence } from '../src/main/inference/integers/divergence.ts';
import type { DatasetFile, RunJob, RunResult } from '../src/main/inference/run-job.ts';
import { integerPage } from './documents/integers.ts';

const root = join(import.meta.dirname, '..');
const model = 'resnet18-mse';
const samples = 500;
const signal = new AbortController().signal;
const preprocessing = { scale: 1 / 255, mean: [0.5], std: [0.25] };
const at = (file: string) => join(root, 'resources/samples', file);
const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const data = (file: string): DatasetFile => ({
  name: file,
  path: at(file),
  hash: hash(at(file)),
  format: 'npz',
  preprocessing
});
const computation = new RunComputation(
  (file) => openDataset(file.path, file.format, file.preprocessing, file.name),
  { linearAlgebra, integer: integerKernels, statistics: statisticsKernels }
);

function job(settings: object, count: number): RunJob {
  const path = at(`${model}.onnx`);
  return {
    runId: 'docs',
    model: { name: model, path, hash: hash(path) },
    evaluate: data('test.npz'),
    samples: count,
    calibrate: data('calib.npz'),
    calibrationSamples: 512,
    configuration: Configuration.parse(settings),
    threads: 1
  };
}

const compute = (settings: object): Promise<RunResult> =>
  computation.compute(job(settings, samples), () => {}, signal);

const widths = [];
for (const bits of [32, 22, 20, 19, 18, 17, 16]) {
  const wrap = await compute({ accumulator: { bits } });
  const saturate = bits === 32 ? wrap : await compute({ accumulator: { bits, overflow: 'saturate' } });
  widths.push({ bits, wrap, saturate });
}
const pairs = { accumulator: { products: 'avx2-pairs' } };
const settings = job({}, 50);
const { network, source } = await computation.quantize(settings, signal);
const page = integerPage({
  model,
  samples,
  float: await compute({ arithmetic: 'float' }),
  simulated: await compute({ arithmetic: 'simulated' }),
  widths,
  pairs: await compute(pairs),
  pairsReduced: await compute({
    ...pairs,
    weights: { reduceRange: true },
    activations: { reduceRange: true }
  }),
  reduced: await compute({ weights: { reduceRange: true }, activations: { reduceRange: true } }),
  biases: await Promise.all(
    [16, 8, 6, 4].map(async (bits) => ({ bits, run: await compute({ bias: { bits } }) }))
  ),
  divergence: await divergence(
    network,
    settings.configuration,
    await integerKernels(),
    source,
    settings.samples as number,
    1
  )
});
writeFileSync(join(root, 'docs/integers.md'), page);
