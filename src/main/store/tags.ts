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
    const insert = this.#connection.prepare('INSERT OR IGNORE INTO tags (run_id, tag) VALUES (?, ?)');
    for (const tag of tags) insert.run(runId, tag);
  }
}
