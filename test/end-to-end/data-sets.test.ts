import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExperimentFile, preprocessingPresets, type BitlabEvent } from '../../src/contract/index.ts';
import { callMethod } from '../../src/main/hosts/call-method.ts';
import { openWithFork } from '../../src/main/hosts/open-with-fork.ts';
import type { Bitlab } from '../../src/main/hosts/open.ts';
import { samplesFolder } from '../../src/main/hosts/program-folder.ts';
import { drawSamples } from '../../src/main/numeric/draw-samples.ts';
import { temporaryFolder } from './notebook-on-disk.ts';

/* Data as it lies on disks, from import to predictions, through the real computing process. */
const { folder, remove } = temporaryFolder('data-sets');
const fixtures = join(import.meta.dirname, '../data/datasets');
const events: BitlabEvent[] = [];
let bitlab: Bitlab;

beforeAll(async () => {
  bitlab = await openWithFork(join(folder, 'notebook'), { samples: false });
  bitlab.subscribe((event) => events.push(event));
  const path = join(samplesFolder, 'resnet18-mse.onnx');
  await callMethod(bitlab.handlers, 'models.import', { source: { path }, name: 'net' });
}, 240_000);
afterAll(async () => {
  await bitlab.close();
  remove();
});

const { preprocessing } = preprocessingPresets.cifar10;

test('a folder with a broken picture, and two batches of CIFAR-10', async () => {
  const pictures = join(folder, 'pictures');
  cpSync(join(fixtures, 'classes'), pictures, { recursive: true });
  writeFileSync(join(pictures, 'ant/broken.jpg'), 'no picture');
  const source = { path: pictures };
  const preview = await callMethod(bitlab.handlers, 'datasets.inspect', { source, preprocessing });
  expect(preview).toMatchObject({ format: 'folder', samples: 8, shape: [3, 32, 32], classCounts: [3, 2, 3] });
  expect(preview.problems).toEqual([expect.objectContaining({ path: 'pictures/ant/broken.jpg' })]);
  expect(await callMethod(bitlab.handlers, 'datasets.list', {})).toEqual([]);

  const animals = await callMethod(bitlab.handlers, 'datasets.import', {
    source,
    preprocessing,
    name: 'animals'
  });
  expect(animals).toMatchObject({ samples: 7, classNames: ['ant', 'cat', 'zebra'], fileName: 'pictures' });
  expect(animals.leftOut).toMatchObject({ count: 1, first: [{ path: 'pictures/ant/broken.jpg' }] });
  expect(await callMethod(bitlab.handlers, 'datasets.get', { id: animals.id })).toEqual(animals);
  expect(events).toContainEqual({ type: 'import-progress', fileName: 'pictures', fraction: 1 });

  const paths = ['data_batch_1.bin', 'data_batch_2.bin'].map((name) => join(fixtures, name));
  const cifar = await callMethod(bitlab.handlers, 'datasets.import', {
    source: { paths },
    preprocessing,
    name: 'cifar'
  });
  expect(cifar).toMatchObject({
    format: 'cifar-10',
    samples: 6,
    fileName: 'data_batch_1.bin, data_batch_2.bin'
  });
  const shown = await callMethod(bitlab.handlers, 'datasets.pictures', { id: cifar.id, samples: [5, 0] });
  expect(shown.map(({ sample, label, width }) => [sample, label, width])).toEqual([
    [5, 8, 32],
    [0, 9, 32]
  ]);
}, 240_000);

test('what is refused leaves nothing behind', async () => {
  const before = await callMethod(bitlab.handlers, 'notebook.verify', {});
  const refused = async (paths: string[], code: string) =>
    expect(
      callMethod(bitlab.handlers, 'datasets.import', { source: { paths }, preprocessing })
    ).rejects.toMatchObject({ code });
  await refused([join(fixtures, 'x-nchw.npy'), join(fixtures, 'y-short.npy')], 'DATA_LENGTHS_DIFFER');
  await refused([join(folder, 'nowhere')], 'FILE_NOT_FOUND');
  const sizes = join(folder, 'sizes');
  cpSync(join(fixtures, 'classes'), sizes, { recursive: true });
  cpSync(join(import.meta.dirname, '../data/pictures/small.png'), join(sizes, 'ant/small.png'));
  // Written and then found to be of no use.
  await refused([sizes], 'DATA_SIZES_DIFFER');
  expect(await callMethod(bitlab.handlers, 'notebook.verify', {})).toEqual(before);
  expect(readdirSync(join(folder, 'notebook/blobs/temporary'))).toEqual([]);
}, 240_000);

test('a run on samples that were drawn, calibrated on picture files, says which they are', async () => {
  const file = ExperimentFile.parse({
    name: 'drawn',
    models: ['net'],
    data: { evaluate: 'cifar', calibrate: 'animals', samples: 3, draw: { seed: 8, stratified: false } },
    fixed: { arithmetic: 'simulated' }
  });
  const { id } = await callMethod(bitlab.handlers, 'experiments.run', { file });
  const ended = () => callMethod(bitlab.handlers, 'experiments.get', { id });
  await expect.poll(async () => (await ended()).status, { timeout: 120_000 }).toBe('finished');
  const labels = [9, 0, 3, 3, 1, 8];
  const drawn = [...drawSamples(Int32Array.from(labels), 3, file.data.draw!)];
  expect(drawn).not.toEqual([0, 1, 2]);
  for (const run of (await ended()).runs) {
    const { rows } = await callMethod(bitlab.handlers, 'runs.predictions', { id: run.id });
    expect(rows.map(({ sample, label }) => [sample, label])).toEqual(
      drawn.map((sample) => [sample, labels[sample]])
    );
    const details = await callMethod(bitlab.handlers, 'runs.get', { id: run.id });
    expect(details.draw).toEqual(file.data.draw);
    expect(details.log[0]!.text).toContain('3 samples, drawn by seed 8');
    expect(Object.keys(details.metrics)).toEqual(
      expect.arrayContaining(['top1', 'meanPerClass', 'crossEntropy', 'expectedCalibrationError'])
    );
    expect(await callMethod(bitlab.handlers, 'runs.replay', { id: run.id })).toMatchObject({ same: true });
  }
  // The same experiment on the first samples, or on others, is other runs.
  const { draw: _draw, ...first } = file.data;
  for (const data of [first, { ...file.data, draw: { seed: 9, stratified: false } }])
    expect(await callMethod(bitlab.handlers, 'experiments.plan', { file: { ...file, data } })).toMatchObject({
      known: 0
    });
  expect(await callMethod(bitlab.handlers, 'experiments.plan', { file })).toMatchObject({ known: 2 });
  expect(
    readdirSync(join(folder, 'notebook/cache')).filter((name) => name.endsWith('.pictures'))
  ).toHaveLength(1);
  expect(await callMethod(bitlab.handlers, 'notebook.verify', {})).toMatchObject({ sound: true });
  expect(existsSync(join(folder, 'notebook/cache'))).toBe(true);
}, 240_000);
