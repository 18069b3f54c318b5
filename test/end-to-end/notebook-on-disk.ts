import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWithFork } from '../../src/main/hosts/open-with-fork.ts';

/** A folder of its own, and the function that removes it. */
export function temporaryFolder(name: string): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), `bitlab-${name}-`));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Makes a notebook with the sample models and data in it. */
export async function makeSampleNotebook(folder: string): Promise<void> {
  await (await openWithFork(folder, { samples: true })).close();
}

export function copyNotebook(from: string, to: string): string {
  cpSync(from, to, { recursive: true });
  return to;
}

/** Reads the tables beside whoever has the notebook open. */
function reading<T>(folder: string, read: (database: Database.Database) => T): T {
  const database = new Database(join(folder, 'notebook.sqlite'), { readonly: true, timeout: 5000 });
  try {
    return read(database);
  } finally {
    database.close();
  }
}

export interface RunRow {
  readonly id: string;
  readonly status: string;
  readonly model: string;
  readonly configuration_hash: string;
  readonly error: string | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly duration_seconds: number | null;
  readonly logits_hash: string | null;
  readonly predicted_hash: string | null;
  /** Metric -> value. */
  readonly metrics: string | null;
}

/** Every run as it stands in the file. */
export function runsOf(folder: string): RunRow[] {
  return reading(folder, (database) =>
    database
      .prepare<[], RunRow>(
        `SELECT runs.id, status, models.name AS model, configuration_hash, error, started_at, ended_at, duration_seconds,
           provenance.logits_hash, predictions.predicted_hash,
           (SELECT json_group_object(name, value) FROM (SELECT * FROM metrics WHERE run_id = runs.id ORDER BY name)) AS metrics
         FROM runs JOIN models ON models.id = runs.model_id LEFT JOIN provenance ON provenance.run_id = runs.id
           LEFT JOIN predictions ON predictions.run_id = runs.id ORDER BY runs.id`
      )
      .all()
  );
}

/**
 * Has SQLite itself write down every change of a run's status from now on, in the transaction that makes it, whichever
 * process that is: what was computed how often can be counted afterwards.
 */
export function recordTransitions(folder: string): void {
  const database = new Database(join(folder, 'notebook.sqlite'));
  database.exec(
    `CREATE TABLE transitions (position INTEGER PRIMARY KEY, run_id TEXT NOT NULL, status TEXT NOT NULL);
     CREATE TRIGGER run_added AFTER INSERT ON runs BEGIN
       INSERT INTO transitions (run_id, status) VALUES (NEW.id, NEW.status); END;
     CREATE TRIGGER run_moved AFTER UPDATE OF status ON runs WHEN NEW.status <> OLD.status BEGIN
       INSERT INTO transitions (run_id, status) VALUES (NEW.id, NEW.status); END;`
  );
  database.close();
}

/** For each run, the statuses that it went through. */
export function transitionsOf(folder: string): Map<string, string[]> {
  const rows = reading(folder, (database) =>
    database
      .prepare<[], { run_id: string; status: string }>('SELECT * FROM transitions ORDER BY position')
      .all()
  );
  const transitions = new Map<string, string[]>();
  for (const { run_id, status } of rows)
    transitions.set(run_id, [...(transitions.get(run_id) ?? []), status]);
  return transitions;
}

/** Every row of every table, and every file but the database's own, which change by being opened. */
export function contentsOf(folder: string): { tables: Record<string, unknown[]>; files: string[] } {
  const tables = reading(folder, (database) => {
    const names = database
      .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
      .all();
    return Object.fromEntries(
      names.map(({ name }) => [name, database.prepare(`SELECT * FROM "${name}"`).all()])
    );
  });
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/^notebook\.(lock|sqlite(-wal|-shm)?)$/.test(name))
    .filter((name) => statSync(join(folder, name)).isFile())
    .map(
      (name) =>
        `${name} ${createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex')}`
    )
    .sort();
  return { tables, files };
}

/** What lies in a folder that was given to a program for its temporary files. */
export function leftIn(folder: string): string[] {
  return readdirSync(folder);
}
