// Measures the ratios that Bitlab promises, in one run, on one thread, and writes docs/benchmarks.md.
// usage: npm run bench
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Configuration } from '../../src/contract/index.ts';
import { openDataset } from '../../src/main/datasets/index.ts';
import { insertFakeQuantization, lowerToIntegers, type Model } from '../../src/main/graph/index.ts';
import { Calibration } from '../../src/main/inference/calibration.ts';
import { evaluate, evaluationBatch } from '../../src/main/inference/evaluation.ts';
import { graphExecutor, type Executor } from '../../src/main/inference/executor.ts';
import { integerExecutor } from '../../src/main/inference/integer-executor.ts';
import { integerSettings } from '../../src/main/inference/integer-settings.ts';
import { prepareModel, readModelFile, type PreparedModel } from '../../src/main/inference/prepared-model.ts';
import { demandsOf, planQuantization } from '../../src/main/inference/quantization-plan.ts';
import type { SampleSource } from '../../src/main/inference/run-job.ts';
import { onnxRuntimeVersion } from '../../src/main/inference/session.ts';
import { exactWeightStorage } from '../../src/main/inference/weight-storage.ts';
import { integerKernels } from '../../src/main/hosts/runner/integer-kernels.ts';
import { statisticsKernels } from '../../src/main/hosts/runner/statistics-kernels.ts';
import { acceleratorRows } from './accelerator.ts';
import { normalSamples } from './normal-samples.ts';
import { randomResNet18 } from './resnet18.ts';
import { roundingRows } from './rounding.ts';

const threads = 1;
const repeats = 5;
const root = join(import.meta.dirname, '../..');
const signal = new AbortController().signal;

interface Row {
  readonly what: string;
  readonly measured: string;
  readonly ratio: number;
  /** The ratio that was promised, and whether it is an upper or a lower bound. */
  readonly promise: { readonly bound: 'at most' | 'at least'; readonly value: number } | null;
}

interface Subject {
  readonly name: string;
  readonly prepared: PreparedModel;
  readonly evaluation: SampleSource;
  readonly samples: number;
  readonly calibration: SampleSource;
  readonly calibrationSamples: number;
  /** `kernels`: our own ones, against float; they and the accelerator are measured where there is a promise. */
  readonly promises: {
    readonly integer: number;
    readonly simulated: number;
    readonly kernels?: number;
    readonly accelerator?: true;
  };
}

