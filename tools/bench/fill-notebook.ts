import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { canonicalJson, defaultConfiguration, type Configuration } from '../../src/contract/index.ts';
import { withValueAt } from '../../src/contract/setting-path.ts';
import { uniform } from '../../src/main/numeric/random.ts';
import { openNotebook, readMigrations, type Notebook } from '../../src/main/store/index.ts';

/** Thirty settings that vary, beside the seed, and ten levels of each at most. */
const ranges = ['minmax', 'moving-average', 'histogram', 'percentile', 'mse', 'entropy'];
const flags = [false, true];
const bits = [8, 7, 6, 5, 4, 3, 2];
const layerNames = ['first', 'last', 'layer1.0.conv1', 'layer2.0.conv1', 'layer3.0.conv1', 'layer4.0.conv1'];
const factors: readonly (readonly [readonly string[], readonly unknown[]])[] = [
  [['weights', 'bits'], bits],
  [['activations', 'bits'], bits],
  [['weights', 'range'], ranges],
  [['activations', 'observer'], ranges],
  [
    ['weights', 'scheme'],
    ['symmetric', 'affine']
  ],
  [
    ['weights', 'storage'],
    ['signed', 'unsigned']
  ],
  [
    ['weights', 'granularity'],
    ['tensor', 'channel', 'group']
  ],
  [
    ['weights', 'grid'],
    ['uniform', 'powers-of-two', 'apot', 'float']
  ],
  [
    ['weights', 'rounding'],
    ['nearest', 'adaround', 'gptq']
  ],
  [['weights', 'narrow'], flags],
  [['weights', 'reduceRange'], flags],
  [['weights', 'powerOfTwoScale'], flags],
  [
    ['activations', 'scheme'],
    ['affine', 'symmetric']
  ],
  [
    ['activations', 'storage'],
    ['signed', 'unsigned', 'auto']
  ],
  [
    ['activations', 'destinationLevels'],
    ['auto', 16, 64, 256]
  ],
  [
    ['activations', 'dialect'],
    ['torch', 'torch-1.13', 'fused']
  ],
  [['activations', 'reduceRange'], flags],
  [['activations', 'powerOfTwoScale'], flags],
  [['bias'], ['int32', 'float']],
  [['quantizeOutput'], flags],
  [
    ['accumulator', 'bits'],
    [32, 24, 20, 18, 16]
  ],
  [
    ['accumulator', 'overflow'],
    ['wrap', 'saturate']
  ],
  [
    ['accumulator', 'check'],
    ['each-addition', 'per-tile']
  ],
  [['requantization'], ['onnx', 'qnnpack', 'gemmlowp']],
  ...layerNames.map((name) => [['layers', name, 'weights', 'bits'], bits] as const)
];

const metricNames = [
  'top1',
  'top5',
  'crossEntropy',
  'agreement',
  'logitsSqnrDb',
  'modelSizeBits',
  'bops',
  ...Array.from({ length: 33 }, (_, index) => `measured${index + 1}`)
];

const models = [
  'resnet18-cross-entropy',
  'resnet18-label-smoothing',
  'resnet18-mse',
  'resnet50',
  'mobilenet-v2'
];
const startMs = Date.parse('2026-01-01T00:00:00.000Z');
const runMs = 7000;

/**
 * Makes a notebook of so many finished runs, each of 30 factors, a seed and 40 metrics, from counted random numbers: the same
 * one each time. Runs have no layers and no predictions, which the table of runs does not read.
 */
export async function fillNotebook(folder: string, count: number): Promise<void> {
  let now = startMs;
  const notebook = openNotebook(folder, {
    migrations: readMigrations(join(import.meta.dirname, '../../migrations')),
    clock: () => new Date(now)
  });
  const at = () => new Date(now).toISOString();
  const modelIds: string[] = [];
  for (const name of models) modelIds.push(await addModel(notebook, name, at()));
  const datasetId = await addDataset(notebook, 'shapes10-test', at());
  const chunk = 1000;
  for (let start = 0; start < count; start += chunk) {
    notebook.transaction(() => {
      for (let run = start; run < Math.min(count, start + chunk); run++) {
        now += runMs;
        addRun(notebook, run, modelIds, datasetId, at(), new Date(now + 5000).toISOString());
      }
    });
  }
  notebook.close();
}

