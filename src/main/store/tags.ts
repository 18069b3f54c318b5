import type { Connection } from './connection.ts';

/** Tags of runs. */
export class Tags {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Makes exactly these the run's tags. */
  set(runId: string, tags: readonly string[]): void {
    this.#connection.prepare('DELETE FROM tags WHERE run_id = ?').run(runId);
    this.add(runId, tags);
  }

  add(runId: string, tags: readonly string[]): void {
    const insert = this.#connection.prepare('INSERT OR IGNORE INTO tags (run_id, tag) VALUES (?, ?)');
    for (const tag of tags) insert.run(runId, tag);
  }

  remove(runId: string, tags: readonly string[]): void {
    const remove = this.#connection.prepare('DELETE FROM tags WHERE run_id = ? AND tag = ?');
    for (const tag of tags) remove.run(runId, tag);
  }

  /** Every tag in use, in order. */
  names(): string[] {
    return this.#connection
      .prepare<[], { tag: string }>('SELECT DISTINCT tag FROM tags ORDER BY tag COLLATE NOCASE')
      .all()
      .map((row) => row.tag);
  }
}
