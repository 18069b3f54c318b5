import type { MeanOfRuns, RunCell, ShownColumn } from '../../contract/index.ts';
import { tIntervalOf } from '../numeric/statistics.ts';
import type { Connection } from './connection.ts';
import { registerDeviation } from './deviation.ts';
import { compileCondition, type RunCondition } from './run-condition.ts';
import { compileField, type RunField, type SqlExpression } from './run-field.ts';
import { ResultCache } from './result-cache.ts';
import { compileShownColumn, shownCell } from './shown-column.ts';

/** Which runs a query is about. Everything here is plain data, because it goes to another thread. */
export interface QuerySelection {
  readonly experimentId?: string | undefined;
  readonly condition?: RunCondition | undefined;
  readonly trash: boolean;
}

export type QueryColumn =
  /** @param flag whether 1 and 0 mean true and false */
  | { readonly kind: 'field'; readonly field: RunField; readonly flag: boolean }
  | { readonly kind: 'shown'; readonly name: ShownColumn };

export interface QueryOrder {
  readonly field: RunField;
  readonly descending: boolean;
}

export interface RowsQuery extends QuerySelection {
  readonly columns: readonly QueryColumn[];
  readonly order: readonly QueryOrder[];
  readonly ids?: readonly string[] | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** What groups are ordered by: how many runs they have, the key or the mean at an index. */
export interface GroupOrder {
  readonly by: 'runs' | { readonly key: number } | { readonly mean: number };
  readonly descending: boolean;
}

export interface GroupsQuery extends QuerySelection {
  /** null for everything that decides a result but the seed. */
  readonly keys: readonly RunField[] | null;
  readonly columns: readonly QueryColumn[];
  readonly metrics: readonly RunField[];
  readonly order: readonly GroupOrder[];
  readonly offset: number;
  readonly limit: number;
}

export interface ValuesQuery {
  readonly field: RunField;
  readonly limit: number;
}

export interface QueryGroup {
  readonly id: string;
  readonly runs: number;
  readonly cells: RunCell[];
  readonly means: (MeanOfRuns | null)[];
}

/** What a query is answered by: the same methods in this thread and in another. */
export interface RunQueries {
  rows(query: RowsQuery): { total: number; rows: RunCell[][] };
  groups(query: GroupsQuery): { total: number; rows: QueryGroup[] };
  /** Values that occur, in order. */
  values(query: ValuesQuery): (string | number)[];
}

type Parameter = string | number | null;
type GroupRow = [number, number, ...(number | null)[]];

/** What decides a result, but for the seed. */
const allButSeed = [
  'run_rows.model_id',
  'run_rows.dataset_id',
  'run_rows.samples',
  'run_rows.calibration_dataset_id',
  'run_rows.calibration_samples',
  'run_rows.treatment'
];

/**
 * Runs filtered, sorted, grouped and paged by SQLite. The order that a query asks for is kept until the notebook changes,
 * so that scrolling through it only reads the rows that are looked at.
 */
export function runQueries(connection: Connection): RunQueries {
  registerDeviation(connection);
  const orders = new ResultCache<number[]>(connection);
  const groupings = new ResultCache<GroupRow[]>(connection);

  /** Columns of single runs, by the runs' numbers. The identifier comes first. */
  function cells(numbers: readonly number[], columns: readonly QueryColumn[]): Map<number, RunCell[]> {
    const expressions = columns.map((column) =>
      column.kind === 'field' ? compileField(column.field) : compileShownColumn(column.name)
    );
    const rows = connection
      .prepare(
        `SELECT ${['run_rows.number', 'run_rows.run_id', ...expressions.map(({ sql }) => sql)].join(', ')}
         FROM run_rows WHERE run_rows.number IN (SELECT value FROM json_each(?))`
      )
      .raw()
      .all(...expressions.flatMap(({ parameters }) => parameters), JSON.stringify(numbers)) as [
      number,
      string,
      ...(string | number | null)[]
    ][];
    return new Map(
      rows.map(([number, id, ...values]) => [
        number,
        [id, ...values.map((value, index) => cellOf(columns[index]!, value))]
      ])
    );
  }

  return {
    rows({ columns, order, offset, limit, ids, ...selection }) {
      const numbers = orders.get([selection, ids, order], () => {
        const where = conditions(selection, ids);
        const by = order.map(({ field, descending }) => {
          const { sql, parameters } = compileField(field);
          return { sql: `${sql} COLLATE NOCASE ${direction(descending)}`, parameters };
        });
        return connection
          .prepare(
            `SELECT run_rows.number FROM run_rows WHERE ${where.sql}
             ORDER BY ${[...by.map(({ sql }) => sql), 'run_rows.number'].join(', ')}`
          )
          .pluck()
          .all(...where.parameters, ...by.flatMap(({ parameters }) => parameters)) as number[];
      });
      const page = numbers.slice(offset, offset + limit);
      const found = cells(page, columns);
      return {
        total: numbers.length,
        rows: page.flatMap((number) => [found.get(number) ?? []]).filter(some)
      };
    },

    groups({ keys, columns, metrics, order, offset, limit, ...selection }) {
      const groups = groupings.get([selection, keys, metrics, order], () => {
        const where = conditions(selection, undefined);
        const by: readonly SqlExpression[] =
          keys?.map(compileField) ?? allButSeed.map((sql) => ({ sql, parameters: [] }));
        const values = metrics.map(compileField);
        const inner = [
          'run_rows.number AS number',
          ...by.map(({ sql }, index) => `${sql} AS key${index}`),
          ...values.map(({ sql }, index) => `${sql} AS value${index}`)
        ];
        const outer = [
          'min(number)',
          'count(*) AS runs',
          ...values.flatMap((_value, i) => [
            `count(value${i})`,
            `avg(value${i}) AS mean${i}`,
            `deviation(value${i})`
          ])
        ];
        const ordering = order.map(({ by: what, descending }) => {
          const name = what === 'runs' ? 'runs' : 'key' in what ? `key${what.key}` : `mean${what.mean}`;
          return `${name} COLLATE NOCASE ${direction(descending)}`;
        });
        const names = by.map((_key, index) => `key${index}`);
        return connection
          .prepare(
            `WITH selected AS MATERIALIZED (SELECT ${inner.join(', ')} FROM run_rows WHERE ${where.sql})
             SELECT ${outer.join(', ')} FROM selected GROUP BY ${names.join(', ')}
             ORDER BY ${[...ordering, ...(keys === null ? ['min(number)'] : names)].join(', ')}`
          )
          .raw()
          .all(
            ...by.flatMap(({ parameters }) => parameters),
            ...values.flatMap(({ parameters }) => parameters),
            ...where.parameters
          ) as GroupRow[];
      });
      const page = groups.slice(offset, offset + limit);
      const found = cells(
        page.map(([first]) => first),
        columns
      );
      const rows = page.flatMap(([first, runs, ...numbers]) => {
        const row = found.get(first);
        if (row === undefined) return [];
        const [id, ...values] = row;
        const means = metrics.map((_metric, index) => meanOf(numbers.slice(3 * index, 3 * index + 3)));
        return [{ id: id as string, runs, cells: values, means }];
      });
      return { total: groups.length, rows };
    },

    values({ field, limit }) {
      const { sql, parameters } =
        field.kind === 'setting'
          ? {
              sql: `SELECT DISTINCT value FROM treatment_settings
                WHERE path = (SELECT number FROM setting_paths WHERE setting_paths.path = ?)`,
              parameters: compileField(field).parameters
            }
          : {
              sql: `SELECT DISTINCT ${compileField(field).sql} FROM run_rows WHERE trashed = 0`,
              parameters: compileField(field).parameters
            };
      const values = connection
        .prepare(`${sql} ORDER BY 1 LIMIT ?`)
        .pluck()
        .all(...parameters, limit) as (string | number | null)[];
      return values.filter((value) => value !== null);
    }
  };
}

function conditions(selection: QuerySelection, ids: readonly string[] | undefined): SqlExpression {
  const parts: SqlExpression[] = [{ sql: 'run_rows.trashed = ?', parameters: [selection.trash ? 1 : 0] }];
  if (selection.experimentId !== undefined) {
    parts.push({
      sql: 'run_rows.run_id IN (SELECT run_id FROM experiment_runs WHERE experiment_id = ?)',
      parameters: [selection.experimentId]
    });
  }
  if (ids !== undefined) {
    const sql = 'run_rows.run_id IN (SELECT value FROM json_each(?))';
    parts.push({ sql, parameters: [JSON.stringify(ids)] });
  }
  if (selection.condition !== undefined) parts.push(compileCondition(selection.condition));
  return {
    sql: parts.map(({ sql }) => sql).join(' AND '),
    parameters: parts.flatMap(({ parameters }): readonly Parameter[] => parameters)
  };
}

const direction = (descending: boolean) => (descending ? 'DESC NULLS LAST' : 'ASC NULLS LAST');

/** A run that went between the two statements has no cells. */
const some = (row: RunCell[]) => row.length > 0;

function cellOf(column: QueryColumn, value: string | number | null): RunCell {
  if (column.kind === 'shown') return shownCell(column.name, value);
  return column.flag && value !== null ? value === 1 : value;
}

function meanOf([n, mean, deviation]: readonly (number | null | undefined)[]): MeanOfRuns | null {
  if (!n || typeof mean !== 'number') return null;
  const { low, high } = tIntervalOf(mean, deviation ?? null, n);
  return { n, mean, deviation: deviation ?? null, low, high };
}