function addRun(
  notebook: Notebook,
  run: number,
  modelIds: readonly string[],
  datasetId: string,
  startedAt: string,
  endedAt: string
): void {
  const pick = <T>(values: readonly T[], stream: number, item: number) =>
    values[Math.floor(uniform(0, stream, item) * values.length)]!;
  // Five seeds of each treatment.
  const treatment = Math.floor(run / 5);
  let configuration: unknown = { ...defaultConfiguration, seed: run % 5 };
  for (const [index, [path, levels]] of factors.entries()) {
    configuration = withValueAt(configuration, path as string[], pick(levels, index, treatment));
  }
  const text = canonicalJson(configuration as Configuration);
  const hash = createHash('sha256').update(text).digest('hex');
  const id = notebook.newIdentifier('run');
  const modelId = pick(modelIds, 100, treatment);
  notebook.runs.insert({
    id,
    modelId,
    datasetId,
    samples: 2000,
    calibrationDatasetId: null,
    calibrationSamples: 0,
    configuration: text,
    configurationHash: hash,
    reuseKey: createHash('sha256').update(`${modelId} ${hash}`).digest('hex'),
    createdAt: startedAt
  });
  notebook.runs.started(id, startedAt);
  notebook.metrics.insert(
    id,
    Object.fromEntries(metricNames.map((name, index) => [name, metricValue(index, treatment, run)]))
  );
  notebook.runs.finished(id, endedAt, 1 + 4 * uniform(0, 300, run));
  if (run % 50 === 0) notebook.tags.set(id, ['camera-ready']);
  if (run % 200 === 0) notebook.stars.set(id, true, endedAt);
}

/** Repeats of a treatment lie close to each other. Shares are multiples of one in 2000 samples. */
function metricValue(metric: number, treatment: number, run: number): number {
  const value = 0.1 + 0.8 * uniform(0, 200 + metric, treatment) + 0.02 * uniform(0, 400 + metric, run);
  return metric < 2 ? Math.round(value * 2000) / 2000 : value * 10 ** (metric % 6);
}

async function addModel(notebook: Notebook, name: string, createdAt: string): Promise<string> {
  const file = await notebook.blobs.receive(new TextEncoder().encode(name));
  const id = notebook.newIdentifier('model');
  notebook.transaction(() => {
    notebook.blobs.keep(file, createdAt);
    notebook.models.insert({
      id,
      name,
      hash: file.hash,
      fileName: `${name}.onnx`,
      bytes: file.bytes,
      tags: {},
      opset: 17,
      producer: 'bench',
      inputShape: [3, 32, 32],
      classes: 10,
      parameters: 11_173_962,
      macs: 37_220_352,
      layerCount: 21,
      layers: [],
      operators: { Conv: 20, Gemm: 1 },
      floatOperators: [],
      createdAt
    });
  });
  await file.discard();
  return id;
}

async function addDataset(notebook: Notebook, name: string, createdAt: string): Promise<string> {
  const file = await notebook.blobs.receive(new TextEncoder().encode(name));
  const id = notebook.newIdentifier('data');
  notebook.transaction(() => {
    notebook.blobs.keep(file, createdAt);
    notebook.datasets.insert({
      id,
      name,
      hash: file.hash,
      fileName: `${name}.npz`,
      bytes: file.bytes,
      format: 'npz',
      samples: 2000,
      shape: [3, 32, 32],
      elementType: 'uint8',
      layout: 'nchw',
      classes: 10,
      classNames: [],
      classCounts: [],
      preprocessing: { scale: 1, mean: [0], std: [1] },
      createdAt
    });
  });
  await file.discard();
  return id;
}
