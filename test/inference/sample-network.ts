import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Configuration, Preprocessing } from '../../src/contract/index.ts';
import { openDataset } from '../../src/main/datasets/index.ts';
import { readModel, type Model } from '../../src/main/graph/index.ts';
import { Calibration } from '../../src/main/inference/calibration.ts';
import type { QuantizedNetwork } from '../../src/main/inference/executable-network.ts';
import { prepareModel } from '../../src/main/inference/prepared-model.ts';
import { demandsOf, planQuantization } from '../../src/main/inference/quantization-plan.ts';
import type { SampleSource } from '../../src/main/inference/run-job.ts';
import { elementCount } from '../../src/main/numeric/tensor.ts';
import { noise } from '../graph/fixtures/run-model.ts';

const folder = join(import.meta.dirname, '../../resources/samples');
const preprocessing = Preprocessing.parse({ scale: 1 / 255, mean: [0.5], std: [0.25] });

/** The 2,000 pictures of the sample data. */
export const testPictures = () => openDataset(join(folder, 'test.npz'), 'npz', preprocessing);

/** A sample network and what is needed to quantize it, with ranges from 64 pictures and minmax observers. */
export async function sampleNetwork(name: string) {
  const model = readModel(await readFile(join(folder, `${name}.onnx`)), name);
  return quantizable(model, await openDataset(join(folder, 'calib.npz'), 'npz', preprocessing));
}

/** The same for any network on pictures, which are noise. */
export async function smallNetwork(model: Model) {
  const { type } = model.graph.inputs[0]!;
  const shape = type?.kind === 'tensor' ? (type.shape ?? []).slice(1).map(Number) : [];
  const elements = elementCount(shape);
  const values = noise([8, ...shape], 7, 1).data;
  const source: SampleSource = {
    samples: 8,
    shape,
    labels: new Int32Array(8),
    classes: 2,
    batch: async (offset, count) => values.slice(offset * elements, (offset + count) * elements)
  };
  return quantizable(model, source);
}

async function quantizable(original: Model, source: SampleSource) {
  const { model, analysis } = await prepareModel(original);
  const calibration = new Calibration(model, analysis, source, 64, 'calibration');
  const configured = (bits: number, settings: object = {}) =>
    Configuration.parse({ weights: { bits }, activations: { bits, observer: 'minmax' }, ...settings });
  await calibration.collect(
    demandsOf(configured(8, { quantizeOutput: true }), analysis),
    1,
    () => {},
    new AbortController().signal
  );
  const quantized = (configuration: Configuration): QuantizedNetwork => {
    const { plan, layers } = planQuantization(model, analysis, configuration, calibration);
    return { model, analysis, plan, layers };
  };
  return { configured, quantized, source };
}
