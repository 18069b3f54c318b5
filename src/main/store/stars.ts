import type { Connection } from './connection.ts';

/** Runs that someone marked as worth finding again. */
export class Stars {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  set(runId: string, starred: boolean, at: string): void {
    if (starred) {
      this.#connection
        .prepare('INSERT OR IGNORE INTO stars (run_id, starred_at) VALUES (?, ?)')
        .run(runId, at);
    } else {
      this.#connection.prepare('DELETE FROM stars WHERE run_id = ?').run(runId);
    }
  }
}
