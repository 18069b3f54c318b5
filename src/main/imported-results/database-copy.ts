import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BitlabError } from '../../contract/index.ts';

/** What SQLite may keep beside a database that was not closed, and needs in order to read it. */
const companions = ['-wal', '-journal'];
const attempts = 3;

/**
 * Lets `work` read a copy of a SQLite file, with the log or journal beside it, in a folder of its own that is removed afterwards: so
 * SQLite can finish what another program left unfinished, and the file itself is never changed or locked.
 * @param path the file; @param file its name, for messages
 * @throws BitlabError RESULTS_BEING_WRITTEN where it changed each time it was copied
 */
export async function withDatabaseCopy<T>(
  path: string,
  file: string,
  work: (copy: string, fileHash: string) => T
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bitlab-results-'));
  try {
    const copy = join(folder, 'copy.db');
    for (let attempt = 0; attempt < attempts; attempt++) {
      const before = await state(path);
      const fileHash = await copied(path, copy);
      for (const companion of companions) {
        await rm(copy + companion, { force: true });
        if ((await stat(path + companion).catch(() => null)) === null) continue;
        await copied(path + companion, copy + companion);
      }
      if ((await state(path)) === before) return work(copy, fileHash);
    }
    throw new BitlabError('RESULTS_BEING_WRITTEN', { file });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Sizes and times of the file and its companions: equal while nobody writes. */
async function state(path: string): Promise<string> {
  const found = await Promise.all(
    ['', ...companions].map((companion) => stat(path + companion).catch(() => null))
  );
  return found.map((each) => (each === null ? 'none' : `${each.size} ${each.mtimeMs}`)).join(', ');
}

/** Copies a file and returns its SHA-256. */
async function copied(from: string, to: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(
    createReadStream(from),
    async function* (chunks) {
      for await (const chunk of chunks) {
        hash.update(chunk as Buffer);
        yield chunk as Buffer;
      }
    },
    createWriteStream(to)
  );
  return hash.digest('hex');
}
