import { metricDirection, repeatKey, type Run } from '../../../contract/index.ts';
import { distinctLevels, levelOf, meanPoint, sortedLevels } from '../../figures/accuracy-series.ts';
import type { FigureTable } from '../../figures/figure-table.ts';
import { describeMetric } from '../../figures/metric-descriptions.ts';
import { levelPhrase, levelText } from '../../figures/setting-names.ts';

/** What of a cell's runs is shown. */
export const pivotAggregates = ['mean', 'median', 'minimum', 'maximum', 'deviation', 'count'] as const;
export type PivotAggregate = (typeof pivotAggregates)[number];

/** Columns: a column for each combination of everything that the rows do not tell apart; or one for all. */
export const everythingElse = 'everything-else';
export const nothing = 'nothing';

export interface PivotChoice {
  /** A factor as a dotted path, `model` or `seed`. */
  readonly rows: string;
  /** Another, or `everything-else`, or `nothing`. */
  readonly columns: string;
  readonly metric: string;
}

/** A cell of the pivot table: what a metric is over its runs, in the unit in which it is shown. */
export interface PivotCell {
  readonly runs: readonly Run[];
  readonly mean: number;
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
  /** The sample standard deviation; null for one run. */
  readonly deviation: number | null;
  readonly count: number;
  /** The 95 % interval of a share of one setting; null of anything else. */
  readonly low: number | null;
  readonly high: number | null;
}

export interface Pivot {
  readonly columnNames: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly (PivotCell | null)[] }[];
  /** Factors over which some cell is taken, as dotted paths. */
  readonly over: readonly string[];
}

/**
 * A metric of the finished runs by any factor by any other. Runs in float have no level of a setting: they are a level of their own.
 * @param factors what tells the runs apart: `model`, dotted paths, `seed`
 */
export function pivotOf(runs: readonly Run[], factors: readonly string[], choice: PivotChoice): Pivot {
  const finished = runs.filter(
    (run) => run.status === 'finished' && run.metrics[choice.metric] !== undefined
  );
  const others = factors.filter((path) => path !== choice.rows);
  const rowNames = levelNames(finished, choice.rows);
  const columns = columnsOf(finished, others, choice);
  const groups = rowNames.map((row) => {
    const inRow = finished.filter((run) => levelName(run, choice.rows) === row);
    return columns.map(({ has }) => inRow.filter(has));
  });
  const averaged = others.filter((path) => path !== choice.columns);
  return {
    columnNames: columns.map(({ name }) => name),
    rows: rowNames.map((name, row) => ({
      name,
      cells: groups[row]!.map((group) => cellOf(group, choice.metric))
    })),
    over: averaged.filter((path) =>
      groups.flat().some((group) => new Set(group.map((run) => levelName(run, path))).size > 1)
    )
  };
}

/** The cells of a row that are the best of an aggregate; none where fewer than two differ. */
export function bestOfRow(
  cells: readonly (PivotCell | null)[],
  metric: string,
  aggregate: PivotAggregate
): boolean[] {
  const direction = aggregate === 'deviation' || aggregate === 'count' ? null : metricDirection(metric);
  const values = cells.map((cell) => cell?.[aggregate] ?? null);
  const known = values.filter((value) => value !== null);
  if (direction === null || new Set(known).size < 2) return values.map(() => false);
  const best = direction === 'higher' ? Math.max(...known) : Math.min(...known);
  return values.map((value) => value === best);
}

/** All numbers of the table, a row for each cell. */
export function pivotTable(
  pivot: Pivot,
  titles: { rows: string; columns: string; metric: string }
): FigureTable {
  const { title, unit } = describeMetric(titles.metric);
  const number = (name: string) => ({ title: name, ...(unit !== '' && { unit }), digits: 4 });
  return {
    columns: [
      { title: titles.rows },
      { title: titles.columns },
      number(`${title}, mean`),
      ...['median', 'minimum', 'maximum', 'standard deviation', '95 % low', '95 % high'].map(number),
      { title: 'n', digits: 0 },
      { title: 'Runs' }
    ],
    rows: pivot.rows.flatMap(({ name, cells }) =>
      cells.flatMap((cell, column) =>
        cell === null
          ? []
          : [
              [
                name,
                pivot.columnNames[column]!,
                cell.mean,
                cell.median,
                cell.minimum,
                cell.maximum,
                cell.deviation,
                cell.low,
                cell.high,
                cell.count,
                cell.runs.map(({ id }) => id).join(' ')
              ]
            ]
      )
    )
  };
}

const floatName = 'float';

/** Runs in float have the default of every setting, which is no level that somebody chose. */
function levelName(run: Run, path: string): string {
  if (run.baseline && path !== 'model') return floatName;
  return levelText(path === 'seed' ? run.seed : levelOf(run, path), path);
}

/** The levels that there are: float first, bits from many to few, other numbers rising, words as they come. */
function levelNames(runs: readonly Run[], path: string): string[] {
  const set = runs.filter((run) => !run.baseline || path === 'model');
  const levels = distinctLevels(set.map((run) => (path === 'seed' ? run.seed : levelOf(run, path))));
  const names = sortedLevels(levels, path).map((level) => levelText(level, path));
  return set.length < runs.length ? [floatName, ...names] : names;
}

interface PivotColumn {
  readonly name: string;
  readonly has: (run: Run) => boolean;
}

function columnsOf(runs: readonly Run[], others: readonly string[], choice: PivotChoice): PivotColumn[] {
  if (choice.columns === nothing) return [{ name: 'All runs', has: () => true }];
  if (choice.columns !== everythingElse)
    return levelNames(runs, choice.columns).map((name) => ({
      name,
      has: (run) => levelName(run, choice.columns) === name
    }));
  const paths = others.filter((path) => path !== 'seed');
  const nameOf = (run: Run) =>
    paths
      .filter((path) => path === 'model' || !run.baseline)
      .map((path) => (path === 'model' ? run.model : levelPhrase(path, levelOf(run, path))))
      .join(', ') || 'All runs';
  const quantized = new Map(runs.filter((run) => !run.baseline).map((run) => [nameOf(run), run] as const));
  // A float network stands in every column of its model.
  const isOf = (run: Run, example: Run) => !others.includes('model') || run.model === example.model;
  return [...quantized].map(([name, example]) => ({
    name,
    has: (run) => (run.baseline ? isOf(run, example) : nameOf(run) === name)
  }));
}

function cellOf(runs: readonly Run[], metric: string): PivotCell | null {
  if (runs.length === 0) return null;
  const { factor } = describeMetric(metric);
  const values = runs.map((run) => run.metrics[metric]! * factor).sort((a, b) => a - b);
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const isOneSetting = new Set(runs.map(repeatKey)).size === 1;
  const point = metric === 'top1' && isOneSetting ? meanPoint(runs) : null;
  return {
    runs,
    mean,
    median: (values[(count - 1) >> 1]! + values[count >> 1]!) / 2,
    minimum: values[0]!,
    maximum: values.at(-1)!,
    deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : null,
    count,
    low: point === null ? null : point.low * factor,
    high: point === null ? null : point.high * factor
  };
}
