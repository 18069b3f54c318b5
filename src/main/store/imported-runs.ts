import type { ImportedRun, ImportedStatus, ResultsFormat } from '../../contract/index.ts';
import type { Statement } from 'better-sqlite3';
import type { Connection } from './connection.ts';
import { compileCondition, type RunCondition } from './run-condition.ts';
import { RunIndex } from './run-index.ts';

/** All that is imported of a run. */
export interface ImportedContent {
  readonly format: ResultsFormat;
  /** What tells it from all other runs of its format. */
  readonly sourceKey: string;
  readonly sourceId: string | null;
  readonly fileName: string;
  readonly fileHash: string;
  readonly url: string | null;
  readonly experiment: string;
  readonly name: string;
  readonly status: ImportedStatus;
  readonly seed: number | null;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly metrics: readonly { readonly name: string; readonly sourceName: string; readonly value: number }[];
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly durationSeconds: number | null;
  readonly tags: readonly string[];
  readonly note: string;
  readonly contentHash: string;
}

interface ImportedRow {
  id: string;
  format: ResultsFormat;
  source_id: string | null;
  file_name: string;
  file_hash: string;
  url: string | null;
  experiment: string;
  name: string;
  status: ImportedStatus;
  seed: number | null;
  settings: string;
  content_hash: string;
  started_at: string | null;
  ended_at: string | null;
  duration_seconds: number | null;
  created_at: string;
  updated_at: string;
  starred: number;
  note: string | null;
  tags: string;
}

/** Runs that other programs recorded. Their rows and columns of the index are written with them. */
export class ImportedRuns {
  readonly #connection: Connection;
  readonly #index: RunIndex;
  /** Compiled once, for the many metrics of the many runs of an import. */
  #addMetric: Statement<[string, string, string, number]> | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#index = new RunIndex(connection);
  }

  /** The runs of a format that are known by these keys. */
  known(
    format: ResultsFormat,
    sourceKeys: readonly string[]
  ): Map<string, { id: string; contentHash: string; trashed: boolean }> {
    const rows = this.#connection
      .prepare<[string, string], { id: string; source_key: string; content_hash: string; trashed: number }>(
        `SELECT id, source_key, content_hash, trashed_at IS NOT NULL AS trashed FROM imported_runs
         WHERE format = ? AND source_key IN (SELECT value FROM json_each(?))`
      )
      .all(format, JSON.stringify(sourceKeys));
    return new Map(
      rows.map((row) => [
        row.source_key,
        { id: row.id, contentHash: row.content_hash, trashed: row.trashed === 1 }
      ])
    );
  }

  insert(id: string, content: ImportedContent, at: string): void {
    this.#connection
      .prepare(
        `INSERT INTO imported_runs (format, source_key, source_id, file_name, file_hash, url, experiment, name, status, seed,
           settings, content_hash, started_at, ended_at, duration_seconds, updated_at, id, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
      )
      .run(...written(content, at), id, at);
    this.#index.addImported(id, content.settings);
    this.#setMetrics(id, content);
  }

  /** Makes a known run what its source says now. Tags, stars and notes are the notebook's own. */
  update(id: string, content: ImportedContent, at: string): void {
    this.#connection
      .prepare(
        `UPDATE imported_runs SET format = ?, source_key = ?, source_id = ?, file_name = ?, file_hash = ?, url = ?,
           experiment = ?, name = ?, status = ?, seed = ?, settings = ?, content_hash = ?, started_at = ?, ended_at = ?,
           duration_seconds = ?, updated_at = ? WHERE id = ?`
      )
      .run(...written(content, at), id);
    this.#index.setImportedSettings(id, content.settings);
    this.#connection.prepare('DELETE FROM imported_metrics WHERE run_id = ?').run(id);
    this.#setMetrics(id, content);
  }

  /** What was imported before, with what became of it in the notebook. */
  get(id: string): ImportedRun | null {
    return this.#list('imported_runs.id = ?', [id])[0] ?? null;
  }

  /** Those outside of the trash that fit a condition, the oldest first. */
  list(condition?: RunCondition): ImportedRun[] {
    const compiled = condition === undefined ? { sql: '1', parameters: [] } : compileCondition(condition);
    return this.#list(`run_rows.trashed = 0 AND ${compiled.sql}`, compiled.parameters);
  }

  #list(where: string, parameters: readonly (string | number | null)[]): ImportedRun[] {
    const rows = this.#connection
      .prepare<(string | number | null)[], ImportedRow>(
        `SELECT imported_runs.*, imported_runs.id IN (SELECT run_id FROM stars) AS starred,
           (SELECT text FROM notes WHERE notes.run_id = imported_runs.id) AS note,
           (SELECT json_group_array(tag) FROM (SELECT tag FROM tags WHERE tags.run_id = imported_runs.id ORDER BY tag)) AS tags
         FROM imported_runs JOIN run_rows ON run_rows.run_id = imported_runs.id
         WHERE ${where} ORDER BY run_rows.number`
      )
      .all(...parameters);
    const metrics = this.#metrics(rows.map(({ id }) => id));
    return rows.map((row) => {
      const own = metrics.get(row.id) ?? [];
      return {
        id: row.id,
        format: row.format,
        fileName: row.file_name,
        fileHash: row.file_hash,
        sourceId: row.source_id,
        url: row.url,
        experiment: row.experiment,
        name: row.name,
        status: row.status,
        seed: row.seed,
        settings: JSON.parse(row.settings) as ImportedRun['settings'],
        metrics: Object.fromEntries(own.map(([name, , value]) => [name, value])),
        metricSources: Object.fromEntries(own.map(([name, source]) => [name, source])),
        contentHash: row.content_hash,
        startedAt: row.started_at,
        endedAt: row.ended_at,
        durationSeconds: row.duration_seconds,
        createdAt: row.created_at,
        updatedAt: row.updated_at,
        starred: row.starred === 1,
        tags: JSON.parse(row.tags) as string[],
        note: row.note ?? ''
      };
    });
  }

  #metrics(ids: readonly string[]): Map<string, [string, string, number][]> {
    const rows = this.#connection
      .prepare<[string]>(
        `SELECT run_id, name, source_name, value FROM imported_metrics
         WHERE run_id IN (SELECT value FROM json_each(?)) ORDER BY run_id, name`
      )
      .raw()
      .all(JSON.stringify(ids)) as [string, string, string, number][];
    const found = new Map<string, [string, string, number][]>();
    for (const [id, ...metric] of rows) {
      const known = found.get(id);
      if (known === undefined) found.set(id, [metric]);
      else known.push(metric);
    }
    return found;
  }

  #setMetrics(id: string, { metrics }: ImportedContent): void {
    const add = (this.#addMetric ??= this.#connection.prepare(
      'INSERT INTO imported_metrics (run_id, name, source_name, value) VALUES (?, ?, ?, ?)'
    ));
    for (const { name, sourceName, value } of metrics) add.run(id, name, sourceName, value);
  }
}

function written(content: ImportedContent, at: string): (string | number | null)[] {
  return [
    content.format,
    content.sourceKey,
    content.sourceId,
    content.fileName,
    content.fileHash,
    content.url,
    content.experiment,
    content.name,
    content.status,
    content.seed,
    JSON.stringify(content.settings),
    content.contentHash,
    content.startedAt,
    content.endedAt,
    content.durationSeconds,
    at
  ];
}
