import type { ExperimentFile, RunCounts } from '../../contract/index.ts';
import type { Connection } from './connection.ts';

/** An experiment as it is stored; its status follows from its runs. */
export interface StoredExperiment {
  readonly id: string;
  readonly name: string;
  readonly question: string;
  readonly file: ExperimentFile;
  readonly designHash: string;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly counts: RunCounts;
  /** Planned runs that were not needed. */
  readonly spared: number;
}

interface ExperimentRow {
  id: string;
  name: string;
  question: string;
  file: string;
  design_hash: string;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  spared_runs: number;
  total: number;
  queued: number;
  running: number;
  finished: number;
  failed: number;
  cancelled: number;
  interrupted: number;
}

const statuses = ['queued', 'running', 'finished', 'failed', 'cancelled', 'interrupted'] as const;

const selectExperiments = `
  SELECT experiments.*, count(runs.id) AS total,
    ${statuses.map((status) => `count(CASE runs.status WHEN '${status}' THEN 1 END) AS ${status}`).join(', ')}
  FROM experiments
  LEFT JOIN experiment_runs ON experiment_runs.experiment_id = experiments.id
  LEFT JOIN runs ON runs.id = experiment_runs.run_id AND runs.trashed_at IS NULL
  WHERE experiments.trashed_at IS NULL`;

export class Experiments {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Most recent first. */
  list(limit = -1): StoredExperiment[] {
    return this.#connection
      .prepare<[number], ExperimentRow>(
        `${selectExperiments} GROUP BY experiments.id
         ORDER BY coalesce(experiments.started_at, experiments.created_at) DESC, experiments.id DESC LIMIT ?`
      )
      .all(limit)
      .map(experimentOf);
  }

  get(id: string): StoredExperiment | null {
    const row = this.#connection
      .prepare<[string], ExperimentRow>(`${selectExperiments} AND experiments.id = ? GROUP BY experiments.id`)
      .get(id);
    return row === undefined ? null : experimentOf(row);
  }

  byName(name: string): StoredExperiment | null {
    const row = this.#connection
      .prepare<[string], ExperimentRow>(
        `${selectExperiments} AND experiments.name = ? GROUP BY experiments.id`
      )
      .get(name);
    return row === undefined ? null : experimentOf(row);
  }

  insert(experiment: { id: string; file: ExperimentFile; designHash: string; createdAt: string }): void {
    const { id, file, designHash, createdAt } = experiment;
    this.#connection
      .prepare(
        'INSERT INTO experiments (id, name, question, file, design_hash, created_at) VALUES (?, ?, ?, ?, ?, ?)'
      )
      .run(id, file.name, file.question, JSON.stringify(file), designHash, createdAt);
  }

  /** The same design, perhaps with another question or another order of its factors. */
  setFile(id: string, file: ExperimentFile): void {
    this.#connection
      .prepare('UPDATE experiments SET question = ?, file = ? WHERE id = ?')
      .run(file.question, JSON.stringify(file), id);
  }

  /** The file says the name, too. */
  rename(id: string, name: string): void {
    this.#connection
      .prepare("UPDATE experiments SET name = :name, file = json_set(file, '$.name', :name) WHERE id = :id")
      .run({ id, name });
  }

  /** Makes exactly these runs, in this order, the experiment's. */
  setRuns(id: string, runIds: readonly string[]): void {
    this.#connection.prepare('DELETE FROM experiment_runs WHERE experiment_id = ?').run(id);
    this.#connection.prepare('UPDATE experiments SET spared_runs = 0 WHERE id = ?').run(id);
    const insert = this.#connection.prepare(
      'INSERT INTO experiment_runs (experiment_id, run_id, position) VALUES (?, ?, ?)'
    );
    for (const [position, runId] of runIds.entries()) insert.run(id, runId, position);
  }

  /** Takes runs that are not needed out of the experiment; those that are nobody's and not finished are forgotten. */
  spare(id: string, runIds: readonly string[]): void {
    const leave = this.#connection.prepare(
      'DELETE FROM experiment_runs WHERE experiment_id = ? AND run_id = ?'
    );
    const forget = this.#connection.prepare(
      `DELETE FROM runs WHERE id = ? AND status <> 'finished'
         AND NOT EXISTS (SELECT 1 FROM experiment_runs WHERE run_id = runs.id)`
    );
    for (const runId of runIds) {
      leave.run(id, runId);
      forget.run(runId);
    }
    this.#connection
      .prepare('UPDATE experiments SET spared_runs = spared_runs + ? WHERE id = ?')
      .run(runIds.length, id);
  }

  started(id: string, at: string): void {
    this.#connection
      .prepare('UPDATE experiments SET started_at = coalesce(started_at, ?), ended_at = NULL WHERE id = ?')
      .run(at, id);
  }

  ended(id: string, at: string): void {
    this.#connection.prepare('UPDATE experiments SET ended_at = ? WHERE id = ?').run(at, id);
  }

  /** The experiments that a run belongs to, but for those in the trash. */
  ofRun(runId: string): { id: string; name: string }[] {
    return this.#connection
      .prepare<[string], { id: string; name: string }>(
        `SELECT experiments.id, experiments.name FROM experiment_runs
         JOIN experiments ON experiments.id = experiment_runs.experiment_id
         WHERE run_id = ? AND trashed_at IS NULL ORDER BY experiments.id`
      )
      .all(runId);
  }
}

function experimentOf(row: ExperimentRow): StoredExperiment {
  const { total, queued, running, finished, failed, cancelled, interrupted } = row;
  return {
    id: row.id,
    name: row.name,
    question: row.question,
    file: JSON.parse(row.file) as ExperimentFile,
    designHash: row.design_hash,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    spared: row.spared_runs,
    counts: { total, queued, running, finished, failed, cancelled, interrupted }
  };
}
