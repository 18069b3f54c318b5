import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openNotebook, restoreNotebook } from '../../src/main/store/index.ts';
import {
  addDataset,
  addModel,
  addRun,
  at,
  clock,
  finishRun,
  migrations,
  temporaryFolder,
  temporaryNotebook
} from './notebook-fixture.ts';

async function backedUp() {
  const notebook = temporaryNotebook();
  const model = await addModel(notebook, 'm', 'x'.repeat(2_500_000));
  const run = addRun(notebook, model, await addDataset(notebook, 'd'));
  await finishRun(notebook, run);
  const file = join(temporaryFolder(), 'notebook.backup');
  await notebook.backup(file);
  return { notebook, model, run, file };
}

test('a backup is one file from which the notebook comes back in another folder', async () => {
  const { run, model, file } = await backedUp();
  const folder = temporaryFolder();
  expect(await restoreNotebook(file, folder, migrations, at)).toBeNull();
  const notebook = temporaryNotebook(folder);
  expect(await notebook.verify()).toEqual({ sound: true, blobs: 5, problems: [] });
  expect(notebook.runTable.get(run)?.top1?.value).toBe(2 / 3);
  const { hash } = notebook.models.get(model)!;
  expect((await notebook.blobs.read(hash)).byteLength).toBe(2_500_000);
  expect(readdirSync(folder).sort()).toEqual([
    'blobs',
    'notebook.lock',
    'notebook.sqlite',
    'notebook.sqlite-shm',
    'notebook.sqlite-wal'
  ]);
});

test('restoring moves what was there aside, as a notebook that still opens', async () => {
  const { notebook, run, file } = await backedUp();
  notebook.trash.removeRuns([run], at);
  notebook.trash.empty();
  await addModel(notebook, 'newer');
  notebook.close();
  const replaced = await restoreNotebook(file, notebook.folder, migrations, at);
  expect(temporaryNotebook(notebook.folder).runTable.list({})).toHaveLength(1);
  const old = temporaryNotebook(replaced!);
  expect(old.models.names().sort()).toEqual(['m', 'newer']);
  expect(old.runTable.list({})).toEqual([]);
});

test('a damaged or foreign backup changes nothing', async () => {
  const { notebook, model, file } = await backedUp();
  const { hash } = notebook.models.get(model)!;
  const bytes = readFileSync(file);
  const inModel = bytes.lastIndexOf('x'.repeat(1000));
  bytes[inModel + 500] = 0;
  const damaged = join(temporaryFolder(), 'damaged');
  writeFileSync(damaged, bytes);
  const foreign = join(temporaryFolder(), 'foreign');
  writeFileSync(foreign, 'a letter'.repeat(1000));
  const folder = temporaryFolder();
  openNotebook(folder, { migrations, clock }).close();
  const before = readdirSync(folder).sort();

  const restore = (from: string) => restoreNotebook(from, folder, migrations, at);
  await expect(restore(damaged)).rejects.toMatchObject({ code: 'BLOB_MISSING', details: { hash } });
  await expect(restore(foreign)).rejects.toMatchObject({ code: 'NOTEBOOK_FOREIGN' });
  await expect(restore(join(folder, 'none'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  expect(readdirSync(folder).sort()).toEqual(before);
  await expect(restoreNotebook(file, notebook.folder, migrations, at)).rejects.toMatchObject({
    code: 'NOTEBOOK_IN_USE'
  });
});

test('a backup of a notebook with a damaged blob fails and leaves no file', async () => {
  const notebook = temporaryNotebook();
  const model = await addModel(notebook, 'm');
  writeFileSync(notebook.blobs.path(notebook.models.get(model)!.hash), 'M');
  const folder = temporaryFolder();
  await expect(notebook.backup(join(folder, 'backup'))).rejects.toMatchObject({ code: 'BLOB_MISSING' });
  expect(existsSync(join(folder, 'backup'))).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});
