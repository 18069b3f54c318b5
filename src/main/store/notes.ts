import type { Connection } from './connection.ts';

/** A note for each run, in Markdown. */
export class Notes {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** An empty text removes the note. */
  set(runId: string, text: string, at: string): void {
    if (text === '') {
      this.#connection.prepare('DELETE FROM notes WHERE run_id = ?').run(runId);
      return;
    }
    this.#connection
      .prepare(
        `INSERT INTO notes (run_id, text, changed_at) VALUES (?, ?, ?)
         ON CONFLICT (run_id) DO UPDATE SET text = excluded.text, changed_at = excluded.changed_at`
      )
      .run(runId, text, at);
  }

  ofRun(runId: string): string {
    const row = this.#connection
      .prepare<[string], { text: string }>('SELECT text FROM notes WHERE run_id = ?')
      .get(runId);
    return row?.text ?? '';
  }
}
