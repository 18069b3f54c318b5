import { stringify } from 'csv-stringify/sync';
import {
  metricCatalogue,
  settingsOf,
  type ExportedText,
  type MetricEntry,
  type Run
} from '../../../contract/index.ts';
import { proportion, type Notebook, type StoredExperiment } from '../../store/index.ts';
import { levelOf } from '../run-label.ts';
import { fileSlug } from './file-slug.ts';

type Cell = string | number | boolean | null;
type Row = Record<string, Cell>;

/** Metrics that are shares of the samples, and so have a Wilson interval. */
const shares = ['top1', 'top5'];

/**
 * Tables for other programs. `tidy` has one row for each run and metric: identity, factors, `metric`, `value`, `low`, `high`
 * (95 %, Wilson) and `n`; a run without metrics has one row with none. `wide` has one row for each run and a column for
 * each metric. Numbers have all their digits.
 */
export function runTableFile(
  notebook: Notebook,
  runs: readonly Run[],
  experiment: StoredExperiment | null,
  shape: 'tidy' | 'wide',
  format: 'csv' | 'json'
): ExportedText {
  const factors = experiment === null ? differingSettings(runs) : Object.keys(experiment.file.factors);
  const table = runTable(notebook, runs, factors, shape, experiment?.name ?? null);
  return exported(table, `${fileSlug(experiment?.name ?? 'runs')}-${shape}`, format);
}

interface ExportTable {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** Units of columns, which the headers of a CSV file name. */
  readonly units?: Readonly<Record<string, string>>;
}

function runTable(
  notebook: Notebook,
  runs: readonly Run[],
  factors: readonly string[],
  shape: 'tidy' | 'wide',
  experiment: string | null
): ExportTable {
  const identity = (run: Run): Row => ({
    run_id: run.id,
    configuration_hash: run.configurationHash,
    experiment:
      experiment ??
      notebook.experiments
        .ofRun(run.id)
        .map((each) => each.name)
        .join('; '),
    model: run.model,
    dataset: run.dataset,
    samples: run.samples,
    baseline: run.baseline,
    arithmetic: run.configuration.arithmetic,
    ...Object.fromEntries(factors.map((factor) => [factor, levelCell(run, factor)])),
    seed: run.seed,
    status: run.status
  });
  const identityColumns = [
    'run_id',
    'configuration_hash',
    'experiment',
    'model',
    'dataset',
    'samples',
    'baseline',
    'arithmetic',
    ...factors.filter((factor) => factor !== 'arithmetic'),
    'seed',
    'status'
  ];
  if (shape === 'tidy') {
    return {
      columns: [...identityColumns, 'metric', 'value', 'unit', 'low', 'high', 'n'],
      rows: runs.flatMap((run) => metricRows(run).map((row) => ({ ...identity(run), ...row })))
    };
  }
  const metrics = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))].sort();
  return {
    columns: [...identityColumns, ...metrics.flatMap(wideColumns), 'duration_seconds'],
    rows: runs.map((run) => ({
      ...identity(run),
      ...Object.assign({}, ...metrics.map((metric) => wideCells(run, metric))),
      duration_seconds: run.durationSeconds
    })),
    units: {
      ...Object.fromEntries(
        metrics.flatMap((metric) => wideColumns(metric).map((column) => [column, unitOf(metric)]))
      ),
      duration_seconds: 's'
    }
  };
}

function metricRows(run: Run): Row[] {
  const entries = Object.entries(run.metrics);
  if (entries.length === 0)
    return [{ metric: null, value: null, unit: null, low: null, high: null, n: null }];
  return entries.map(([metric, value]) => {
    const interval = shares.includes(metric) ? proportion(value, run.samples) : null;
    return {
      metric,
      value,
      unit: unitOf(metric),
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      n: interval?.count ?? null
    };
  });
}

/** The unit of a metric; an empty text where it is not known. */
function unitOf(metric: string): string {
  return (metricCatalogue as Readonly<Record<string, MetricEntry>>)[metric]?.unit ?? '';
}

function wideColumns(metric: string): string[] {
  return shares.includes(metric) ? [metric, `${metric}_low`, `${metric}_high`] : [metric];
}

function wideCells(run: Run, metric: string): Row {
  const value = run.metrics[metric];
  const interval = shares.includes(metric) ? proportion(value, run.samples) : null;
  return {
    [metric]: value ?? null,
    ...(shares.includes(metric)
      ? {
          [`${metric}_low`]: interval?.low ?? null,
          [`${metric}_high`]: interval?.high ?? null
        }
      : {})
  };
}

/** A factor's level. The float run has none: what its configuration says of quantizers does not matter. */
function levelCell(run: Run, factor: string): Cell {
  if (run.baseline && factor !== 'arithmetic') return null;
  const level = levelOf(run.configuration, factor);
  return level === null || typeof level !== 'object' ? (level as Cell) : JSON.stringify(level);
}

/** The settings that the quantized runs do not agree on, but for the seed, which has its own column. */
function differingSettings(runs: readonly Run[]): string[] {
  const values = new Map<string, Set<string>>();
  const quantized = runs.filter((run) => !run.baseline);
  for (const run of quantized) {
    for (const [path, value] of settingsOf(run.configuration)) {
      const known = values.get(path) ?? new Set();
      values.set(path, known.add(JSON.stringify(value)));
    }
  }
  return [...values]
    .filter(([path, found]) => path !== 'seed' && path !== 'arithmetic' && found.size > 1)
    .map(([path]) => path);
}

function exported(table: ExportTable, name: string, format: 'csv' | 'json'): ExportedText {
  if (format === 'json') {
    const rows = table.rows.map((row) =>
      Object.fromEntries(table.columns.map((column) => [column, row[column] ?? null]))
    );
    return {
      fileName: `${name}.json`,
      mediaType: 'application/json',
      text: `${JSON.stringify(rows, null, 2)}\n`
    };
  }
  return { fileName: `${name}.csv`, mediaType: 'text/csv', text: csv(table) };
}

/** RFC 4180, with lines that end in CR LF. */
export function csv(table: ExportTable): string {
  const rows = table.rows.map((row) => table.columns.map((column) => csvCell(row[column] ?? null)));
  // Left alone, the package quotes only the line ends that it writes itself.
  const headers = table.columns.map((column) => {
    const unit = table.units?.[column] ?? '';
    return csvCell(unit === '' ? column : `${column} [${unit}]`);
  });
  return stringify([headers, ...rows], {
    record_delimiter: 'windows',
    quoted_match: /[\r\n]/
  });
}

/** Spreadsheets compute what begins like a formula; an apostrophe keeps text from being one. Numbers stay as they are. */
function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}
