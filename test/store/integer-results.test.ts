import { expect, test } from 'vitest';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import type { IntegerResult, LayerResult } from '../../src/contract/index.ts';
import { openNotebook } from '../../src/main/store/index.ts';
import {
  addDataset,
  addModel,
  addOldModel,
  addRun,
  clock,
  finishRun,
  layer as oldLayer,
  migrations,
  temporaryFolder
} from './notebook-fixture.ts';

const integers: IntegerResult = {
  accumulatorBits: 18,
  overflows: 1234,
  overflowShare: 0.0125,
  worstCaseBits: 21,
  dataBits: 19,
  a2qMarginBits: -1.5,
  biasError: 0.001,
  biasErrorCodes: null
};

const layer = (index: number): LayerResult => ({
  index,
  name: `layer ${index}`,
  operator: 'Conv',
  fused: null,
  macs: 1,
  parameters: 1,
  weights: null,
  weightSqnrDb: null,
  output: null
});

test('a notebook with runs of the first schema gets the table of integer results, and takes some', async () => {
  const folder = temporaryFolder();
  const before = openNotebook(folder, { migrations: migrations.slice(0, 1), clock });
  const model = await addOldModel(before, 'small');
  const dataset = await addDataset(before, 'data');
  const oldRun = addRun(before, model, dataset);
  await finishRun(before, oldRun);
  before.close();
  const old = new Database(join(folder, 'notebook.sqlite'));
  old
    .prepare(
      `INSERT INTO provenance (run_id, bitlab, node, onnx_runtime, platform, processor, threads, model_hash, dataset_hash,
         calibration_hash, calibration_samples, logits_hash) VALUES (?, '1', '24', '1.30', 'p', 'q', 2, ?, ?, NULL, 0, NULL)`
    )
    .run(oldRun, 'a'.repeat(64), 'b'.repeat(64));
  old.close();

  const notebook = openNotebook(folder, { migrations, clock });
  expect(notebook.provenance.ofRun(oldRun)?.kernels).toBe('onnxruntime');
  expect(notebook.layerResults.ofRun(oldRun)).toEqual([oldLayer]);
  const run = addRun(notebook, model, dataset, { requantization: 'gemmlowp' });
  const layers = [layer(0), { ...layer(1), integers }];
  notebook.layerResults.insert(run, layers);
  expect(notebook.layerResults.ofRun(run)).toEqual(layers);
  expect((await notebook.verify()).problems).toEqual([]);
  notebook.close();
});

test('results of layers go with their run', async () => {
  const notebook = openNotebook(temporaryFolder(), { migrations, clock });
  const run = addRun(notebook, await addModel(notebook, 'small'), await addDataset(notebook, 'data'));
  await finishRun(notebook, run);
  notebook.layerResults.insert(run, [{ ...layer(7), integers }]);
  expect(notebook.layerResults.ofRun(run).find(({ index }) => index === 7)?.integers).toEqual(integers);
  notebook.transaction(() => {
    notebook.trash.removeRuns([run], '2026-01-01T00:00:00.000Z');
    notebook.trash.empty();
  });
  expect(notebook.layerResults.ofRun(run)).toEqual([]);
  notebook.close();
});
