import type { Connection } from './connection.ts';

/** Numbers that came out of runs, by name and step; step 0 is the run's final value. */
export class Metrics {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Adds final values. What is not a finite number says nothing that can be stored and compared, and is left out. */
  insert(runId: string, metrics: Readonly<Record<string, number>>): void {
    const insert = this.#connection.prepare('INSERT INTO metrics (run_id, name, value) VALUES (?, ?, ?)');
    for (const [name, value] of Object.entries(metrics)) {
      if (Number.isFinite(value)) insert.run(runId, name, value);
    }
  }

  /** Every name that a run has had, in order. */
  names(): string[] {
    return this.#connection
      .prepare<[], { name: string }>('SELECT name FROM metric_names ORDER BY name')
      .all()
      .map((row) => row.name);
  }

  /** Final values of each of the runs, by name. */
  ofRuns(runIds: readonly string[]): Map<string, Record<string, number>> {
    const rows = this.#connection
      .prepare<[string]>(
        `SELECT run_id, name, value FROM metrics
         WHERE step = 0 AND run_id IN (SELECT value FROM json_each(?)) ORDER BY run_id`
      )
      .raw()
      .all(JSON.stringify(runIds)) as [string, string, number][];
    const found = new Map<string, Record<string, number>>();
    for (const [runId, name, value] of rows) {
      const metrics = found.get(runId);
      if (metrics === undefined) found.set(runId, { [name]: value });
      else metrics[name] = value;
    }
    return found;
  }
}
