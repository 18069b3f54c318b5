import Database from 'better-sqlite3';
import { BitlabError, type ImportedStatus, type ResultsProblem } from '../../contract/index.ts';
import { tooMany } from './csv-rows.ts';
import { limits, type FoundColumn, type FoundResults, type FoundRun } from './found-results.ts';
import { momentOf } from './moments.ts';

/** What every version of MLflow's schema has; the rest is read where it is there. */
const needed = {
  runs: ['run_uuid', 'experiment_id'],
  experiments: ['experiment_id', 'name'],
  metrics: ['key', 'value', 'run_uuid'],
  params: ['key', 'value', 'run_uuid']
} as const;

const statuses: ReadonlyMap<unknown, ImportedStatus> = new Map([
  ['FINISHED', 'finished'],
  ['FAILED', 'failed'],
  ['KILLED', 'cancelled'],
  ['RUNNING', 'interrupted'],
  ['SCHEDULED', 'interrupted']
]);

/** Bitlab's tags are short words; what is longer is a description. */
const longestTag = 60;
/** As MLflow stores what is infinite. */
const largest = Number.MAX_VALUE;

type Row = Readonly<Record<string, unknown>>;

interface RunInMaking {
  readonly run: Omit<FoundRun, 'cells' | 'tags'>;
  readonly tags: string[];
  readonly cells: [number, string | number][];
}

/**
 * The runs in a database of MLflow's SQLite store, of any version of its schema since 0.9: deleted runs and experiments are left out,
 * and of a metric's history the last value is taken, as MLflow's own table of runs does.
 * @param copy a file that may be written, as SQLite does when it recovers one that was not closed
 * @throws BitlabError RESULTS_NOT_MLFLOW, RESULTS_EMPTY, RESULTS_TOO_LARGE
 */
export function mlflowResults(copy: string, file: string): Omit<FoundResults, 'fileHash'> {
  let database: Database.Database | null = null;
  try {
    database = new Database(copy, { fileMustExist: true });
    // A schema can hold functions and views; nothing of it is trusted, and nothing written.
    database.pragma('trusted_schema = OFF');
    database.pragma('query_only = ON');
    return new MlflowReader(database, file).read();
  } catch (thrown) {
    if (thrown instanceof Database.SqliteError) {
      throw new BitlabError('RESULTS_NOT_MLFLOW', { file, reason: thrown.message }, { cause: thrown });
    }
    throw thrown;
  } finally {
    database?.close();
  }
}

class MlflowReader {
  readonly #database: Database.Database;
  readonly #file: string;
  readonly #tables: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #problems: ResultsProblem[] = [];
  readonly #columns: FoundColumn[] = [];
  readonly #columnOf = new Map<string, number>();
  #values = 0;

  constructor(database: Database.Database, file: string) {
    this.#database = database;
    this.#file = file;
    this.#tables = this.#tableColumns();
  }

  read(): Omit<FoundResults, 'fileHash'> {
    for (const [table, columns] of Object.entries(needed)) {
      const found = this.#tables.get(table);
      if (found === undefined) this.#refuse(`it has no table ${table}`);
      for (const column of columns)
        if (!found.has(column)) this.#refuse(`its table ${table} has no ${column}`);
    }
    const runs = this.#runs(this.#experiments());
    this.#readTags(runs);
    this.#readParams(runs);
    this.#readMetrics(runs);
    return {
      format: 'mlflow',
      formatText: `MLflow, SQLite${this.#version()}`,
      columns: this.#columns,
      runs: Array.from(runs.values(), ({ run, tags, cells }) => ({ ...run, tags, cells })),
      problems: this.#problems
    };
  }

  #refuse(reason: string): never {
    throw new BitlabError('RESULTS_NOT_MLFLOW', { file: this.#file, reason });
  }

  /** Real tables only: a view of the same name could compute anything. */
  #tableColumns(): ReadonlyMap<string, ReadonlySet<string>> {
    const tables = this.#database
      .prepare<[], { name: string }>(
        `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'`
      )
      .all();
    return new Map(
      tables.map(({ name }) => {
        const columns = this.#database
          .prepare<[string], { name: string; hidden: number }>(
            'SELECT name, hidden FROM pragma_table_xinfo(?)'
          )
          .all(name);
        return [name, new Set(columns.filter(({ hidden }) => hidden === 0).map((each) => each.name))];
      })
    );
  }

