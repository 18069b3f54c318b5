import type { Configuration, ErrorReport, Run, RunStatus } from '../../contract/index.ts';
import type { Connection } from './connection.ts';
import { Metrics } from './metrics.ts';
import { proportion } from './proportion.ts';
import { compileCondition, type RunCondition } from './run-condition.ts';

export interface RunSelection {
  readonly experimentId?: string | undefined;
  readonly ids?: readonly string[];
  readonly condition?: RunCondition | undefined;
  /** Only what lies in the trash, instead of only what does not; `any` for both. */
  readonly trash?: boolean | 'any';
}

interface RunRow {
  id: string;
  status: RunStatus;
  model_id: string;
  model: string;
  dataset: string;
  samples: number;
  configuration: string;
  configuration_hash: string;
  error: string | null;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  duration_seconds: number | null;
}

/** Runs as rows of a table, with their metrics, tags, stars and experiments. */
export class RunTable {
  readonly #connection: Connection;
  readonly #metrics: Metrics;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#metrics = new Metrics(connection);
  }

  /** In the experiment's order where one is selected, else the oldest first. */
  list(selection: RunSelection): Run[] {
    const conditions: string[] = [];
    const parameters: (string | number | null)[] = [];
    if (selection.trash !== 'any') {
      conditions.push(`run_rows.trashed = ${selection.trash === true ? 1 : 0}`);
    }
    if (selection.experimentId !== undefined) {
      conditions.push('experiment_runs.experiment_id = ?');
      parameters.push(selection.experimentId);
    }
    if (selection.ids !== undefined) {
      conditions.push('runs.id IN (SELECT value FROM json_each(?))');
      parameters.push(JSON.stringify(selection.ids));
    }
    if (selection.condition !== undefined) {
      const compiled = compileCondition(selection.condition);
      conditions.push(compiled.sql);
      parameters.push(...compiled.parameters);
    }
    const inExperiment = selection.experimentId !== undefined;
    const rows = this.#connection
      .prepare<(string | number | null)[], RunRow>(
        `SELECT runs.id, runs.status, runs.model_id, models.name AS model, datasets.name AS dataset,
           runs.samples, runs.configuration, runs.configuration_hash, runs.error, runs.created_at,
           runs.started_at, runs.ended_at, runs.duration_seconds
         FROM run_rows
         JOIN runs ON runs.id = run_rows.run_id
         JOIN models ON models.id = runs.model_id
         JOIN datasets ON datasets.id = runs.dataset_id
         ${inExperiment ? 'JOIN experiment_runs ON experiment_runs.run_id = runs.id' : ''}
         ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
         ORDER BY ${inExperiment ? 'experiment_runs.position' : 'runs.id'}`
      )
      .all(...parameters);
    return this.#complete(rows);
  }

  get(id: string): Run | null {
    return this.list({ ids: [id], trash: 'any' })[0] ?? null;
  }

  /** The status of each of these runs that there is. */
  statuses(ids: readonly string[]): Map<string, RunStatus> {
    const rows = this.#connection
      .prepare<[string]>(
        'SELECT run_id, status FROM run_rows WHERE run_id IN (SELECT value FROM json_each(?))'
      )
      .raw()
      .all(JSON.stringify(ids)) as [string, RunStatus][];
    return new Map(rows);
  }

  #complete(rows: readonly RunRow[]): Run[] {
    const ids = rows.map((row) => row.id);
    const metrics = this.#metrics.ofRuns(ids);
    const experiments = this.#grouped(
      ids,
      `SELECT run_id, experiment_id FROM experiment_runs
       JOIN experiments ON experiments.id = experiment_id AND experiments.trashed_at IS NULL`
    );
    const tags = this.#grouped(ids, 'SELECT run_id, tag FROM tags');
    const measurements = this.#measurementNames(ids);
    const stars = this.#grouped(ids, 'SELECT run_id, starred_at FROM stars');
    // Runs of several models share their configurations.
    const configurations = new Map<string, Configuration>();
    return rows.map((row) => {
      let configuration = configurations.get(row.configuration_hash);
      if (configuration === undefined) {
        configuration = JSON.parse(row.configuration) as Configuration;
        configurations.set(row.configuration_hash, configuration);
      }
      const own = metrics.get(row.id) ?? {};
      return {
        id: row.id,
        status: row.status,
        baseline: configuration.arithmetic === 'float',
        modelId: row.model_id,
        model: row.model,
        dataset: row.dataset,
        samples: row.samples,
        configuration,
        configurationHash: row.configuration_hash,
        ...(measurements.has(row.id) ? { measurements: measurements.get(row.id)! } : {}),
        seed: configuration.seed,
        top1: proportion(own['top1'], row.samples),
        metrics: own,
        error: row.error === null ? null : (JSON.parse(row.error) as ErrorReport),
        createdAt: row.created_at,
        startedAt: row.started_at,
        endedAt: row.ended_at,
        durationSeconds: row.duration_seconds,
        experimentIds: experiments.get(row.id) ?? [],
        starred: stars.has(row.id),
        tags: tags.get(row.id) ?? []
      };
    });
  }

  /** Run -> hash -> name of the tables of measurements that it is computed with. */
  #measurementNames(runIds: readonly string[]): Map<string, Record<string, string>> {
    const rows = this.#connection
      .prepare<[string]>(
        `SELECT run_id, hash, name FROM run_measurements JOIN measurements ON measurements.id = measurement_id
         WHERE run_id IN (SELECT value FROM json_each(?))`
      )
      .raw()
      .all(JSON.stringify(runIds)) as [string, string, string][];
    const names = new Map<string, Record<string, string>>();
    for (const [runId, hash, name] of rows) names.set(runId, { ...names.get(runId), [hash]: name });
    return names;
  }

  /** @param select the run's identifier and a text, for each row of a table about runs */
  #grouped(runIds: readonly string[], select: string): Map<string, string[]> {
    const rows = this.#connection
      .prepare<[string]>(`${select} WHERE run_id IN (SELECT value FROM json_each(?)) ORDER BY 1, 2`)
      .raw()
      .all(JSON.stringify(runIds)) as [string, string][];
    const groups = new Map<string, string[]>();
    for (const [runId, value] of rows) {
      const group = groups.get(runId);
      if (group === undefined) groups.set(runId, [value]);
      else group.push(value);
    }
    return groups;
  }
}