/** The shortest of several times, in ms: what else the machine does only ever adds. */
async function shortest(times: number, work: () => Promise<unknown>): Promise<number> {
  let best = Infinity;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

async function evaluationMs(model: Model, subject: Subject): Promise<number> {
  return executionMs(await graphExecutor(model, subject.prepared.analysis.input.shape, threads), subject);
}

async function executionMs(executor: Executor, subject: Subject): Promise<number> {
  const { analysis } = subject.prepared;
  const batch = evaluationBatch(analysis);
  const pass = () => evaluate(executor, subject.evaluation, subject.samples, batch, () => {}, signal);
  await pass();
  const ms = (await shortest(repeats, pass)) / subject.samples;
  await executor.release();
  return ms;
}

async function networkRows(subject: Subject): Promise<Row[]> {
  const { model, analysis } = subject.prepared;
  const configuration = (bits: number) => Configuration.parse({ weights: { bits }, activations: { bits } });
  const kernels = await statisticsKernels();
  const calibrate = async () => {
    const calibration = new Calibration(
      model,
      analysis,
      subject.calibration,
      subject.calibrationSamples,
      'benchmark',
      kernels
    );
    await calibration.collect(demandsOf(configuration(8), analysis), threads, () => {}, signal);
    return calibration;
  };
  const calibration = await calibrate();
  const floatMs = await evaluationMs(model, subject);
  const rows: Row[] = [];
  const time = (ms: number) => `${ms.toFixed(3)} ms per picture, float ${floatMs.toFixed(3)}`;
  for (const bits of [8, 4]) {
    const { plan } = planQuantization(model, analysis, configuration(bits), calibration);
    const integers = lowerToIntegers(model, analysis, plan, { weightStorage: await exactWeightStorage() });
    const integerMs = await evaluationMs(integers, subject);
    rows.push({
      what: `${subject.name}: integer, ${bits} bits, times as fast as float`,
      measured: time(integerMs),
      ratio: floatMs / integerMs,
      promise: { bound: 'at least', value: subject.promises.integer }
    });
    if (subject.promises.kernels !== undefined) {
      const settings = integerSettings(configuration(bits));
      const network = { model, analysis, plan };
      const executor = await integerExecutor(network, await integerKernels(), settings, { threads });
      const kernelMs = await executionMs(executor, subject);
      rows.push({
        what: `${subject.name}: integer in our kernels, ${bits} bits, time against float`,
        measured: time(kernelMs),
        ratio: kernelMs / floatMs,
        promise: { bound: 'at most', value: subject.promises.kernels }
      });
    }
    const simulatedMs = await evaluationMs(insertFakeQuantization(model, analysis, plan), subject);
    rows.push({
      what: `${subject.name}: simulated, ${bits} bits, time against float`,
      measured: time(simulatedMs),
      ratio: simulatedMs / floatMs,
      promise: { bound: 'at most', value: subject.promises.simulated }
    });
  }
  const { plan } = planQuantization(model, analysis, configuration(8), calibration);
  const accelerated = (executor: Executor) => executionMs(executor, subject);
  if (subject.promises.accelerator === true)
    rows.push(...(await acceleratorRows(subject.name, { model, analysis, plan }, floatMs, accelerated)));
  const executor = await graphExecutor(model, analysis.input.shape, threads);
  const batch = evaluationBatch(analysis);
  const forward = () =>
    evaluate(executor, subject.calibration, subject.calibrationSamples, batch, () => {}, signal);
  await forward();
  const forwardMs = await shortest(3, forward);
  await executor.release();
  const calibrationMs = await shortest(3, calibrate);
  rows.push({
    what: `${subject.name}: calibration with the histogram observer, time against plain forward passes`,
    measured: `${calibrationMs.toFixed(0)} ms, forward ${forwardMs.toFixed(0)} ms, ${subject.calibrationSamples} pictures`,
    ratio: calibrationMs / forwardMs,
    promise: { bound: 'at most', value: 2.5 }
  });
  return rows;
}

async function sampleNetwork(): Promise<Subject> {
  const file = join(root, 'resources/samples/resnet18-cross-entropy.onnx');
  const preprocessing = { scale: 1 / 255, mean: [0.5], std: [0.25] };
  const data = (name: string) => openDataset(join(root, 'resources/samples', name), 'npz', preprocessing);
  return {
    name: 'sample network, 32x32',
    prepared: await prepareModel(await readModelFile(file, 'resnet18-cross-entropy.onnx', null)),
    evaluation: await data('test.npz'),
    samples: 1000,
    calibration: await data('calib.npz'),
    calibrationSamples: 512,
    promises: { integer: 2, simulated: 2.1, kernels: 6, accelerator: true }
  };
}

async function largeNetwork(): Promise<Subject> {
  const samples = 16;
  const shape = [3, 224, 224];
  const size = 3 * 224 * 224;
  const pictures = normalSamples(1000, samples * size);
  const source: SampleSource = {
    samples,
    shape,
    labels: new Int32Array(samples),
    classes: 1000,
    batch: (offset, count) => pictures.slice(offset * size, (offset + count) * size)
  };
  return {
    name: 'ResNet-18, 224x224, random weights',
    prepared: await prepareModel(randomResNet18()),
    evaluation: source,
    samples,
    calibration: source,
    calibrationSamples: samples,
    promises: { integer: 3, simulated: 1.5 }
  };
}

const sample = await sampleNetwork();
const rows = [
  ...(await networkRows(sample)),
  ...(await roundingRows(sample.prepared, sample.calibration)),
  ...(await networkRows(await largeNetwork()))
];
const lines = [
  '# Benchmarks',
  '',
  'Written by `npm run bench`: ratios measured in one run, one thread, the shortest of several repeats.',
  '',
  `Processor: ${cpus()[0]?.model.trim() ?? 'unknown'}; Node ${process.versions.node}; ONNX Runtime ${onnxRuntimeVersion}.`,
  '',
  '| what | measured | ratio | asked for | |',
  '| --- | --- | --- | --- | --- |',
  ...rows.map(({ what, measured, ratio, promise }) => {
    if (promise === null) return `| ${what} | ${measured} | ${ratio.toFixed(2)} | | |`;
    const kept = promise.bound === 'at least' ? ratio >= promise.value : ratio <= promise.value;
    return `| ${what} | ${measured} | ${ratio.toFixed(2)} | ${promise.bound} ${promise.value} | ${kept ? 'kept' : 'missed'} |`;
  }),
  ''
];
writeFileSync(join(root, 'docs/benchmarks.md'), lines.join('\n'));
console.log(lines.join('\n'));
