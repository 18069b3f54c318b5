import type { Connection } from './connection.ts';

export interface LogLine {
  readonly at: string;
  readonly text: string;
}

/** What was said while runs were computed. */
export class RunLogs {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(runId: string, lines: readonly LogLine[]): void {
    const insert = this.#connection.prepare(
      'INSERT INTO run_log (run_id, position, at, text) VALUES (?, ?, ?, ?)'
    );
    for (const [position, line] of lines.entries()) insert.run(runId, position, line.at, line.text);
  }

  ofRun(runId: string): LogLine[] {
    return this.#connection
      .prepare<[string], LogLine>('SELECT at, text FROM run_log WHERE run_id = ? ORDER BY position')
      .all(runId);
  }
}
