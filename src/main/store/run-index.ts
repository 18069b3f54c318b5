import { createHash } from 'node:crypto';
import { canonicalJson, importedSettings, settingsOf } from '../../contract/index.ts';
import type { Connection } from './connection.ts';

type ImportedSettings = Readonly<Record<string, string | number>>;

interface IndexedRun {
  readonly id: string;
  readonly configuration: string;
}

/** Runs that are put into the index in one go when a notebook is opened that has some without it. */
const chunk = 500;

/**
 * The rows and columns by which runs are filtered, sorted and grouped; migrations/0008-run-rows.sql says what they are.
 * Triggers keep them in step with what runs and metrics become; this adds what a new run brings.
 */
export class RunIndex {
  readonly #connection: Connection;
  /** A schema from before the index is only ever opened to be seen migrated. */
  readonly #present: boolean;
  #statements: ReturnType<typeof statementsOf> | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#present =
      connection.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'run_rows'`).get() !== undefined;
  }

  /** Adds a run that is in the table `runs`, with the metrics that it has already. */
  add(id: string, configuration: string): void {
    if (!this.#present) return;
    const { seed: _seed, ...rest } = JSON.parse(configuration) as Record<string, unknown>;
    // What the configuration of a float run says of quantizers decides nothing.
    const settings = rest['arithmetic'] === 'float' ? { arithmetic: 'float' } : rest;
    const treatment = this.#treatment(rest, settings);
    this.#connection
      .prepare(
        `INSERT INTO run_rows (run_id, imported, treatment, model_id, dataset_id, samples, calibration_dataset_id,
           calibration_samples, arithmetic, seed, status, created_at, started_at, ended_at, duration_seconds, trashed)
         SELECT id, 0, ?, model_id, dataset_id, samples, calibration_dataset_id, calibration_samples, arithmetic, seed,
           status, created_at, started_at, ended_at, duration_seconds, trashed_at IS NOT NULL
         FROM runs WHERE id = ?`
      )
      .run(treatment, id);
    this.#connection
      .prepare(
        `INSERT INTO metric_columns (metric, run, value)
         SELECT metric_names.number, run_rows.number, metrics.value FROM metrics
         JOIN metric_names ON metric_names.name = metrics.name
         JOIN run_rows ON run_rows.run_id = metrics.run_id
         WHERE metrics.run_id = ? AND metrics.step = 0`
      )
      .run(id);
  }

  /** Adds a run of the table `imported_runs`. Its metrics enter their columns by themselves. */
  addImported(id: string, settings: ImportedSettings): void {
    this.#connection
      .prepare(
        `INSERT INTO run_rows (run_id, imported, treatment, seed, status, created_at, started_at, ended_at,
           duration_seconds, trashed)
         SELECT id, 1, ?, seed, status, created_at, started_at, ended_at, duration_seconds, trashed_at IS NOT NULL
         FROM imported_runs WHERE id = ?`
      )
      .run(this.#importedTreatment(settings), id);
  }

  setImportedSettings(id: string, settings: ImportedSettings): void {
    this.#connection
      .prepare('UPDATE run_rows SET treatment = ? WHERE run_id = ?')
      .run(this.#importedTreatment(settings), id);
  }

  /** Adds the runs that are not in the index, as those of a notebook from before there was one. */
  complete(): void {
    if (!this.#present) return;
    const { n } = this.#connection
      .prepare<[], { n: number }>(
        'SELECT (SELECT count(*) FROM runs) - (SELECT count(*) FROM run_rows WHERE imported = 0) AS n'
      )
      .get()!;
    if (n === 0) return;
    const missing = this.#connection.prepare<[number], IndexedRun>(
      `SELECT id, configuration FROM runs
       WHERE NOT EXISTS (SELECT 1 FROM run_rows WHERE run_rows.run_id = runs.id) ORDER BY id LIMIT ?`
    );
    for (;;) {
      const runs = missing.all(chunk);
      if (runs.length === 0) return;
      this.#connection.transaction(() => {
        for (const run of runs) this.add(run.id, run.configuration);
      })();
    }
  }

  /** Every setting that a quantized run has, by its path, and whether runs have had different values of it. */
  settings(): { path: string; example: unknown; varies: boolean }[] {
    return this.#connection
      .prepare<[], { path: string; first_value: string; varies: number }>(
        'SELECT path, first_value, varies FROM setting_paths ORDER BY number'
      )
      .all()
      .map((row) => ({
        path: row.path,
        example: JSON.parse(row.first_value) as unknown,
        varies: row.varies === 1
      }));
  }

  /** Forgets treatments and metrics that no run has any more, and finds again which settings vary. */
  sweep(): void {
    this.#connection.exec(
      `CREATE TEMP TABLE unused AS SELECT number FROM treatments
         WHERE NOT EXISTS (SELECT 1 FROM run_rows WHERE run_rows.treatment = treatments.number);
       DELETE FROM treatment_settings WHERE path IN (SELECT number FROM setting_paths)
         AND treatment IN (SELECT number FROM unused);
       DELETE FROM treatments WHERE number IN (SELECT number FROM unused);
       DROP TABLE unused;
       DELETE FROM metric_names WHERE NOT EXISTS (SELECT 1 FROM metric_columns WHERE metric = number);
       UPDATE setting_paths SET varies = (
         SELECT count(*) > 1 FROM (SELECT DISTINCT value FROM treatment_settings WHERE path = number LIMIT 2));`
    );
  }

  /** Settings of another program stand apart from those of configurations, so that they are never taken for them. */
  #importedTreatment(settings: ImportedSettings): number {
    const apart = { [importedSettings]: settings };
    return this.#treatment(apart, apart);
  }

  /** @param whole what the treatment is known by; @param settings those that are columns */
  #treatment(whole: object, settings: object): number {
    const { treatment, addTreatment, addSetting } = (this.#statements ??= statementsOf(this.#connection));
    const hash = createHash('sha256').update(canonicalJson(whole)).digest('hex');
    const known = treatment.get(hash);
    if (known !== undefined) return known.number;
    const number = Number(addTreatment.run(hash).lastInsertRowid);
    for (const [path, value] of settingsOf(settings)) {
      if (value === null) continue;
      addSetting.run(this.#path(path, value), number, stored(value));
    }
    return number;
  }

  #path(path: string, value: unknown): number {
    const { settingPath, addPath, vary } = (this.#statements ??= statementsOf(this.#connection));
    const text = JSON.stringify(value);
    const known = settingPath.get(path);
    if (known === undefined) return Number(addPath.run(path, text).lastInsertRowid);
    if (known.varies === 0 && known.first_value !== text) vary.run(known.number);
    return known.number;
  }
}

/** What is asked and added for each setting of each run: compiled once, because thousands of runs come in one import. */
function statementsOf(connection: Connection) {
  return {
    treatment: connection.prepare<[string], { number: number }>(
      'SELECT number FROM treatments WHERE hash = ?'
    ),
    addTreatment: connection.prepare<[string]>('INSERT INTO treatments (hash) VALUES (?)'),
    addSetting: connection.prepare<[number, number, string | number]>(
      'INSERT INTO treatment_settings (path, treatment, value) VALUES (?, ?, ?)'
    ),
    settingPath: connection.prepare<[string], { number: number; first_value: string; varies: number }>(
      'SELECT number, first_value, varies FROM setting_paths WHERE path = ?'
    ),
    addPath: connection.prepare<[string, string]>(
      'INSERT INTO setting_paths (path, first_value) VALUES (?, ?)'
    ),
    vary: connection.prepare<[number]>('UPDATE setting_paths SET varies = 1 WHERE number = ?')
  };
}

/** A setting's value as SQLite's JSON functions would give it. */
function stored(value: unknown): string | number {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number' || typeof value === 'string') return value;
  return JSON.stringify(value);
}
