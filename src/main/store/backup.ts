import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { constants, createReadStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { BitlabError } from '../../contract/index.ts';
import type { Blobs } from './blobs.ts';
import { applicationId, type Connection } from './connection.ts';
import { lockNotebook } from './lock.ts';
import { latestSchema, schemaNumber, type Migration } from './migrations.ts';
import { databaseProblems } from './verify.ts';

/** Marks a file as a backup of a notebook: the letters BITB. */
export const backupApplicationId = 0x42495442;

const chunkBytes = 1 << 20;

/**
 * Copies the whole notebook, database and blobs, into one SQLite file: the tables as they are, and the table
 * `backup_chunks` with the blobs' bytes. Each blob's hash is checked on the way.
 * @throws FILE_NOT_ALLOWED, BLOB_MISSING, NOTEBOOK_DAMAGED; then no file is left
 */
export async function backUp(connection: Connection, blobs: Blobs, file: string): Promise<void> {
  const target = resolve(file);
  const unfinished = `${target}.unfinished`;
  await mkdir(dirname(target), { recursive: true });
  await rm(unfinished, { force: true });
  try {
    await connection.backup(unfinished);
    const copy = new Database(unfinished);
    try {
      copy.pragma('journal_mode = DELETE');
      const problems = await databaseProblems(copy);
      if (problems.length > 0) throw new BitlabError('NOTEBOOK_DAMAGED', { reason: problems[0]! });
      copy.exec(
        `CREATE TABLE backup_chunks (hash TEXT NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL,
           PRIMARY KEY (hash, position)) STRICT`
      );
      const hashes = copy.prepare<[], { hash: string }>('SELECT hash FROM blobs ORDER BY hash').all();
      for (const { hash } of hashes) await copyIntoChunks(copy, hash, blobs.path(hash));
      copy.pragma(`application_id = ${backupApplicationId}`);
    } finally {
      copy.close();
    }
    await rename(unfinished, target);
  } catch (thrown) {
    await rm(unfinished, { force: true });
    throw thrown;
  }
}

async function copyIntoChunks(copy: Connection, hash: string, path: string): Promise<void> {
  const insert = copy.prepare('INSERT INTO backup_chunks (hash, position, bytes) VALUES (?, ?, ?)');
  const actual = createHash('sha256');
  try {
    let position = 0;
    for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
      actual.update(chunk as Buffer);
      insert.run(hash, position++, chunk);
    }
  } catch (cause) {
    throw new BitlabError('BLOB_MISSING', { hash }, { cause });
  }
  if (actual.digest('hex') !== hash) throw new BitlabError('BLOB_MISSING', { hash });
}

/**
 * Makes a folder's notebook what it was at the backup. What stood there before is moved, whole, to `replaced-<time>`
 * within the folder, where it can still be opened. Nothing is moved before the restored notebook was found sound.
 * @param at the time that names the folder of what is replaced, ISO 8601
 * @returns the folder with what was replaced, or null where there was nothing
 * @throws FILE_NOT_FOUND, NOTEBOOK_FOREIGN, NOTEBOOK_NEWER, NOTEBOOK_DAMAGED, BLOB_MISSING, NOTEBOOK_IN_USE
 */
export async function restoreNotebook(
  file: string,
  folder: string,
  migrations: readonly Migration[],
  at: string
): Promise<string | null> {
  if (!existsSync(file)) throw new BitlabError('FILE_NOT_FOUND', { file });
  mkdirSync(folder, { recursive: true });
  const unlock = lockNotebook(folder);
  const building = join(folder, 'restoring');
  try {
    await rm(building, { recursive: true, force: true });
    await mkdir(building);
    await rebuild(file, building, folder, migrations);
    return swap(building, folder, at);
  } finally {
    await rm(building, { recursive: true, force: true });
    unlock();
  }
}

async function rebuild(
  file: string,
  building: string,
  folder: string,
  migrations: readonly Migration[]
): Promise<void> {
  const database = join(building, 'notebook.sqlite');
  await copyFile(file, database);
  const copy = openCopy(database, file);
  try {
    const found = schemaNumber(copy);
    const known = latestSchema(migrations);
    if (found > known) throw new BitlabError('NOTEBOOK_NEWER', { found, known });
    const problems = await databaseProblems(copy);
    if (problems.length > 0) throw new BitlabError('NOTEBOOK_DAMAGED', { reason: problems[0]! });
    const hasChunks = copy.pragma('application_id', { simple: true }) === backupApplicationId;
    const hashes = copy.prepare<[], { hash: string }>('SELECT hash FROM blobs ORDER BY hash').all();
    for (const { hash } of hashes) {
      const path = join(building, 'blobs', hash.slice(0, 2), hash.slice(2, 4), hash);
      await mkdir(dirname(path), { recursive: true });
      if (hasChunks) await writeFromChunks(copy, hash, path);
      else await copyBlob(join(folder, 'blobs', hash.slice(0, 2), hash.slice(2, 4), hash), hash, path);
    }
    if (hasChunks) {
      copy.exec('DROP TABLE backup_chunks');
      copy.exec('VACUUM');
      copy.pragma(`application_id = ${applicationId}`);
    }
  } finally {
    copy.close();
  }
}

function openCopy(database: string, file: string): Connection {
  const copy = new Database(database);
  try {
    const id = copy.pragma('application_id', { simple: true });
    if (id === applicationId || id === backupApplicationId) return copy;
  } catch {
    // Not a SQLite file: foreign as well.
  }
  copy.close();
  throw new BitlabError('NOTEBOOK_FOREIGN', { file });
}

async function writeFromChunks(copy: Connection, hash: string, path: string): Promise<void> {
  const select = copy.prepare<[string, number], { bytes: Buffer }>(
    'SELECT bytes FROM backup_chunks WHERE hash = ? AND position = ?'
  );
  const actual = createHash('sha256');
  const target = await open(path, 'wx');
  try {
    for (let position = 0; ; position++) {
      const chunk = select.get(hash, position);
      if (chunk === undefined) break;
      actual.update(chunk.bytes);
      await target.writeFile(chunk.bytes);
    }
    await target.sync();
  } finally {
    await target.close();
  }
  if (actual.digest('hex') !== hash) throw new BitlabError('BLOB_MISSING', { hash });
  await setImmediate();
}

/** For a plain copy of a database, such as the one made before a migration: its blobs are still in the folder. */
async function copyBlob(from: string, hash: string, path: string): Promise<void> {
  try {
    await copyFile(from, path, constants.COPYFILE_FICLONE);
  } catch (cause) {
    throw new BitlabError('BLOB_MISSING', { hash }, { cause });
  }
}

function swap(building: string, folder: string, at: string): string | null {
  const replaced = join(folder, `replaced-${at.replaceAll(':', '-')}`);
  const parts = ['notebook.sqlite', 'notebook.sqlite-wal', 'notebook.sqlite-shm', 'blobs'];
  const present = parts.filter((part) => existsSync(join(folder, part)));
  if (present.length > 0) mkdirSync(replaced);
  for (const part of present) renameSync(join(folder, part), join(replaced, part));
  renameSync(join(building, 'notebook.sqlite'), join(folder, 'notebook.sqlite'));
  if (existsSync(join(building, 'blobs'))) renameSync(join(building, 'blobs'), join(folder, 'blobs'));
  rmSync(building, { recursive: true, force: true });
  return present.length > 0 ? replaced : null;
}
