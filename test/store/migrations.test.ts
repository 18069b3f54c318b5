import Database from 'better-sqlite3';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openNotebook, readMigrations } from '../../src/main/store/index.ts';
import { latestSchema } from '../../src/main/store/migrations.ts';
import {
  addDataset,
  addModel,
  addRun,
  clock,
  finishRun,
  migrations,
  temporaryFolder
} from './notebook-fixture.ts';

const next = (sql: string) => [...migrations, { name: '9999-next.sql', sql }];

async function notebookWithRows(): Promise<{ folder: string; run: string }> {
  const folder = temporaryFolder();
  const notebook = openNotebook(folder, { migrations, clock });
  const run = addRun(notebook, await addModel(notebook, 'small'), await addDataset(notebook, 'data'));
  await finishRun(notebook, run);
  notebook.close();
  return { folder, run };
}

test('a step changes a notebook with rows in it, after a sound backup', async () => {
  const { folder, run } = await notebookWithRows();
  const sql = `ALTER TABLE runs ADD COLUMN energy_picojoule REAL; UPDATE runs SET energy_picojoule = samples * 2.5;`;
  const notebook = openNotebook(folder, { migrations: next(sql), clock });
  expect(notebook.runTable.get(run)?.metrics).toEqual({ top1: 2 / 3, crossEntropy: 0.25 });
  expect((await notebook.verify()).problems).toEqual([]);
  notebook.close();

  const migrated = new Database(join(folder, 'notebook.sqlite'), { readonly: true });
  expect(migrated.prepare('SELECT energy_picojoule FROM runs').pluck().all()).toEqual([7.5]);
  expect(migrated.prepare('SELECT name FROM schema_migrations ORDER BY number').pluck().all()).toEqual(
    next('').map((step) => step.name)
  );
  migrated.close();

  const [backup, ...rest] = readdirSync(join(folder, 'backups'));
  expect(rest).toEqual([]);
  const copy = new Database(join(folder, 'backups', backup!), { readonly: true });
  expect(copy.pragma('user_version', { simple: true })).toBe(latestSchema(migrations));
  expect(copy.prepare('SELECT id FROM runs').pluck().all()).toEqual([run]);
  copy.close();
});

test('a step that fails is undone as a whole', async () => {
  const { folder, run } = await notebookWithRows();
  const broken = [
    `DELETE FROM metrics; INSERT INTO nowhere VALUES (1);`,
    `DELETE FROM metrics; PRAGMA defer_foreign_keys = ON; UPDATE runs SET model_id = 'none';`
  ];
  for (const sql of broken) {
    expect(() => openNotebook(folder, { migrations: next(sql), clock })).toThrow(
      expect.objectContaining({ code: 'NOTEBOOK_DAMAGED' })
    );
  }
  const notebook = openNotebook(folder, { migrations, clock });
  expect(notebook.runTable.get(run)?.metrics).toEqual({ top1: 2 / 3, crossEntropy: 0.25 });
  notebook.close();
});

test('nothing is migrated or backed up twice', async () => {
  const { folder } = await notebookWithRows();
  openNotebook(folder, { migrations, clock }).close();
  expect(readdirSync(folder)).not.toContain('backups');
});

test('misnumbered migrations are a mistake of the program', () => {
  const folder = join(temporaryFolder(), 'migrations');
  mkdirSync(folder);
  expect(() => readMigrations(folder)).toThrow(/none found/);
  writeFileSync(join(folder, '0003-c.sql'), '');
  expect(() => readMigrations(folder)).toThrow(/0003-c/);
  writeFileSync(join(folder, '0001-a.sql'), '');
  expect(readMigrations(folder).map(({ name }) => name)).toEqual(['0001-a.sql', '0003-c.sql']);
  writeFileSync(join(folder, '0003-d.sql'), '');
  expect(() => readMigrations(folder)).toThrow(/0003-d/);
});
