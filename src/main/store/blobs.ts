import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync
} from 'node:fs';
import { mkdir, open, readdir, readFile, rm, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BitlabError } from '../../contract/index.ts';
import type { Connection } from './connection.ts';

/** Bytes that are hashed and written between two breaths of the main process. */
const chunkBytes = 1 << 18;

/** A file that was received and hashed, but belongs to nothing yet. */
export interface ReceivedFile {
  readonly path: string;
  readonly hash: string;
  readonly bytes: number;
  /** Deletes it, unless it was kept. */
  discard(): Promise<void>;
}

/**
 * Large things, by the SHA-256 of their bytes: `blobs/ab/cd/abcd...`. A file is written under another name, synchronized
 * and renamed, so what stands under a hash is complete. Whoever refers to a blob is counted by triggers; what nobody
 * refers to is deleted by `sweep`.
 */
export class Blobs {
  readonly folder: string;
  readonly #temporary: string;
  readonly #connection: Connection;

  constructor(connection: Connection, folder: string) {
    this.#connection = connection;
    this.folder = folder;
    this.#temporary = join(folder, 'temporary');
  }

  /** Where a blob lies, whether or not it is there. */
  path(hash: string): string {
    return join(this.folder, hash.slice(0, 2), hash.slice(2, 4), hash);
  }

  /**
   * Copies a file, or bytes, into the notebook's temporary folder and hashes them on the way.
   * @param source a path, or bytes
   */
  async receive(source: string | Uint8Array): Promise<ReceivedFile> {
    await mkdir(this.#temporary, { recursive: true });
    const path = join(this.#temporary, randomUUID());
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      const file = await open(path, 'wx');
      try {
        const chunks =
          typeof source === 'string'
            ? createReadStream(source, { highWaterMark: chunkBytes })
            : pieces(source);
        for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
          hash.update(chunk);
          bytes += chunk.byteLength;
          await file.writeFile(chunk);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      return { path, hash: hash.digest('hex'), bytes, discard: () => rm(path, { force: true }) };
    } catch (thrown) {
      await rm(path, { force: true });
      throw thrown;
    }
  }

  /** A place in the notebook's temporary folder for a file that another process writes. */
  async reserve(): Promise<{ readonly path: string; received(hash: string, bytes: number): ReceivedFile }> {
    await mkdir(this.#temporary, { recursive: true });
    const path = join(this.#temporary, randomUUID());
    const discard = () => rm(path, { force: true });
    return { path, received: (hash, bytes) => ({ path, hash, bytes, discard }) };
  }

  /** Puts a received file under its hash. Call it in the transaction that adds what refers to it. */
  keep(file: ReceivedFile, at: string): void {
    const path = this.path(file.hash);
    if (!existsSync(path)) {
      mkdirSync(dirname(path), { recursive: true });
      renameSync(file.path, path);
      synchronizeFolder(dirname(path));
    }
    this.#connection
      .prepare('INSERT INTO blobs (hash, bytes, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run(file.hash, file.bytes, at);
  }

  /** The bytes of a small blob. Throws BLOB_MISSING. */
  async read(hash: string): Promise<Uint8Array> {
    try {
      return await readFile(this.path(hash));
    } catch (cause) {
      throw new BitlabError('BLOB_MISSING', { hash }, { cause });
    }
  }

  /** Bytes `offset` to `offset + length` of a blob. Throws BLOB_MISSING. */
  async readPart(hash: string, offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    try {
      const file = await open(this.path(hash), 'r');
      try {
        const { bytesRead } = await file.read(bytes, 0, length, offset);
        if (bytesRead < length) throw new Error(`only ${bytesRead} of ${length} bytes`);
      } finally {
        await file.close();
      }
    } catch (cause) {
      throw new BitlabError('BLOB_MISSING', { hash }, { cause });
    }
    return bytes;
  }

  /** Every blob that the notebook knows. */
  list(): { hash: string; bytes: number }[] {
    return this.#connection
      .prepare<[], { hash: string; bytes: number }>('SELECT hash, bytes FROM blobs ORDER BY hash')
      .all();
  }

  /** What is wrong with a blob's file, or null. */
  async problem(hash: string): Promise<string | null> {
    const actual = createHash('sha256');
    try {
      for await (const chunk of createReadStream(this.path(hash), { highWaterMark: chunkBytes })) {
        actual.update(chunk as Uint8Array);
      }
    } catch {
      return `The stored file ${hash} is missing.`;
    }
    return actual.digest('hex') === hash ? null : `The stored file ${hash} does not match its hash.`;
  }

  /** Deletes the blobs that nothing refers to, and files that no blob stands for. Returns how many files went. */
  async sweep(): Promise<number> {
    let removed = 0;
    for (const hash of await this.#hashesOnDisk()) {
      // Looked up and unlinked without a pause between, so that no import can begin to refer to it meanwhile.
      const row = this.#connection
        .prepare<[string], { reference_count: number }>('SELECT reference_count FROM blobs WHERE hash = ?')
        .get(hash);
      if (row !== undefined && row.reference_count > 0) continue;
      this.#connection.prepare('DELETE FROM blobs WHERE hash = ?').run(hash);
      const doomed = join(this.#temporary, randomUUID());
      renameSync(this.path(hash), doomed);
      await unlink(doomed);
      removed++;
    }
    return removed;
  }

  async #hashesOnDisk(): Promise<string[]> {
    await mkdir(this.#temporary, { recursive: true });
    const names = await readdir(this.folder, { recursive: true });
    return names.map((name) => basename(name)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  }
}

/** Deletes what an ended process left half-received. Only for who holds the notebook's lock. */
export function clearTemporary(blobsFolder: string): void {
  rmSync(join(blobsFolder, 'temporary'), { recursive: true, force: true });
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

/** Makes a rename last: the name is an entry of its folder. Windows has no such thing and needs none. */
function synchronizeFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
