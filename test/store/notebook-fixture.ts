import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { canonicalJson, Configuration, type LayerResult } from '../../src/contract/index.ts';
import { openNotebook, readMigrations, type Notebook } from '../../src/main/store/index.ts';

export const migrations = readMigrations(resolve(import.meta.dirname, '../../migrations'));
export const clock = () => new Date('2026-01-02T03:04:05.678Z');
export const at = clock().toISOString();

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bitlab-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A new notebook that is closed after the test. */
export function temporaryNotebook(folder = temporaryFolder()): Notebook {
  const notebook = openNotebook(folder, { migrations, clock });
  onTestFinished(() => notebook.close());
  return notebook;
}

export async function addModel(notebook: Notebook, name: string, content = name): Promise<string> {
  const file = await notebook.blobs.receive(new TextEncoder().encode(content));
  const id = notebook.newIdentifier('model');
  notebook.transaction(() => {
    notebook.blobs.keep(file, at);
    notebook.models.insert({
      id,
      name,
      hash: file.hash,
      fileName: `${name}.onnx`,
      bytes: file.bytes,
      tags: { loss: name },
      opset: 17,
      producer: 'test',
      inputShape: [1, 2, 2],
      classes: 2,
      parameters: 4,
      macs: 4,
      layerCount: 1,
      layers: [],
      operators: { Gemm: 1 },
      floatOperators: [],
      createdAt: at
    });
  });
  await file.discard();
  return id;
}

/** The same in a notebook of the first schema, which the program of today only migrates. */
export async function addOldModel(notebook: Notebook, name: string): Promise<string> {
  const file = await notebook.blobs.receive(new TextEncoder().encode(name));
  const id = notebook.newIdentifier('model');
  notebook.transaction(() => notebook.blobs.keep(file, at));
  await file.discard();
  const database = new Database(join(notebook.folder, 'notebook.sqlite'));
  database
    .prepare(
      `INSERT INTO models (id, name, hash, file_name, bytes, opset, producer, input_shape, classes, parameters, macs,
         layer_count, layers, operators, float_operators, created_at)
       VALUES (?, ?, ?, 'small.onnx', ?, 17, 'test', '[1, 2, 2]', 2, 4, 4, 1, '[]', '{"Gemm": 1}', '[]', ?)`
    )
    .run(id, name, file.hash, file.bytes, at);
  database.close();
  return id;
}

export async function addDataset(notebook: Notebook, name: string, content = name): Promise<string> {
  const file = await notebook.blobs.receive(new TextEncoder().encode(content));
  const id = notebook.newIdentifier('data');
  notebook.transaction(() => {
    notebook.blobs.keep(file, at);
    notebook.datasets.insert({
      id,
      name,
      hash: file.hash,
      fileName: `${name}.npz`,
      bytes: file.bytes,
      format: 'npz',
      samples: 3,
      shape: [1, 2, 2],
      elementType: 'uint8',
      layout: 'nchw',
      classes: 2,
      classNames: ['no', 'yes'],
      classCounts: [1, 2],
      preprocessing: { scale: 1, mean: [0], std: [1] },
      createdAt: at
    });
  });
  await file.discard();
  return id;
}

export function addRun(
  notebook: Notebook,
  modelId: string,
  datasetId: string,
  settings: Partial<Configuration> = {}
): string {
  const configuration = canonicalJson(Configuration.parse(settings));
  const hash = createHash('sha256').update(configuration).digest('hex');
  const id = notebook.newIdentifier('run');
  notebook.runs.insert({
    id,
    modelId,
    datasetId,
    samples: 3,
    calibrationDatasetId: null,
    calibrationSamples: 0,
    configuration,
    configurationHash: hash,
    reuseKey: createHash('sha256').update(`${modelId} ${hash}`).digest('hex'),
    createdAt: at
  });
  return id;
}

export const layer: LayerResult = {
  index: 0,
  name: 'dense',
  operator: 'Gemm',
  fused: null,
  macs: 4,
  parameters: 4,
  weights: { bits: 4, low: -8, high: 7, scale: [0.1], zeroPoint: [0], minimum: [-0.8], maximum: [0.7] },
  weightSqnrDb: 20.5,
  output: null
};

/** Finishes a run whose logits are one row of `[0, p]` for each of three samples. */
export async function finishRun(notebook: Notebook, id: string, p = 1): Promise<void> {
  const received = await notebook.predictions.receive(
    Float32Array.of(0, p, 0, p, 0, -p),
    Int32Array.of(1, 1, 0),
    Int32Array.of(1, 1, 1)
  );
  notebook.durably(() => {
    notebook.predictions.insert(id, received, at);
    notebook.metrics.insert(id, { top1: 2 / 3, crossEntropy: 0.25 });
    notebook.layerResults.insert(id, [layer]);
    notebook.runs.finished(id, at, 1.5);
  });
  for (const file of [received.logits, received.predicted, received.labels]) await file.discard();
}
