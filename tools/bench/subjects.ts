import { join } from 'node:path';
import { openDataset } from '../../src/main/datasets/index.ts';
import { prepareModel, readModelFile, type PreparedModel } from '../../src/main/inference/prepared-model.ts';
import type { SampleSource } from '../../src/main/inference/run-job.ts';
import { normalSamples } from './normal-samples.ts';
import { randomResNet18 } from './resnet18.ts';

const samplesFolder = join(import.meta.dirname, '../../resources/samples');

/** A network with pictures for it, and what was promised. */
export interface Subject {
  readonly name: string;
  readonly prepared: PreparedModel;
  readonly evaluation: SampleSource;
  readonly samples: number;
  readonly calibration: SampleSource;
  readonly calibrationSamples: number;
  /** How often everything is measured. */
  readonly repeats: number;
  /** `kernels`: our own ones, against float; measured where there is a promise. */
  readonly promises: { readonly integer: number; readonly simulated: number; readonly kernels?: number };
}

export async function sampleNetwork(name: string): Promise<Subject> {
  const file = join(samplesFolder, 'resnet18-cross-entropy.onnx');
  const preprocessing = { scale: 1 / 255, mean: [0.5], std: [0.25] };
  const data = (archive: string) => openDataset(join(samplesFolder, archive), 'npz', preprocessing);
  return {
    name,
    prepared: await prepareModel(await readModelFile(file, 'resnet18-cross-entropy.onnx', null)),
    evaluation: await data('test.npz'),
    samples: 1000,
    calibration: await data('calib.npz'),
    calibrationSamples: 512,
    repeats: 7,
    promises: { integer: 2, simulated: 2.1, kernels: 6 }
  };
}

export async function largeNetwork(name: string): Promise<Subject> {
  const samples = 16;
  const size = 3 * 224 * 224;
  const pictures = normalSamples(1000, samples * size);
  const source: SampleSource = {
    samples,
    shape: [3, 224, 224],
    labels: new Int32Array(samples),
    classes: 1000,
    batch: async (offset, count) => pictures.slice(offset * size, (offset + count) * size)
  };
  return {
    name,
    prepared: await prepareModel(randomResNet18()),
    evaluation: source,
    samples,
    calibration: source,
    calibrationSamples: samples,
    repeats: 20,
    promises: { integer: 3, simulated: 1.5 }
  };
}
