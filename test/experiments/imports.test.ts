import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import { ensureSamples } from '../../src/main/experiments/index.ts';
import {
  bench,
  experimentFile,
  preparedBench,
  smallData,
  smallModels,
  temporaryFolder,
  writeJson
} from './notebook-fixture.ts';

const blobFiles = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile()
  );

test('a model is imported under its file name, listed, tagged, renamed and removed', async () => {
  const { call, events, notebook } = bench();
  const model = await call('models.import', {
    source: { path: writeJson('net.v2.onnx', smallModels['net-a']) },
    tags: { loss: 'mse' }
  });
  expect(model).toMatchObject({ name: 'net.v2', fileName: 'net.v2.onnx', tags: { loss: 'mse' }, classes: 2 });
  expect(events).toEqual([{ type: 'changed', kind: 'models' }]);
  expect(await call('models.list', {})).toEqual([model]);
  expect(await call('models.get', { id: model.id })).toMatchObject({
    layers: [{ name: 'dense' }],
    runCount: 0
  });
  const renamed = await call('models.update', { id: model.id, name: 'net', tags: {} });
  expect(renamed).toMatchObject({ name: 'net', tags: {} });
  expect(await call('models.remove', { id: model.id })).toEqual({ done: true });
  expect(await call('models.list', {})).toEqual([]);
  expect(blobFiles(notebook.blobs.folder)).toEqual([]);
});

test('a preview says what a file holds and stores nothing', async () => {
  const { call, notebook, events } = bench();
  const path = writeJson('net.v2.onnx', smallModels['net-a']);
  const expected = {
    suggestedName: 'net.v2',
    fileName: 'net.v2.onnx',
    classes: 2,
    layers: [{ name: 'dense' }]
  };
  const preview = await call('models.preview', { source: { path } });
  expect(preview).toMatchObject({ ...expected, sameAs: [] });
  expect(events).toEqual([]);
  expect(await call('models.list', {})).toEqual([]);
  expect(blobFiles(notebook.blobs.folder)).toEqual([]);

  const model = await call('models.import', { source: { path }, name: 'first' });
  expect(model).toMatchObject({ hash: preview.hash, bytes: preview.bytes });
  expect(await call('models.preview', { source: { path } })).toMatchObject({
    ...expected,
    sameAs: ['first']
  });
  expect(blobFiles(notebook.blobs.folder)).toHaveLength(1);
});

test('the same bytes under another name share a blob; the same name is refused', async () => {
  const { call, notebook } = bench();
  const path = writeJson('net.onnx', smallModels['net-a']);
  const a = await call('models.import', { source: { path } });
  await expect(call('models.import', { source: { path } })).rejects.toMatchObject({
    code: 'MODEL_NAME_TAKEN',
    details: { name: 'net' }
  });
  const b = await call('models.import', { source: { path }, name: 'twin' });
  expect(b.hash).toBe(a.hash);
  expect(blobFiles(notebook.blobs.folder)).toHaveLength(1);
  await expect(call('models.update', { id: b.id, name: 'net' })).rejects.toMatchObject({
    code: 'MODEL_NAME_TAKEN'
  });
  await call('models.update', { id: b.id, name: 'twin' });
});

test('whatever cannot be imported leaves nothing behind', async () => {
  const { call, notebook, events } = bench();
  const folder = temporaryFolder();
  const inFolder = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return { path: join(folder, name) };
  };
  mkdirSync(join(folder, 'folder.onnx'));
  const attempts: [() => Promise<unknown>, string][] = [
    [() => call('models.import', { source: inFolder('broken.onnx', '{"weights": [[0') }), 'MODEL_NOT_ONNX'],
    [() => call('models.preview', { source: inFolder('broken.onnx', '{"weights": [[0') }), 'MODEL_NOT_ONNX'],
    [() => call('models.preview', { source: inFolder('empty.onnx', '') }), 'MODEL_EMPTY'],
    [() => call('models.import', { source: inFolder('empty.onnx', '') }), 'MODEL_EMPTY'],
    [() => call('models.import', { source: { path: join(folder, 'none.onnx') } }), 'FILE_NOT_FOUND'],
    [() => call('models.import', { source: { path: join(folder, 'folder.onnx') } }), 'FILE_NOT_FOUND'],
    [() => call('models.import', { source: { path: '/dev/zero' } }), 'FILE_NOT_FOUND'],
    [() => call('models.import', { source: inFolder('forbidden.onnx', '{}') }), 'FILE_NOT_ALLOWED'],
    [() => call('datasets.import', { source: inFolder('broken.npz', 'PK') }), 'DATA_NOT_NPZ'],
    [() => call('datasets.import', { source: inFolder('empty.npz', '') }), 'DATA_EMPTY']
  ];
  for (const [attempt, code] of attempts) await expect(attempt()).rejects.toMatchObject({ code });
  expect(await call('models.list', {})).toEqual([]);
  expect(await call('datasets.list', {})).toEqual([]);
  expect(blobFiles(notebook.blobs.folder)).toEqual([]);
  expect(notebook.blobs.list()).toEqual([]);
  expect(events).toEqual([]);
});

