import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Configuration } from '../../src/contract/index.ts';
import { acceleratorThreads } from '../../src/main/hosts/runner/accelerator-kernels.ts';
import { integerKernels } from '../../src/main/hosts/runner/integer-kernels.ts';
import { linearAlgebra } from '../../src/main/hosts/runner/linear-algebra.ts';
import { statisticsKernels } from '../../src/main/hosts/runner/statistics-kernels.ts';
import { RunComputation } from '../../src/main/inference/compute-run.ts';
import { inspectModel, type InspectedModel } from '../../src/main/inference/inspect-model.ts';
import type { DatasetFile, RunResult } from '../../src/main/inference/run-job.ts';
import { argmaxRows } from '../../src/main/numeric/classification.ts';
import { sqnrDb } from '../../src/main/numeric/statistics.ts';
import { zooPictures } from './pictures.ts';

/** What tools/zoo.py writes about a model. */
export interface ZooModel {
  readonly name: string;
  readonly family: string;
  readonly opset: number;
  /** Extent of its pictures. */
  readonly side: number;
  /** PyTorch's, for the pictures from number 0 on. */
  readonly logits: readonly (readonly number[])[];
}

/** A model's way through Bitlab. */
export interface ZooResult {
  readonly inspected: InspectedModel;
  /** Between PyTorch's logits and Bitlab's in float. */
  readonly floatSqnrDb: number;
  readonly simulated: RunResult;
  readonly integer: RunResult;
  readonly seconds: number;
}

/** Number of the first picture that ranges are found on: none that is evaluated. */
const firstCalibrationPicture = 2000;
const calibrationPictures = 16;
const { signal } = new AbortController();

/**
 * Imports a model and computes it in float, simulated and integer, in the default configuration, 8 bits.
 * @param path of its file
 */
export async function measure(path: string, model: ZooModel, threads: number): Promise<ZooResult> {
  const started = performance.now();
  const inspected = await inspectModel(path, `${model.name}.onnx`);
  const compute = await zooRuns(path, model, threads);
  const float = await compute({ arithmetic: 'float' });
  const simulated = await compute({ arithmetic: 'simulated' });
  const integer = await compute({ arithmetic: 'integer' });
  const seconds = (performance.now() - started) / 1000;
  const expected = Float32Array.from(model.logits.flat());
  return { inspected, floatSqnrDb: sqnrDb(expected, float.logits), simulated, integer, seconds };
}

/** Runs of one model on its pictures: a configuration, with what it leaves out by default -> its result. */
export async function zooRuns(
  path: string,
  { name, side, logits }: ZooModel,
  threads: number
): Promise<(settings: object) => Promise<RunResult>> {
  const classes = logits[0]!.length;
  const labels = Int32Array.from(argmaxRows(Float32Array.from(logits.flat()), classes));
  const sources = {
    evaluate: zooPictures(0, side, labels, classes),
    calibrate: zooPictures(firstCalibrationPicture, side, new Int32Array(calibrationPictures), classes)
  };
  const computation = new RunComputation(async (file) => sources[file.name as keyof typeof sources], {
    integer: integerKernels,
    statistics: statisticsKernels,
    linearAlgebra,
    accelerator: acceleratorThreads
  });
  const hash = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  return (settings) =>
    computation.compute(
      {
        runId: name,
        model: { name, path, hash },
        evaluate: pictureFile('evaluate'),
        samples: 'all',
        calibrate: pictureFile('calibrate'),
        calibrationSamples: calibrationPictures,
        configuration: Configuration.parse(settings),
        threads
      },
      () => {},
      signal
    );
}

const pictureFile = (name: 'evaluate' | 'calibrate'): DatasetFile => ({
  name,
  path: '',
  hash: name,
  format: 'npz',
  preprocessing: { scale: 1, mean: [0], std: [1] }
});
