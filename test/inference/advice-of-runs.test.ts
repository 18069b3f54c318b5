import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { adviceOn, Configuration } from '../../src/contract/index.ts';
import { RunComputation } from '../../src/main/inference/compute-run.ts';
import type { DatasetFile, SampleSource } from '../../src/main/inference/run-job.ts';
import { makeFloatValue, makeModel, makeNode, writeModel } from '../../src/main/graph/index.ts';
import { noise } from '../graph/fixtures/run-model.ts';
import { conv, weights } from '../graph/fixtures/small-graphs.ts';

/* Each rule of the advice, on runs of a small network that are really computed. */
const folder = mkdtempSync(join(tmpdir(), 'bitlab-advice-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pictures = noise([200, 3, 8, 8], 5).data;
const source: SampleSource = {
  samples: 200,
  shape: [3, 8, 8],
  labels: Int32Array.from({ length: 200 }, (_, i) => i % 4),
  classes: 4,
  batch: async (offset, count) => pictures.slice(offset * 192, (offset + count) * 192)
};
const file: DatasetFile = {
  name: 'noise',
  path: '',
  hash: '0'.repeat(64),
  format: 'npz',
  preprocessing: { scale: 1, mean: [0], std: [1] }
};

/** A classifier with 64 channels, of whose first weights so many are larger by a factor. */
function classifier(larger: number, times: number): Uint8Array {
  const first = weights('first.weight', [64, 3, 3, 3], 1);
  const data = (first.data as Float32Array).map((value, i) => (i < larger ? value * times : value));
  return writeModel(
    makeModel({
      nodes: [
        conv('x', 'first', 'h'),
        makeNode('Relu', ['h'], ['m'], {}, 'relu'),
        makeNode('GlobalAveragePool', ['m'], ['p'], {}, 'pool'),
        makeNode('Flatten', ['p'], ['f'], {}, 'flatten'),
        makeNode('Gemm', ['f', 'last.weight'], ['y'], {}, 'last')
      ],
      initializers: [{ ...first, data }, weights('first.bias', [64], 2), weights('last.weight', [64, 4], 3)],
      inputs: [makeFloatValue('x', ['batch', 3, 8, 8])],
      outputs: [makeFloatValue('y', ['batch', 4])]
    })
  );
}

async function adviceOf(bytes: Uint8Array, configuration: object, calibrationSamples = 200) {
  const path = join(folder, 'model.onnx');
  writeFileSync(path, bytes);
  const hash = createHash('sha256').update(bytes).digest('hex');
  const parsed = Configuration.parse(configuration);
  const { layers } = await new RunComputation(async () => source).compute(
    {
      runId: 'advice',
      model: { name: 'small', path, hash },
      evaluate: file,
      samples: 20,
      calibrate: file,
      calibrationSamples,
      configuration: parsed,
      threads: 1
    },
    () => {},
    new AbortController().signal
  );
  return adviceOn(parsed, calibrationSamples, layers);
}

const sound = { weights: { bits: 4 }, activations: { bits: 4 } };

const plain = classifier(0, 1);

test('a sound run is left in peace', async () => {
  expect(await adviceOf(plain, sound)).toEqual([]);
});

test('a channel that sets the scale of all others', async () => {
  const unequal = classifier(27, 30);
  const tensor = { bits: 8, granularity: 'tensor' };
  const [note] = await adviceOf(unequal, { ...sound, weights: tensor });
  expect(note).toMatchObject({
    kind: 'one-scale',
    layers: ['first'],
    setting: { path: 'weights.granularity', value: 'channel' }
  });
  expect(await adviceOf(unequal, { ...sound, weights: { bits: 8 } })).toEqual([]);
});

test('one weight that leaves the others next to no levels', async () => {
  const outlier = classifier(1, 100);
  const tensor = { bits: 4, granularity: 'tensor' };
  const notes = await adviceOf(outlier, { ...sound, weights: tensor });
  expect(notes).toMatchObject([
    { kind: 'unused-levels', layers: ['first'], setting: { path: 'weights.range', value: 'mse' } },
    { kind: 'one-scale', layers: ['first'] }
  ]);
});

test('ranges so wide that less than half of the levels have a value', async () => {
  const symmetric = { bits: 8, scheme: 'symmetric', storage: 'signed' };
  const notes = await adviceOf(plain, { ...sound, activations: symmetric });
  expect(notes).toMatchObject([{ kind: 'unused-levels', layers: ['first'], setting: { value: 'auto' } }]);
  expect(await adviceOf(plain, { ...sound, activations: { ...symmetric, storage: 'auto' } })).toEqual([]);
});

test('an observer that optimizes for more levels than there are', async () => {
  const notes = await adviceOf(plain, { ...sound, activations: { bits: 4, destinationLevels: 256 } });
  expect(notes).toMatchObject([
    { kind: 'levels-of-observer', setting: { path: 'activations.destinationLevels', value: 'auto' } }
  ]);
});

test('too few samples for ranges', async () => {
  expect(await adviceOf(plain, sound, 64)).toMatchObject([{ kind: 'few-samples' }]);
});
