import type { Configuration, ErrorReport, RunStatus, SampleDraw } from '../../contract/index.ts';
import type { Connection } from './connection.ts';
import { RunIndex } from './run-index.ts';

/** A run before it is computed. */
export interface NewRun {
  readonly id: string;
  readonly modelId: string;
  readonly datasetId: string;
  readonly samples: number;
  /** How they are drawn; the first ones where it is left out. */
  readonly draw?: SampleDraw | undefined;
  readonly calibrationDatasetId: string | null;
  readonly calibrationSamples: number;
  /** Canonical JSON, and its SHA-256. */
  readonly configuration: string;
  readonly configurationHash: string;
  readonly reuseKey: string;
  readonly createdAt: string;
}

/** What is needed to compute a run. */
export interface StoredRun {
  readonly id: string;
  readonly status: RunStatus;
  readonly modelId: string;
  readonly datasetId: string;
  readonly samples: number;
  readonly draw: SampleDraw | null;
  readonly calibrationDatasetId: string | null;
  readonly calibrationSamples: number;
  readonly configuration: Configuration;
  readonly trashed: boolean;
}

/** Seconds per sample of finished runs, the mean for one model and arithmetic. */
export interface RunPace {
  readonly modelId: string;
  readonly arithmetic: string;
  readonly secondsPerSample: number;
}

interface StoredRunRow {
  id: string;
  status: RunStatus;
  model_id: string;
  dataset_id: string;
  samples: number;
  draw: string | null;
  calibration_dataset_id: string | null;
  calibration_samples: number;
  configuration: string;
  trashed_at: string | null;
}

