import Database from 'better-sqlite3';
import { join } from 'node:path';
import { BitlabError } from '../../contract/index.ts';
import { sqliteCode } from './connection.ts';

/**
 * One process at a time has a notebook open. The lock is a write transaction, never committed, on the small SQLite file
 * `notebook.lock`: the operating system drops it when its process dies, however it dies, so there is no stale lock to
 * take over and no reused process number to mistake for the holder. The holder's number stands in the file for the message.
 * @returns releases the lock
 * @throws NOTEBOOK_IN_USE
 */
export function lockNotebook(folder: string, processNumber: number = process.pid): () => void {
  const lock = new Database(join(folder, 'notebook.lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (process INTEGER NOT NULL)');
    while (holder(lock) !== processNumber) {
      lock.exec('DELETE FROM holder');
      lock.prepare('INSERT INTO holder VALUES (?)').run(processNumber);
      // The number must be committed to be seen by others; whoever gets in between is found by looking again.
      lock.exec('COMMIT; BEGIN IMMEDIATE');
    }
  } catch (thrown) {
    const inUse = sqliteCode(thrown)?.startsWith('SQLITE_BUSY') ?? false;
    const process = inUse ? (holderOrNull(lock) ?? 'unknown') : 'unknown';
    lock.close();
    if (inUse) throw new BitlabError('NOTEBOOK_IN_USE', { process, folder });
    throw thrown;
  }
  return () => lock.close();
}

function holder(lock: Database.Database): number | null {
  return lock.prepare<[], { process: number }>('SELECT process FROM holder').get()?.process ?? null;
}

/** The holder's number, or null while the other process has not come so far as to write it. */
function holderOrNull(lock: Database.Database): number | null {
  try {
    return holder(lock);
  } catch {
    return null;
  }
}
