import { expect, test } from 'vitest';
import {
  canonicalJson,
  Configuration,
  ExperimentFile,
  type SensitivityUnit
} from '../../src/contract/index.ts';
import { openNotebook, type Notebook } from '../../src/main/store/index.ts';
import { addDataset, addModel, at, clock, migrations, temporaryFolder } from './notebook-fixture.ts';

const units: SensitivityUnit[] = [
  { subject: 'weights', name: 'dense', values: 8, macs: 8, input: 'x', feeds: [] },
  { subject: 'activations', name: 'x', values: 4, macs: 8, input: null, feeds: ['dense'] }
];
const start = {
  units,
  floatCorrect: 90,
  floatCrossEntropy: 0.4,
  provenance: {
    bitlab: '1',
    node: '2',
    onnxRuntime: '3',
    platform: 'p',
    processor: 'q',
    threads: 2,
    modelHash: 'a'.repeat(64),
    datasetHash: 'b'.repeat(64),
    calibrationHash: 'c'.repeat(64),
    configurationHash: 'd'.repeat(64)
  }
};
const measure = (bits: number) => ({
  subject: 'weights' as const,
  unit: 'dense',
  bits,
  correct: 80 + bits,
  crossEntropy: 0.5,
  logitsError: 2 ** -bits,
  divergence: 0.01,
  sizeBits: 8 * bits + 32
});

async function withSensitivity(notebook: Notebook) {
  const modelId = await addModel(notebook, 'small');
  const datasetId = await addDataset(notebook, 'data');
  const id = notebook.newIdentifier('sensitivity');
  const configuration = Configuration.parse({});
  notebook.sensitivities.insert({
    id,
    modelId,
    datasetId,
    samples: 100,
    calibrationDatasetId: datasetId,
    calibrationSamples: 50,
    configuration,
    configurationHash: 'e'.repeat(64),
    reuseKey: 'f'.repeat(64),
    bits: [8, 4],
    subjects: ['weights'],
    createdAt: at
  });
  return { id, modelId, configuration };
}

test('what is measured is read as it was written, and is there after the process was killed', async () => {
  const folder = temporaryFolder();
  const first = openNotebook(folder, { migrations, clock });
  const { id, modelId, configuration } = await withSensitivity(first);
  expect(first.sensitivities.get(id)).toMatchObject({ status: 'queued', start: null, startedAt: null });
  first.sensitivities.running(id, at);
  first.sensitivities.setStart(id, start);
  first.sensitivities.addMeasures(id, [measure(8), measure(4)]);
  first.sensitivities.ask(id, [8, 4, 2], ['weights', 'activations']);
  first.close();

  const second = openNotebook(folder, { migrations, clock });
  const found = second.sensitivities.byReuseKey('f'.repeat(64))!;
  expect(found).toMatchObject({
    id,
    modelId,
    status: 'interrupted',
    bits: [8, 4, 2],
    subjects: ['weights', 'activations'],
    start,
    startedAt: at,
    endedAt: at,
    error: null
  });
  expect(canonicalJson(found.configuration)).toBe(canonicalJson(configuration));
  expect(second.sensitivities.measures(id).sort((a, b) => b.bits - a.bits)).toEqual([measure(8), measure(4)]);
  // Measured again, as when the process died between measuring and knowing it: the same row.
  second.sensitivities.addMeasures(id, [measure(4)]);
  expect(second.sensitivities.measures(id)).toHaveLength(2);
  expect((await second.verify()).problems).toEqual([]);
  second.close();
});

test('sensitivities go with their model, and leave nothing behind', async () => {
  const notebook = openNotebook(temporaryFolder(), { migrations, clock });
  const { id, modelId } = await withSensitivity(notebook);
  notebook.sensitivities.addMeasures(id, [measure(8)]);
  const experimentId = notebook.newIdentifier('experiment');
  const file = ExperimentFile.parse({ name: 'Verified', models: ['small'], data: { evaluate: 'data' } });
  notebook.experiments.insert({ id: experimentId, file, designHash: 'a'.repeat(64), createdAt: at });
  notebook.sensitivities.addExperiment(id, experimentId);
  notebook.sensitivities.addExperiment(id, experimentId);
  expect(notebook.sensitivities.experimentsOf(id)).toEqual([{ id: experimentId, name: 'Verified' }]);
  expect(notebook.sensitivities.list().map((each) => each.id)).toEqual([id]);
  notebook.trash.removeModel(modelId, at);
  expect(notebook.sensitivities.list()).toEqual([]);
  expect(notebook.sensitivities.get(id)).toBeNull();
  expect(notebook.sensitivities.measures(id)).toEqual([]);
  expect((await notebook.verify()).problems).toEqual([]);
  notebook.close();
});
