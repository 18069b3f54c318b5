import type { Measurement } from '../../contract/index.ts';
import type { Connection } from './connection.ts';

interface MeasurementRow {
  id: string;
  name: string;
  hash: string;
  file_name: string;
  bytes: number;
  kind: Measurement['kind'];
  row_count: number;
  column_count: number;
  created_at: string;
}

/** Imported tables of measurements. Those in the trash are found by identifier, and by the runs that use them. */
export class Measurements {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  list(): Measurement[] {
    return this.#select('trashed_at IS NULL ORDER BY id');
  }

  get(id: string): Measurement | null {
    return this.#select('id = ?', id)[0] ?? null;
  }

  byName(name: string): Measurement | null {
    return this.#select('name = ? AND trashed_at IS NULL', name)[0] ?? null;
  }

  byHash(hash: string): Measurement | null {
    return this.#select('hash = ? AND trashed_at IS NULL', hash)[0] ?? null;
  }

  names(): string[] {
    return this.list().map(({ name }) => name);
  }

  /** What a run is computed with, in the trash or not. */
  ofRun(runId: string): Measurement[] {
    return this.#select(
      'id IN (SELECT measurement_id FROM run_measurements WHERE run_id = ?) ORDER BY hash',
      runId
    );
  }

  /** Runs that use the measurement and are not in the trash. */
  runCount(id: string): number {
    return this.#connection
      .prepare<[string], { n: number }>(
        `SELECT count(*) AS n FROM run_measurements JOIN runs ON runs.id = run_id
         WHERE measurement_id = ? AND trashed_at IS NULL`
      )
      .get(id)!.n;
  }

  /** Adds a measurement whose blob was kept in the same transaction. */
  insert(measurement: Measurement): void {
    this.#connection
      .prepare(
        `INSERT INTO measurements (id, name, hash, file_name, bytes, kind, row_count, column_count, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
      )
      .run(
        measurement.id,
        measurement.name,
        measurement.hash,
        measurement.fileName,
        measurement.bytes,
        measurement.kind,
        measurement.rows,
        measurement.columns,
        measurement.createdAt
      );
  }

  /** Says that a run is computed with these measurements. */
  use(runId: string, measurementIds: readonly string[]): void {
    const insert = this.#connection.prepare(
      'INSERT INTO run_measurements (run_id, measurement_id) VALUES (?, ?) ON CONFLICT DO NOTHING'
    );
    for (const id of measurementIds) insert.run(runId, id);
  }

  #select(condition: string, ...parameters: string[]): Measurement[] {
    return this.#connection
      .prepare<string[], MeasurementRow>(`SELECT * FROM measurements WHERE ${condition}`)
      .all(...parameters)
      .map(measurementOf);
  }
}

function measurementOf(row: MeasurementRow): Measurement {
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    fileName: row.file_name,
    bytes: row.bytes,
    kind: row.kind,
    rows: row.row_count,
    columns: row.column_count,
    createdAt: row.created_at
  };
}