  /** Rows of a table, with null for the columns that its version does not have. */
  #rows(table: string, columns: readonly string[]): IterableIterator<Row> {
    const has = this.#tables.get(table)!;
    const selected = columns.map((name) => (has.has(name) ? `"${name}"` : `NULL AS "${name}"`));
    return this.#database.prepare<[], Row>(`SELECT ${selected.join(', ')} FROM "${table}"`).iterate();
  }

  #experiments(): Map<string, string> {
    const found = new Map<string, string>();
    let deleted = 0;
    for (const row of this.#rows('experiments', ['experiment_id', 'name', 'lifecycle_stage'])) {
      if (row['lifecycle_stage'] === 'deleted') deleted++;
      else
        found.set(
          String(row['experiment_id']),
          text(row['name']) ?? `Experiment ${String(row['experiment_id'])}`
        );
    }
    if (deleted > 0)
      this.#note('experiments', `Deleted in MLflow, and left out with their runs: ${deleted}.`);
    return found;
  }

  #runs(experiments: ReadonlyMap<string, string>): Map<string, RunInMaking> {
    const columns = [
      'run_uuid',
      'experiment_id',
      'name',
      'status',
      'start_time',
      'end_time',
      'lifecycle_stage'
    ];
    const found: [unknown, string, RunInMaking][] = [];
    const seen = new Set<string>();
    let deleted = 0;
    for (const row of this.#rows('runs', [...columns, 'artifact_uri'])) {
      const id = text(row['run_uuid']);
      const experiment = experiments.get(String(row['experiment_id']));
      if (id === null || experiment === undefined || row['lifecycle_stage'] === 'deleted') {
        deleted++;
        continue;
      }
      if (seen.has(id)) {
        throw new BitlabError('RESULTS_DUPLICATE', {
          file: this.#file,
          first: `run ${id}`,
          second: 'another one',
          reason: 'they have the same identifier',
          advice: 'Let MLflow check its database; its table of runs must have each identifier once.'
        });
      }
      seen.add(id);
      tooMany(this.#file, 'runs', seen.size, limits.runs);
      found.push([row['start_time'], id, this.#run(id, experiment, row)]);
    }
    if (deleted > 0)
      this.#note('runs', `Deleted in MLflow, alone or with their experiment, and left out: ${deleted}.`);
    if (found.length === 0) throw new BitlabError('RESULTS_EMPTY', { file: this.#file });
    // The oldest first, as Bitlab's own.
    found.sort(([a, x], [b, y]) => Number(a ?? 0) - Number(b ?? 0) || (x < y ? -1 : 1));
    return new Map(found.map(([, id, run]) => [id, run]));
  }

  #run(id: string, experiment: string, row: Row): RunInMaking {
    const place = `run ${id}`;
    const status = statuses.get(row['status']);
    if (status === undefined) {
      this.#note(place, `Its status ${String(row['status'])} is not known; it counts as interrupted.`);
    }
    const [startedAt, endedAt] = [momentOf(row['start_time']), momentOf(row['end_time'])];
    const seconds =
      startedAt === null || endedAt === null ? null : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
    const uri = text(row['artifact_uri']) ?? '';
    return {
      run: {
        place,
        sourceId: id,
        url: /^https?:\/\//.test(uri) ? uri : null,
        name: text(row['name']) ?? '',
        experiment,
        status: status ?? 'interrupted',
        startedAt,
        endedAt,
        durationSeconds: seconds !== null && seconds >= 0 ? seconds : null,
        note: ''
      },
      tags: [],
      cells: []
    };
  }

  /** Those of the person become tags `key=value`; of MLflow's own the run's name and its description are of use. */
  #readTags(runs: Map<string, RunInMaking>): void {
    if (!this.#tables.has('tags')) return;
    for (const row of this.#rows('tags', ['run_uuid', 'key', 'value'])) {
      const id = String(row['run_uuid']);
      const run = runs.get(id);
      const [key, value] = [text(row['key']), text(row['value']) ?? ''];
      if (run === undefined || key === null) continue;
      if (key === 'mlflow.runName' && run.run.name === '' && value !== '') {
        runs.set(id, { ...run, run: { ...run.run, name: value } });
      } else if (key === 'mlflow.note.content') {
        runs.set(id, { ...run, run: { ...run.run, note: value } });
      } else if (!key.startsWith('mlflow.')) {
        const tag = value === '' ? key : `${key}=${value}`;
        if (tag.length <= longestTag) run.tags.push(tag);
        else
          this.#note(
            run.run.place,
            `The tag ${key} is longer than ${longestTag} characters; it is left out.`
          );
      }
    }
  }

  #readParams(runs: ReadonlyMap<string, RunInMaking>): void {
    for (const row of this.#rows('params', ['run_uuid', 'key', 'value'])) {
      const [run, key, value] = [runs.get(String(row['run_uuid'])), text(row['key']), row['value']];
      if (run === undefined || key === null || (typeof value !== 'string' && typeof value !== 'number'))
        continue;
      this.#add(run, 'setting', key, String(value));
    }
  }

  /** From the table of last values where there is one; older versions only have the histories. */
  #readMetrics(runs: ReadonlyMap<string, RunInMaking>): void {
    if (this.#tables.has('latest_metrics')) {
      for (const row of this.#rows('latest_metrics', ['run_uuid', 'key', 'value', 'is_nan'])) {
        this.#addMetric(runs, row);
      }
      return;
    }
    const last = new Map<string, Row>();
    for (const row of this.#rows('metrics', ['run_uuid', 'key', 'value', 'timestamp', 'step', 'is_nan'])) {
      const key = `${String(row['run_uuid'])}\n${String(row['key'])}`;
      const before = last.get(key);
      if (before === undefined || isLater(row, before)) last.set(key, row);
      tooMany(this.#file, 'values', last.size, limits.values);
    }
    for (const row of last.values()) this.#addMetric(runs, row);
  }

  #addMetric(runs: ReadonlyMap<string, RunInMaking>, row: Row): void {
    const [run, key, value] = [runs.get(String(row['run_uuid'])), text(row['key']), row['value']];
    if (run === undefined || key === null) return;
    const isNan = row['is_nan'] === 1 || typeof value !== 'number';
    const isInfinite = typeof value === 'number' && Math.abs(value) >= largest;
    this.#add(run, 'metric', key, isNan ? 'NaN' : isInfinite ? `${value < 0 ? '-' : ''}Infinity` : value);
  }

  #add(run: RunInMaking, kind: FoundColumn['kind'], name: string, value: string | number): void {
    if (name.length > limits.nameCharacters) {
      this.#note(run.run.place, `A name has ${name.length} characters; its value is left out.`);
      return;
    }
    tooMany(this.#file, 'values', ++this.#values, limits.values);
    const key = `${kind === 'setting' ? 'param' : 'metric'}:${name}`;
    let column = this.#columnOf.get(key);
    if (column === undefined) {
      column = this.#columns.length;
      this.#columns.push({ key, name, kind });
      this.#columnOf.set(key, column);
      tooMany(this.#file, 'columns', this.#columns.length, limits.columns);
    }
    run.cells.push([column, value]);
  }

  #note(place: string, what: string): void {
    this.#problems.push({ place, text: what });
  }

  #version(): string {
    if (this.#tables.get('alembic_version')?.has('version_num') !== true) return '';
    const [row] = this.#rows('alembic_version', ['version_num']);
    const version = text(row?.['version_num'] ?? null);
    return version !== null && /^[0-9a-z]{1,40}$/i.test(version) ? `, schema ${version}` : '';
  }
}

/** A text that is not empty, or null. */
function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** By step, then time, then value, as MLflow keeps its table of last values. */
function isLater(a: Row, b: Row): boolean {
  for (const name of ['step', 'timestamp', 'value']) {
    const difference = Number(a[name] ?? 0) - Number(b[name] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
