import { expect, test } from 'vitest';
import { ExperimentFile } from '../../src/contract/index.ts';
import { addDataset, addModel, addRun, at, finishRun, temporaryNotebook } from './notebook-fixture.ts';

async function oneRun() {
  const notebook = temporaryNotebook();
  const model = await addModel(notebook, 'm');
  const data = await addDataset(notebook, 'd');
  const run = addRun(notebook, model, data);
  await finishRun(notebook, run);
  const experiment = notebook.newIdentifier('experiment');
  const file = ExperimentFile.parse({ name: 'E', models: ['m'], data: { evaluate: 'd' } });
  notebook.experiments.insert({ id: experiment, file, designHash: 'h', createdAt: at });
  notebook.experiments.setRuns(experiment, [run]);
  return { notebook, model, data, run, experiment };
}

test('a trashed run is out of sight, can be restored, and is gone with all it had when the trash is emptied', async () => {
  const { notebook, run } = await oneRun();
  notebook.trash.removeRuns([run], at);
  expect(notebook.runTable.list({})).toEqual([]);
  expect(notebook.runTable.list({ trash: true }).map((row) => row.id)).toEqual([run]);
  notebook.trash.restoreRuns([run]);
  expect(notebook.runTable.list({}).map((row) => row.id)).toEqual([run]);

  notebook.trash.removeRuns([run], at);
  expect(notebook.trash.empty()).toBe(1);
  notebook.layerResults.sweep();
  expect(notebook.runs.get(run)).toBeNull();
  expect(notebook.predictions.ofRun(run)).toBeNull();
  expect(notebook.metrics.names()).toEqual([]);
  expect(await notebook.blobs.sweep()).toBe(3);
  expect(await notebook.verify()).toEqual({ sound: true, blobs: 2, problems: [] });
});

test('a model that only trashed runs need is kept for them and comes back with them', async () => {
  const { notebook, model, run } = await oneRun();
  notebook.trash.removeRuns([run], at);
  notebook.trash.removeModel(model, at);
  expect(notebook.models.list()).toEqual([]);
  expect(notebook.models.get(model)?.name).toBe('m');
  const other = await addModel(notebook, 'm', 'other bytes');
  notebook.trash.restoreRuns([run]);
  expect(notebook.models.list().map((each) => [each.id, each.name])).toEqual([
    [model, 'm (restored)'],
    [other, 'm']
  ]);
});

test('emptying the trash deletes the models and data sets that nothing needs any more', async () => {
  const { notebook, model, data, run } = await oneRun();
  notebook.trash.removeRuns([run], at);
  notebook.trash.removeModel(model, at);
  notebook.trash.removeDataset(data, at);
  notebook.trash.empty();
  expect(notebook.models.get(model)).toBeNull();
  expect(notebook.datasets.get(data)).toBeNull();
  expect(await notebook.blobs.sweep()).toBe(5);
});

test('an experiment takes its own runs along, not those it shares, and comes back with them', async () => {
  const { notebook, model, data, run, experiment } = await oneRun();
  const shared = addRun(notebook, model, data, { bias: 'float' });
  notebook.experiments.setRuns(experiment, [run, shared]);
  const second = notebook.newIdentifier('experiment');
  const file = ExperimentFile.parse({ name: 'F', models: ['m'], data: { evaluate: 'd' } });
  notebook.experiments.insert({ id: second, file, designHash: 'h', createdAt: at });
  notebook.experiments.setRuns(second, [shared]);

  notebook.trash.removeExperiment(experiment, at);
  expect(notebook.experiments.get(experiment)).toBeNull();
  expect(notebook.runTable.list({}).map((row) => row.id)).toEqual([shared]);
  notebook.trash.restoreRuns([run]);
  expect(notebook.experiments.get(experiment)?.counts).toMatchObject({ total: 2, finished: 1, queued: 1 });
  expect(notebook.runTable.get(run)?.experimentIds).toEqual([experiment]);
});
