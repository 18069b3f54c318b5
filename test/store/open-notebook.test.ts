import Database from 'better-sqlite3';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { latestSchema } from '../../src/main/store/migrations.ts';
import { openNotebook } from '../../src/main/store/index.ts';
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

const open = (folder: string) => openNotebook(folder, { migrations, clock });

test('a new notebook is made with its folder, in write-ahead mode, marked and numbered', () => {
  const folder = join(temporaryFolder(), 'a', 'notebook');
  const notebook = temporaryNotebook(folder);
  expect(notebook.folder).toBe(folder);
  const other = new Database(join(folder, 'notebook.sqlite'), { readonly: true });
  expect(other.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(other.pragma('application_id', { simple: true })).toBe(0x4249544c);
  expect(other.pragma('user_version', { simple: true })).toBe(latestSchema(migrations));
  const loose = other
    .prepare(
      `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'`
    )
    .all();
  expect(loose).toEqual([]);
  other.close();
});

test('what was stored is there after closing and opening again', async () => {
  const folder = temporaryFolder();
  const first = open(folder);
  const model = await addModel(first, 'small');
  first.settings.set('theme', 'dark');
  first.close();
  const second = temporaryNotebook(folder);
  expect(second.models.get(model)?.name).toBe('small');
  expect(second.models.get(model)?.tags).toEqual({ loss: 'small' });
  expect(second.settings.get('theme')).toBe('dark');
});

test('a second opening is refused with the number of the process that has it', () => {
  const folder = temporaryFolder();
  temporaryNotebook(folder);
  expect(() => open(folder)).toThrow(
    expect.objectContaining({ code: 'NOTEBOOK_IN_USE', details: { process: process.pid, folder } })
  );
});

test('files that are no notebook are refused and left as they are', () => {
  const text = temporaryFolder();
  writeFileSync(join(text, 'notebook.sqlite'), 'a letter to my aunt');
  expect(() => open(text)).toThrow(expect.objectContaining({ code: 'NOTEBOOK_FOREIGN' }));
  expect(readFileSync(join(text, 'notebook.sqlite'), 'utf8')).toBe('a letter to my aunt');
  expect(readdirSync(text)).toEqual(['notebook.sqlite']);

  for (const id of [0, 1234]) {
    const folder = temporaryFolder();
    const foreign = new Database(join(folder, 'notebook.sqlite'));
    foreign.exec('CREATE TABLE recipes (name TEXT)');
    foreign.pragma(`application_id = ${id}`);
    foreign.close();
    const before = readFileSync(join(folder, 'notebook.sqlite'));
    expect(() => open(folder)).toThrow(expect.objectContaining({ code: 'NOTEBOOK_FOREIGN' }));
    expect(readFileSync(join(folder, 'notebook.sqlite'))).toEqual(before);
    expect(readdirSync(folder)).toEqual(['notebook.sqlite']);
  }
});

test('a notebook of a newer program is refused and left as it is', () => {
  const folder = temporaryFolder();
  open(folder).close();
  const future = new Database(join(folder, 'notebook.sqlite'));
  future.pragma('journal_mode = DELETE');
  future.pragma('user_version = 99');
  future.close();
  const before = readFileSync(join(folder, 'notebook.sqlite'));
  expect(() => open(folder)).toThrow(
    expect.objectContaining({
      code: 'NOTEBOOK_NEWER',
      details: { found: 99, known: latestSchema(migrations) }
    })
  );
  expect(readFileSync(join(folder, 'notebook.sqlite'))).toEqual(before);
});

test('a folder that cannot be one is refused', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(() => open(file)).toThrow(expect.objectContaining({ code: 'NOTEBOOK_FOLDER' }));
  expect(() => open(join(file, 'below'))).toThrow(expect.objectContaining({ code: 'NOTEBOOK_FOLDER' }));
});

test('an empty file, as a process leaves that ended while it began, becomes a notebook', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'notebook.sqlite'), '');
  expect(temporaryNotebook(folder).models.list()).toEqual([]);
});

test('what stood as running or queued is interrupted; what was finished stays', async () => {
  const folder = temporaryFolder();
  const first = open(folder);
  const model = await addModel(first, 'small');
  const data = await addDataset(first, 'data');
  const ids = [2, 3, 4].map((bits) => addRun(first, model, data, { weights: { bits } as never }));
  first.runs.started(ids[0]!, at);
  await finishRun(first, ids[0]!);
  first.runs.started(ids[1]!, at);
  mkdirSync(join(folder, 'blobs', 'temporary'), { recursive: true });
  writeFileSync(join(folder, 'blobs', 'temporary', 'half'), 'received');
  first.close();

  const second = temporaryNotebook(folder);
  expect(ids.map((id) => second.runs.get(id)?.status)).toEqual(['finished', 'interrupted', 'interrupted']);
  expect(existsSync(join(folder, 'blobs', 'temporary', 'half'))).toBe(false);
});
