import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { defaultConfiguration, Preprocessing, type Configuration } from '../../src/contract/index.ts';
import { openDataset, type OpenDataset } from '../../src/main/datasets/index.ts';
import { readModel, writeModel } from '../../src/main/graph/index.ts';
import { lowerToIntegers } from '../../src/main/graph/rewrites/lower-to-integers.ts';
import { Calibration } from '../../src/main/inference/calibration.ts';
import { prepareModel, type PreparedModel } from '../../src/main/inference/prepared-model.ts';
import { demandsOf, planQuantization } from '../../src/main/inference/quantization-plan.ts';
import { openSession } from '../../src/main/inference/session.ts';
import { exactWeightStorage } from '../../src/main/inference/weight-storage.ts';
import type { IntegerKernels } from '../../src/main/kernels/integer-kernels.ts';
import { onnxRuntimeSettings } from '../../src/main/simulation/integer/index.ts';
import { compiledKernels } from '../kernels-integer/compiled-kernels.ts';
import { splitNetwork } from './split-network.ts';

const sample = (name: string) => fileURLToPath(new URL(`../../resources/samples/${name}`, import.meta.url));
const batch = 50;
const samples = 200;

let kernels: IntegerKernels;
let prepared: PreparedModel;
let calibration: Calibration;
let pictures: OpenDataset;

beforeAll(async () => {
  kernels = await compiledKernels();
  prepared = await prepareModel(readModel(await readFile(sample('resnet18-mse.onnx')), 'resnet18-mse.onnx'));
  const preprocessing = Preprocessing.parse({ scale: 1 / 255 });
  const calibrate = await openDataset(sample('calib.npz'), 'npz', preprocessing);
  pictures = await openDataset(sample('test.npz'), 'npz', preprocessing);
  calibration = new Calibration(prepared.model, prepared.analysis, calibrate, 64, 'calib');
  await calibration.collect(
    demandsOf(configuration(8), prepared.analysis),
    1,
    () => {},
    new AbortController().signal
  );
});

function configuration(bits: number): Configuration {
  const { weights, activations } = defaultConfiguration;
  return {
    ...defaultConfiguration,
    weights: { ...weights, bits },
    activations: { ...activations, bits, observer: 'minmax' }
  };
}

const predictions = (logits: Float32Array) =>
  Array.from({ length: logits.length / 10 }, (_, i) => {
    const row = logits.subarray(i * 10, (i + 1) * 10);
    return row.indexOf(Math.max(...row));
  });

test.each([8, 4])(
  "at %s bits the split network predicts what ONNX Runtime's integer graph predicts",
  async (bits) => {
    const { model, analysis } = prepared;
    const { plan } = planQuantization(model, analysis, configuration(bits), calibration);
    const lowered = lowerToIntegers(model, analysis, plan, { weightStorage: await exactWeightStorage() });
    const session = await openSession(writeModel(lowered), { threads: 1 });
    const network = await splitNetwork(model, analysis, plan, kernels, onnxRuntimeSettings);
    let largest = 0;
    for (let first = 0; first < samples; first += batch) {
      const input = pictures.batch(first, batch);
      const ours = await network.logits(input, batch);
      const results = await session.run(input, [batch, ...analysis.input.shape]);
      const theirs = results.get(analysis.output.name)!.data as Float32Array;
      expect(predictions(ours)).toEqual(predictions(theirs));
      ours.forEach((value, i) => (largest = Math.max(largest, Math.abs(value - theirs[i]!))));
    }
    await session.release();
    expect(network.executors).toHaveLength(21);
    for (const executor of network.executors) {
      const { overflows, smallestSum, largestSum } = executor.statistics();
      expect(overflows).toBe(0);
      expect(largestSum - smallestSum).toBeGreaterThan(100);
      executor.release();
    }
    // The additions between the layers are rounded by ONNX Runtime in its own way in either graph.
    expect(largest).toBeLessThan(0.1);
  }
);
