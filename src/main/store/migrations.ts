import Database from 'better-sqlite3';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BitlabError } from '../../contract/index.ts';
import { applicationId, type Connection } from './connection.ts';

/** A numbered step of the schema: `0001-notebook.sql` is number 1. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** The number that a migration's name begins with. */
function numberOf({ name }: Migration): number {
  return Number(name.slice(0, 4));
}

/** The number of the schema that all migrations together make. */
export function latestSchema(migrations: readonly Migration[]): number {
  return numberOf(migrations.at(-1)!);
}

/** Reads `NNNN-name.sql` files, in the order of their numbers. The first is 1; numbers may be left out, but not used twice. */
export function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => /^\d{4}-.+\.sql$/.test(name))
    .sort();
  const numbers = names.map((name) => Number(name.slice(0, 4)));
  const misnumbered = names.find((_name, index) => numbers[index] === (numbers[index - 1] ?? 0));
  if (misnumbered !== undefined || numbers[0] !== 1) {
    throw new Error(
      `The migrations in ${folder} are not numbered from 0001: ${misnumbered ?? names[0] ?? 'none found'}`
    );
  }
  return names.map((name) => ({ name, sql: readFileSync(join(folder, name), 'utf8') }));
}

/**
 * Brings a notebook's schema up to date, one transaction for each step with its record. A notebook that holds something
 * is copied to `backupFile` and the copy checked before the first step.
 * @throws NOTEBOOK_NEWER, NOTEBOOK_DAMAGED (with the notebook as it was before the step that failed)
 */
export function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  at: string,
  backupFile: (from: number) => string
): void {
  const found = schemaNumber(connection);
  const known = latestSchema(migrations);
  if (found > known) throw new BitlabError('NOTEBOOK_NEWER', { found, known });
  if (found === known) return;
  if (found > 0) backUpBeforeMigration(connection, backupFile(found));

  for (const migration of migrations) {
    const number = numberOf(migration);
    if (number <= found) continue;
    try {
      connection.transaction(() => {
        connection.exec(migration.sql);
        connection
          .prepare('INSERT INTO schema_migrations (number, name, applied_at) VALUES (?, ?, ?)')
          .run(number, migration.name, at);
        const broken = connection.pragma('foreign_key_check') as unknown[];
        if (broken.length > 0) throw new Error(`${broken.length} rows refer to nothing`);
        connection.pragma(`user_version = ${number}`);
      })();
    } catch (thrown) {
      const reason = `the step ${migration.name} failed (${(thrown as Error).message}) and was undone`;
      throw new BitlabError('NOTEBOOK_DAMAGED', { reason }, { cause: thrown });
    }
  }
}

export function schemaNumber(connection: Connection): number {
  return connection.pragma('user_version', { simple: true }) as number;
}

/** Copies the database (blobs never change, so they need no copy) and proves that the copy is sound. */
function backUpBeforeMigration(connection: Connection, file: string): void {
  const unfinished = `${file}.unfinished`;
  mkdirSync(dirname(file), { recursive: true });
  rmSync(unfinished, { force: true });
  connection.prepare('VACUUM INTO ?').run(unfinished);
  const copy = new Database(unfinished, { readonly: true });
  try {
    const sound =
      copy.pragma('integrity_check', { simple: true }) === 'ok' &&
      copy.pragma('application_id', { simple: true }) === applicationId &&
      schemaNumber(copy) === schemaNumber(connection) &&
      rowCounts(copy) === rowCounts(connection);
    if (!sound) {
      throw new BitlabError('NOTEBOOK_DAMAGED', { reason: 'its backup before migration is not sound' });
    }
  } finally {
    copy.close();
  }
  renameSync(unfinished, file);
}

function rowCounts(connection: Connection): string {
  const tables = connection
    .prepare<[], { name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`
    )
    .all();
  return tables
    .map(({ name }) => {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      const row = connection.prepare<[], { n: number }>(`SELECT count(*) AS n FROM ${quoted}`).get();
      return `${name}:${row!.n}`;
    })
    .join(' ');
}
