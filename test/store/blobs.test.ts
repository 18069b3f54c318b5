import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  addDataset,
  addModel,
  addRun,
  at,
  finishRun,
  temporaryFolder,
  temporaryNotebook
} from './notebook-fixture.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const filesUnder = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
        statSync(join(folder, name)).isFile()
      )
    : [];

test('a file is received with its hash, whatever its length', async () => {
  const notebook = temporaryNotebook();
  const folder = temporaryFolder();
  for (const length of [0, 1, (1 << 20) - 1, (1 << 20) + 1, 3_000_001]) {
    const bytes = randomBytes(length);
    writeFileSync(join(folder, 'file'), bytes);
    for (const source of [bytes, join(folder, 'file')]) {
      const file = await notebook.blobs.receive(source);
      expect(file).toMatchObject({ hash: sha256(bytes), bytes: length });
      expect(sha256(readFileSync(file.path))).toBe(file.hash);
      await file.discard();
    }
  }
  expect(filesUnder(notebook.blobs.folder)).toEqual([]);
});

test('a file that cannot be read leaves nothing behind', async () => {
  const notebook = temporaryNotebook();
  await expect(notebook.blobs.receive(join(notebook.folder, 'none'))).rejects.toThrow(/ENOENT/);
  await expect(notebook.blobs.receive(notebook.folder)).rejects.toThrow(/EISDIR/);
  expect(filesUnder(notebook.blobs.folder)).toEqual([]);
});

test('equal files share one blob, which goes with the last that refers to it', async () => {
  const notebook = temporaryNotebook();
  const a = await addModel(notebook, 'a', 'same');
  const b = await addModel(notebook, 'b', 'same');
  const hash = sha256(Buffer.from('same'));
  expect(notebook.blobs.list()).toEqual([{ hash, bytes: 4 }]);
  expect(notebook.blobs.path(hash)).toBe(
    join(notebook.blobs.folder, hash.slice(0, 2), hash.slice(2, 4), hash)
  );

  notebook.transaction(() => notebook.trash.removeModel(a, at));
  expect(await notebook.blobs.sweep()).toBe(0);
  expect(Buffer.from(await notebook.blobs.read(hash)).toString()).toBe('same');
  notebook.transaction(() => notebook.trash.removeModel(b, at));
  expect(await notebook.blobs.sweep()).toBe(1);
  expect(notebook.blobs.list()).toEqual([]);
  await expect(notebook.blobs.read(hash)).rejects.toMatchObject({ code: 'BLOB_MISSING' });
});

test('a blob that no row knows, as a rolled back transaction leaves it, is swept', async () => {
  const notebook = temporaryNotebook();
  await addModel(notebook, 'kept');
  const file = await notebook.blobs.receive(Buffer.from('lost'));
  expect(() =>
    notebook.transaction(() => {
      notebook.blobs.keep(file, at);
      throw new Error('no');
    })
  ).toThrow('no');
  expect(filesUnder(notebook.blobs.folder)).toHaveLength(2);
  expect(await notebook.blobs.sweep()).toBe(1);
  expect(filesUnder(notebook.blobs.folder)).toHaveLength(1);
});

test('verify finds damaged and missing files, and nothing else', async () => {
  const notebook = temporaryNotebook();
  const model = await addModel(notebook, 'small');
  const data = await addDataset(notebook, 'data');
  const run = addRun(notebook, model, data);
  await finishRun(notebook, run);
  expect(await notebook.verify()).toEqual({ sound: true, blobs: 5, problems: [] });
  const { hash } = notebook.models.get(model)!;
  writeFileSync(notebook.blobs.path(hash), 'smalL');
  expect(await notebook.verify()).toEqual({
    sound: false,
    blobs: 5,
    problems: [`The stored file ${hash} does not match its hash.`]
  });
});

test('predictions come back as they were, whole and by sample', async () => {
  const notebook = temporaryNotebook();
  const run = addRun(notebook, await addModel(notebook, 'm'), await addDataset(notebook, 'd'));
  await finishRun(notebook, run, 3.5);
  const stored = notebook.predictions.ofRun(run)!;
  expect(stored).toMatchObject({ samples: 3, classes: 2 });
  expect(await notebook.predictions.logits(stored)).toEqual(Float32Array.of(0, 3.5, 0, 3.5, 0, -3.5));
  expect(await notebook.predictions.logitsOf(stored, 2)).toEqual(Float32Array.of(0, -3.5));
  expect(await notebook.predictions.predicted(stored)).toEqual(Int32Array.of(1, 1, 0));
  expect(await notebook.predictions.labels(stored)).toEqual(Int32Array.of(1, 1, 1));
  const bytes = await notebook.blobs.read(stored.logitsHash);
  expect([...bytes.subarray(4, 8)]).toEqual([0x00, 0x00, 0x60, 0x40]);
});