test('an upload is imported under the name that the browser gave, and then let go', async () => {
  const path = writeJson('upload', smallModels['net-a']);
  const removed: string[] = [];
  const uploads = {
    path: (id: string, fileName: string) => {
      if (id !== 'u1') throw new BitlabError('FILE_NOT_FOUND', { file: fileName });
      return path;
    },
    remove: async (id: string) => void removed.push(id)
  };
  const { call } = bench({ uploads });
  const model = await call('models.import', { source: { upload: 'u1', fileName: 'C:\\nets\\net.onnx' } });
  expect(model).toMatchObject({ name: 'net', fileName: 'net.onnx' });
  expect(removed).toEqual(['u1']);
  await expect(call('models.import', { source: { upload: 'u2', fileName: 'x.onnx' } })).rejects.toMatchObject(
    { code: 'FILE_NOT_FOUND' }
  );
});

test('a data set keeps its preprocessing and class names, and shows its pictures', async () => {
  const { call } = bench();
  const path = writeJson('data.npz', smallData(10));
  const preprocessing = { scale: 1 / 255, mean: [0.5], std: [0.25] };
  const dataset = await call('datasets.import', {
    source: { path },
    preprocessing,
    classNames: ['a', 'b', 'c']
  });
  expect(dataset).toMatchObject({ samples: 10, shape: [1, 1, 4], preprocessing, classes: 3 });
  expect((await call('datasets.get', { id: dataset.id })).classCounts.reduce((a, b) => a + b)).toBe(10);
  const [picture] = await call('datasets.pictures', { id: dataset.id, samples: [9] });
  expect(picture).toMatchObject({ sample: 9, width: 4 });
  await expect(call('datasets.pictures', { id: dataset.id, samples: [10] })).rejects.toMatchObject({
    code: 'REQUEST_INVALID'
  });
  expect(await call('datasets.update', { id: dataset.id, classNames: [] })).toMatchObject({
    classes: 2,
    classNames: []
  });
  await expect(call('datasets.update', { id: dataset.id, classNames: ['one'] })).rejects.toMatchObject({
    code: 'CONFIGURATION_INVALID'
  });
});

test('what runs use cannot be removed; what only trashed runs use can', async () => {
  const { call, queue } = await preparedBench();
  await call('experiments.run', { file: experimentFile({ models: ['net-a'] }) });
  await queue.idle();
  const [model] = await call('models.list', {});
  const datasets = await call('datasets.list', {});
  await expect(call('models.remove', { id: model!.id })).rejects.toMatchObject({
    code: 'MODEL_IN_USE',
    details: { name: 'net-a', runs: 4 }
  });
  for (const { id } of datasets) {
    await expect(call('datasets.remove', { id })).rejects.toMatchObject({ code: 'DATA_IN_USE' });
  }
  const runs = await call('runs.list', {});
  await call('runs.remove', { ids: runs.map((run) => run.id) });
  await call('models.remove', { id: model!.id });
  expect((await call('models.list', {})).map((each) => each.name)).toEqual(['net-b']);
  await call('runs.restore', { ids: [runs[0]!.id] });
  expect((await call('models.list', {})).map((each) => each.name)).toEqual(['net-a', 'net-b']);
});

test('the samples are imported once; what was removed does not come back', async () => {
  const samples = join(temporaryFolder(), 'samples');
  mkdirSync(samples);
  const prepared = bench();
  const context = { ...prepared.context, resources: join(samples, '..') };
  for (const loss of ['cross-entropy', 'label-smoothing', 'mse']) {
    writeFileSync(join(samples, `resnet18-${loss}.onnx`), JSON.stringify(smallModels['net-a']));
  }
  writeFileSync(join(samples, 'calib.npz'), JSON.stringify(smallData(20)));
  await expect(ensureSamples(context)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  writeFileSync(join(samples, 'test.npz'), JSON.stringify(smallData(30)));
  await ensureSamples(context);

  const models = await prepared.call('models.list', {});
  expect(models.map((model) => [model.name, model.tags])).toEqual([
    ['resnet18-cross-entropy', { loss: 'cross-entropy' }],
    ['resnet18-label-smoothing', { loss: 'label-smoothing' }],
    ['resnet18-mse', { loss: 'mse' }]
  ]);
  const datasets = await prepared.call('datasets.list', {});
  expect(datasets.map((dataset) => [dataset.name, dataset.preprocessing, dataset.classNames.length])).toEqual(
    [
      ['shapes10-calib', { scale: 1 / 255, mean: [0.5], std: [0.25] }, 10],
      ['shapes10-test', { scale: 1 / 255, mean: [0.5], std: [0.25] }, 10]
    ]
  );
  await prepared.call('models.remove', { id: models[1]!.id });
  rmSync(samples, { recursive: true });
  await ensureSamples(context);
  expect(await prepared.call('models.list', {})).toHaveLength(2);
});
