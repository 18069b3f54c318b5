import { setImmediate } from 'node:timers/promises';
import type { Blobs } from './blobs.ts';
import type { Connection } from './connection.ts';

export interface Verification {
  readonly sound: boolean;
  readonly blobs: number;
  /** One sentence each. */
  readonly problems: string[];
}

/** Checks the database table by table, every reference, every count and every blob's hash. */
export async function verifyNotebook(connection: Connection, blobs: Blobs): Promise<Verification> {
  const problems = await databaseProblems(connection);
  const list = blobs.list();
  for (const { hash } of list) {
    const problem = await blobs.problem(hash);
    if (problem !== null) problems.push(problem);
  }
  return { sound: problems.length === 0, blobs: list.length, problems };
}

/** What SQLite finds wrong, with a breath after each table so that others get their turn. */
export async function databaseProblems(connection: Connection): Promise<string[]> {
  const problems: string[] = [];
  for (const table of tableNames(connection)) {
    const quoted = `"${table.replaceAll('"', '""')}"`;
    const found = connection.pragma(`integrity_check(${quoted})`) as { integrity_check: string }[];
    for (const row of found) {
      if (row.integrity_check !== 'ok') problems.push(`Table ${table}: ${row.integrity_check}.`);
    }
    const orphans = connection.pragma(`foreign_key_check(${quoted})`) as { parent: string }[];
    for (const { parent } of orphans) problems.push(`Table ${table}: a row refers to nothing in ${parent}.`);
    await setImmediate();
  }
  const references = referringColumns
    .filter(([table, column]) => hasColumn(connection, table, column))
    .map(([table, column]) => `(SELECT count(*) FROM ${table} WHERE ${table}.${column} = blobs.hash)`);
  const miscounted = connection
    .prepare<[], { hash: string }>(
      `SELECT hash FROM blobs WHERE reference_count <> ${references.join(' + ')}`
    )
    .all();
  for (const { hash } of miscounted) problems.push(`The stored file ${hash} has a wrong reference count.`);
  return problems;
}

/** What refers to blobs. Backups of older versions lack some of it. */
const referringColumns = [
  ['models', 'hash'],
  ['datasets', 'hash'],
  ['measurements', 'hash'],
  ['predictions', 'logits_hash'],
  ['predictions', 'predicted_hash'],
  ['predictions', 'labels_hash'],
  ['predictions', 'drawn_hash']
] as const;

function hasColumn(connection: Connection, table: string, column: string): boolean {
  const found = connection
    .prepare<[string, string], { n: number }>('SELECT count(*) AS n FROM pragma_table_info(?) WHERE name = ?')
    .get(table, column);
  return found!.n > 0;
}

function tableNames(connection: Connection): string[] {
  return connection
    .prepare<[], { name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`
    )
    .all()
    .map((row) => row.name);
}
