import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { BitlabError } from '../../../contract/index.ts';

/** Files that a browser sent, in a folder that only this user can read, until they are imported or the host closes. */
export class Uploads {
  readonly #folder = mkdtempSync(join(tmpdir(), 'bitlab-uploads-'));
  readonly #known = new Set<string>();
  readonly #limitBytes: number;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /**
   * Stores a file and returns its identifier. An upload that fails leaves nothing behind.
   * @throws BitlabError UPLOAD_TOO_LARGE
   */
  async receive(bytes: Readable, fileName: string): Promise<string> {
    const id = randomUUID();
    const path = join(this.#folder, id);
    const limit = this.#limitBytes;
    let received = 0;
    try {
      // Systems empty their temporary folder now and then, also while a notebook is open.
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const file = await open(path, 'wx', 0o600);
      try {
        // The request must outlive a refusal, which is sent over the same connection.
        for await (const chunk of bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
          received += chunk.length;
          if (received > limit) throw new BitlabError('UPLOAD_TOO_LARGE', { file: fileName, limit });
          await file.writeFile(chunk);
        }
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    this.#known.add(id);
    return id;
  }

  /**
   * Where an uploaded file lies.
   * @throws BitlabError UPLOAD_NOT_FOUND
   */
  path(id: string, fileName: string): string {
    if (!this.#known.has(id)) throw new BitlabError('UPLOAD_NOT_FOUND', { file: fileName });
    return join(this.#folder, id);
  }

  async remove(id: string): Promise<void> {
    if (this.#known.delete(id)) await rm(join(this.#folder, id), { force: true });
  }

  async close(): Promise<void> {
    this.#known.clear();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
