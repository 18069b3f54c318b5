import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import { makeFloatValue, makeNode, readModel, writeModel } from '../../src/main/graph/index.ts';
import type { Initializer, Model } from '../../src/main/graph/index.ts';
import { modelMessage, type WireModel } from '../../src/main/graph/onnx/schema.ts';
import { importModelFile } from '../../src/main/inference/import-model.ts';
import { inspectModel } from '../../src/main/inference/inspect-model.ts';
import { graphOf, weights } from '../graph/fixtures/small-graphs.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bitlab-import-'));
  mkdirSync(join(folder, 'inside/deep'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const weight = weights('w', [4, 6], 1);
const gemm = makeNode('Gemm', ['x', 'w'], ['y'], { transB: 1 }, 'fc');
const classifier = graphOf([gemm], [weight], ['batch', 6]);
const bytesOf = ({ data }: Initializer) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** The classifier with its weights in another file, described by such entries. */
function written(entries: Readonly<Record<string, string>>): string {
  const wire = modelMessage.decode(writeModel(classifier)) as unknown as WireModel;
  const [tensor] = wire.graph!.initializer;
  delete tensor!.rawData;
  tensor!.externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
  tensor!.dataLocation = 1;
  const path = join(folder, 'inside', 'model.onnx');
  writeFileSync(path, modelMessage.encode(wire).finish());
  return path;
}

const origin = () => ({ folder: join(folder, 'inside'), output: null, writeTo: join(folder, 'stored.onnx') });
const stored = (): Model => readModel(new Uint8Array(readFileSync(join(folder, 'stored.onnx'))), 'stored');

test.each([
  ['beside the model', 'weights.bin', { length: '96' }, 0],
  ['in a folder below', 'deep/weights.bin', {}, 0],
  ['in the middle of a file', 'weights.bin', { offset: '4096', length: '96' }, 4096]
])('weights %s come in, and one file is stored', async (_, location, place, offset) => {
  const path = written({ location, ...place });
  const file = new Uint8Array(offset + 96 + 8).fill(7);
  file.set(bytesOf(weight), offset);
  writeFileSync(join(folder, 'inside', location), file);
  const { model, rewritten, notes } = await importModelFile(path, 'model.onnx', origin());
  expect(model.graph.initializers.get('w')!.data).toEqual(weight.data);
  expect(rewritten).toBe(true);
  expect(notes).toEqual([`Its weights came from ${location}; the notebook keeps one file.`]);
  expect(stored()).toEqual(readModel(writeModel(classifier), 'model.onnx'));
});

test.each<[string, Record<string, string>, RegExp]>([
  ['no location', {}, /\(not named\).*not inside/],
  ['a file that is not there', { location: 'gone.bin' }, /gone\.bin.*not in the model's folder/],
  ['a folder', { location: 'deep' }, /no file/],
  ['an absolute path', { location: '/etc/passwd' }, /not inside/],
  ['a drive', { location: 'C:/weights.bin' }, /not inside/],
  ['a way up', { location: '../outside.bin' }, /not inside/],
  ['a way up further down', { location: 'deep/../../outside.bin' }, /not inside/],
  ['a way up in the manner of Windows', { location: '..\\outside.bin' }, /not inside/],
  ['a link that leads out', { location: 'link.bin' }, /not inside/],
  ['a linked folder', { location: 'linked/outside.bin' }, /not inside/],
  [
    'an offset beyond the end',
    { location: 'good.bin', offset: '8' },
    /has 96 bytes, and 96 are to be read from byte 8/
  ],
  ['a negative offset', { location: 'good.bin', offset: '-4' }, /offset -4/],
  ['an offset that is no number', { location: 'good.bin', offset: '1e3' }, /offset 1e3/],
  [
    'too few bytes',
    { location: 'good.bin', length: '92' },
    /92 bytes are to be read, and the shape needs 96/
  ],
  ['an endless length', { location: 'good.bin', length: '99999999999999999999' }, /the shape needs 96/]
])('%s is refused by name', async (_, entries, message) => {
  writeFileSync(join(folder, 'outside.bin'), bytesOf(weight));
  writeFileSync(join(folder, 'inside/good.bin'), bytesOf(weight));
  symlinkSync(join(folder, 'outside.bin'), join(folder, 'inside/link.bin'));
  symlinkSync(folder, join(folder, 'inside/linked'));
  const path = written(entries);
  const error = await importModelFile(path, 'model.onnx', origin()).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BitlabError);
  expect((error as BitlabError).code).toBe('MODEL_EXTERNAL_DATA');
  expect((error as BitlabError).message).toMatch(message);
});

test('a file that came alone says which other one is missing', async () => {
  const path = written({ location: 'weights.bin' });
  await expect(importModelFile(path, 'model.onnx', { ...origin(), folder: null })).rejects.toMatchObject({
    code: 'MODEL_EXTERNAL_DATA',
    details: { tensor: 'w', location: 'weights.bin', reason: 'only the .onnx file is at hand' }
  });
});

/** Two heads on a common layer, and an input that only the second reads. */
function twoHeads(): string {
  const model = graphOf(
    [
      gemm,
      makeNode('Gemm', ['y', 'v'], ['first']),
      makeNode('Relu', ['y'], ['r']),
      makeNode('Add', ['r', 'z'], ['second'])
    ],
    [weight, weights('v', [4, 3], 2)],
    ['batch', 6]
  );
  const outputs = [makeFloatValue('first', ['batch', 3]), makeFloatValue('second', ['batch', 4])];
  const inputs = [...model.graph.inputs, makeFloatValue('z', ['batch', 4])];
  const path = join(folder, 'heads.onnx');
  writeFileSync(path, writeModel({ ...model, graph: { ...model.graph, inputs, outputs } }));
  return path;
}

test('of several outputs the first counts, and the import says so', async () => {
  const inspected = await inspectModel(twoHeads(), 'heads.onnx', origin());
  expect(inspected).toMatchObject({ classes: 3, layerCount: 2, rewritten: true });
  expect(inspected.notes).toEqual(['Of its outputs first is used; second is left out.']);
  expect(stored().graph.outputs.map(({ name }) => name)).toEqual(['first']);
  expect(stored().graph.inputs.map(({ name }) => name)).toEqual(['x']);
});

test('another output may be chosen; one that needs two inputs is refused with their names', async () => {
  await expect(
    inspectModel(twoHeads(), 'heads.onnx', { ...origin(), output: 'second' })
  ).rejects.toMatchObject({
    code: 'MODEL_INPUT_UNSUPPORTED',
    details: { input: 'x, z', reason: 'the model has 2 inputs' }
  });
  await expect(
    inspectModel(twoHeads(), 'heads.onnx', { ...origin(), output: 'third' })
  ).rejects.toMatchObject({
    code: 'MODEL_OUTPUT_NOT_FOUND',
    details: { output: 'third', outputs: 'first, second' }
  });
});

test('a plain file is stored as it is', async () => {
  const path = join(folder, 'plain.onnx');
  writeFileSync(path, writeModel(classifier));
  expect(await inspectModel(path, 'plain.onnx', origin())).toMatchObject({ rewritten: false, notes: [] });
});