/** The life of runs. `RunTable` has them as rows to look at. */
export class Runs {
  readonly #connection: Connection;
  readonly #index: RunIndex;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#index = new RunIndex(connection);
  }

  insert(run: NewRun): void {
    this.#connection
      .prepare(
        `INSERT INTO runs (id, status, model_id, dataset_id, samples, calibration_dataset_id, calibration_samples,
           configuration, configuration_hash, reuse_key, created_at) VALUES (?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?)`
      )
      .run(
        run.id,
        run.modelId,
        run.datasetId,
        run.samples,
        run.calibrationDatasetId,
        run.calibrationSamples,
        run.configuration,
        run.configurationHash,
        run.reuseKey,
        run.createdAt
      );
    if (run.draw !== undefined)
      this.#connection.prepare('UPDATE runs SET draw = ? WHERE id = ?').run(JSON.stringify(run.draw), run.id);
    this.#index.add(run.id, run.configuration);
  }

  get(id: string): StoredRun | null {
    const row = this.#connection.prepare<[string], StoredRunRow>('SELECT * FROM runs WHERE id = ?').get(id);
    return row === undefined ? null : storedRunOf(row);
  }

  /** The finished float run of a run's model on the same samples, outside of the trash; null where there is none but itself. */
  baselineOf({ id, modelId, datasetId, samples }: StoredRun): string | null {
    const row = this.#connection
      .prepare<[string, string, number, string], { id: string }>(
        `SELECT run_id AS id FROM run_rows WHERE model_id = ? AND dataset_id = ? AND samples = ? AND run_id <> ?
         AND arithmetic = 'float' AND status = 'finished' AND trashed = 0 ORDER BY number LIMIT 1`
      )
      .get(modelId, datasetId, samples, id);
    return row?.id ?? null;
  }

  /** The runs of an experiment that are not finished, in its order, but for those in the trash. */
  unfinished(experimentId: string): StoredRun[] {
    return this.#connection
      .prepare<[string], StoredRunRow>(
        `SELECT runs.* FROM experiment_runs JOIN runs ON runs.id = experiment_runs.run_id
         WHERE experiment_id = ? AND status <> 'finished' AND trashed_at IS NULL ORDER BY position`
      )
      .all(experimentId)
      .map(storedRunOf);
  }

  /** The identifiers of the finished runs of an experiment, in its order, but for those in the trash. */
  finishedOf(experimentId: string): string[] {
    return this.#connection
      .prepare<[string]>(
        `SELECT runs.id FROM experiment_runs JOIN runs ON runs.id = experiment_runs.run_id
         WHERE experiment_id = ? AND status = 'finished' AND trashed_at IS NULL ORDER BY position`
      )
      .pluck()
      .all(experimentId) as string[];
  }

  /** The run for each reuse key that has one outside of the trash; a finished one before others. */
  byReuseKeys(keys: readonly string[]): Map<string, { id: string; status: RunStatus }> {
    const rows = this.#connection
      .prepare<[string], { reuse_key: string; id: string; status: RunStatus }>(
        `SELECT reuse_key, id, status FROM runs
         WHERE reuse_key IN (SELECT value FROM json_each(?)) AND trashed_at IS NULL
         ORDER BY status = 'finished', id DESC`
      )
      .all(JSON.stringify(keys));
    return new Map(rows.map((row) => [row.reuse_key, { id: row.id, status: row.status }]));
  }

  /** Back to the start: what an earlier attempt left is forgotten. */
  queue(ids: readonly string[]): void {
    const queue = this.#connection.prepare(
      `UPDATE runs SET status = 'queued', error = NULL, started_at = NULL, ended_at = NULL, duration_seconds = NULL
       WHERE id = ? AND status <> 'finished'`
    );
    const forget = this.#connection.prepare('DELETE FROM run_log WHERE run_id = ?');
    for (const id of ids) if (queue.run(id).changes > 0) forget.run(id);
  }

  started(id: string, at: string): void {
    this.#connection
      .prepare(`UPDATE runs SET status = 'running', started_at = ? WHERE id = ? AND status <> 'finished'`)
      .run(at, id);
  }

  finished(id: string, at: string, durationSeconds: number): void {
    this.#connection
      .prepare(
        `UPDATE runs SET status = 'finished', error = NULL, ended_at = ?, duration_seconds = ? WHERE id = ?`
      )
      .run(at, durationSeconds, id);
  }

  /** Ends a run without a result. */
  stopped(
    id: string,
    status: 'failed' | 'cancelled' | 'interrupted',
    at: string,
    error: ErrorReport | null
  ): void {
    this.#connection
      .prepare(`UPDATE runs SET status = ?, error = ?, ended_at = ? WHERE id = ? AND status <> 'finished'`)
      .run(status, error === null ? null : JSON.stringify(error), at, id);
  }

  /** What no process computes any more: runs that stood as running, or waited for one that ran. Returns how many. */
  interruptAll(at: string): number {
    return this.#connection
      .prepare(
        `UPDATE runs SET status = 'interrupted', ended_at = CASE status WHEN 'running' THEN ? END
         WHERE status IN ('running', 'queued')`
      )
      .run(at).changes;
  }

  /** How fast finished runs were, for estimates. */
  paces(): RunPace[] {
    return this.#connection
      .prepare<[], RunPace>(
        `SELECT model_id AS modelId, arithmetic, avg(duration_seconds / samples) AS secondsPerSample FROM runs
         WHERE status = 'finished' AND duration_seconds IS NOT NULL AND samples > 0 GROUP BY model_id, arithmetic`
      )
      .all();
  }

  count(): number {
    return this.#connection
      .prepare<[], { n: number }>('SELECT count(*) AS n FROM run_rows WHERE trashed = 0')
      .get()!.n;
  }
}

function storedRunOf(row: StoredRunRow): StoredRun {
  return {
    id: row.id,
    status: row.status,
    modelId: row.model_id,
    datasetId: row.dataset_id,
    samples: row.samples,
    draw: (row.draw ?? null) === null ? null : (JSON.parse(row.draw!) as SampleDraw),
    calibrationDatasetId: row.calibration_dataset_id,
    calibrationSamples: row.calibration_samples,
    configuration: JSON.parse(row.configuration) as Configuration,
    trashed: row.trashed_at !== null
  };
}
