import {
  formatSettingPath,
  importedSettings,
  metricCatalogue,
  settingsOf,
  type ExportedText,
  type ImportedRun,
  type MetricEntry,
  type Run
} from '../../../contract/index.ts';
import { proportion, type Notebook, type StoredExperiment } from '../../store/index.ts';
import { meanOf, repeatsOf } from '../repeats.ts';
import { levelOf } from '../run-label.ts';
import { exported, type Cell, type ExportTable, type Row } from './exported-table.ts';
import { fileSlug } from './file-slug.ts';

/** Metrics that are shares of the samples, and so have a Wilson interval. */
const shares = ['top1', 'top5'];

/**
 * Tables for other programs. `tidy` has one row for each run and metric: identity, factors, `metric`, `value`, `low`, `high`
 * (95 %, Wilson) and `n`; a run without metrics has one row with none. `wide` has one row for each run and a column for
 * each metric. `repeats` has one row for each configuration and metric: `mean`, sample `standard_deviation`, `n` and the ends of
 * the 95 % t interval over seeds; imported runs are not in it. Numbers have all their digits.
 */
export function runTableFile(
  notebook: Notebook,
  runs: readonly Run[],
  imported: readonly ImportedRun[],
  experiment: StoredExperiment | null,
  shape: 'tidy' | 'wide' | 'repeats',
  format: 'csv' | 'json'
): ExportedText {
  const named = Object.keys(experiment?.file.factors ?? {});
  // Stages of error budgets differ in more than the factors.
  const factors =
    experiment === null || experiment.file.errorBudget === true
      ? [...new Set([...named, ...differingSettings(runs)])]
      : named;
  const table =
    shape === 'repeats'
      ? repeatTable(notebook, runs, factors)
      : runTable(notebook, runs, imported, factors, shape, experiment?.name ?? null);
  return exported(table, `${fileSlug(experiment?.name ?? 'runs')}-${shape}`, format);
}

function runTable(
  notebook: Notebook,
  runs: readonly Run[],
  imported: readonly ImportedRun[],
  factors: readonly string[],
  shape: 'tidy' | 'wide',
  experiment: string | null
): ExportTable {
  const computedIdentity = (run: Run): Row => ({
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
    ...new Set(imported.flatMap(({ settings }) => Object.keys(settings).map(importedColumn))),
    'seed',
    'status',
    ...(imported.length === 0 ? [] : ['imported', 'source', 'name'])
  ];
  const rows: TableRun[] = [
    ...runs.map((run) => ({ ...run, identity: computedIdentity(run) })),
    ...imported.map((run) => ({ ...run, samples: null, identity: importedIdentity(run) }))
  ];
  if (shape === 'tidy') {
    return {
      columns: [...identityColumns, 'metric', 'value', 'unit', 'low', 'high', 'n'],
      rows: rows.flatMap((run) => metricRows(run).map((row) => ({ ...run.identity, ...row })))
    };
  }
  const metrics = [...new Set(rows.flatMap((run) => Object.keys(run.metrics)))].sort();
  return {
    columns: [...identityColumns, ...metrics.flatMap(wideColumns), 'duration_seconds'],
    rows: rows.map((run) => ({
      ...run.identity,
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

function repeatTable(notebook: Notebook, runs: readonly Run[], factors: readonly string[]): ExportTable {
  const calibration = (run: Run) => {
    const { calibrationDatasetId, calibrationSamples } = notebook.runs.get(run.id)!;
    return `${calibrationDatasetId} ${calibrationSamples}`;
  };
  const settings = factors.filter((factor) => factor !== 'arithmetic');
  const rows = repeatsOf(runs, calibration).flatMap((repeats) => {
    const run = repeats.runs[0]!;
    const metrics = [...new Set(repeats.runs.flatMap((each) => Object.keys(each.metrics)))].sort();
    return metrics.map((metric): Row => {
      const { mean, standardDeviation, low, high, count } = meanOf(repeats, metric)!;
      return {
        model: run.model,
        dataset: run.dataset,
        samples: run.samples,
        baseline: run.baseline,
        arithmetic: run.configuration.arithmetic,
        ...Object.fromEntries(settings.map((factor) => [factor, levelCell(run, factor)])),
        seeds: repeats.runs.map((each) => each.seed).join(' '),
        metric,
        mean,
        standard_deviation: standardDeviation,
        low,
        high,
        n: count
      };
    });
  });
  const identity = ['model', 'dataset', 'samples', 'baseline', 'arithmetic', ...settings];
  const numbers = ['seeds', 'metric', 'mean', 'standard_deviation', 'low', 'high', 'n'];
  return { columns: [...identity, ...numbers], rows };
}

/** What a row of the table is made from, whoever computed the run. */
interface TableRun extends Pick<Run, 'metrics' | 'durationSeconds'> {
  readonly identity: Row;
  /** null where nobody knows how many there were: then shares have no interval. */
  readonly samples: number | null;
}

const importedColumn = (name: string) => formatSettingPath([importedSettings, name]);

/** The hash is that of what was imported. What only computed runs have is left out. */
function importedIdentity(run: ImportedRun): Row {
  return {
    run_id: run.id,
    configuration_hash: run.contentHash,
    experiment: run.experiment,
    baseline: false,
    ...Object.fromEntries(Object.entries(run.settings).map(([name, value]) => [importedColumn(name), value])),
    seed: run.seed,
    status: run.status,
    imported: true,
    source: run.fileName,
    name: run.name
  };
}

function metricRows(run: TableRun): Row[] {
  const entries = Object.entries(run.metrics);
  if (entries.length === 0)
    return [{ metric: null, value: null, unit: null, low: null, high: null, n: null }];
  return entries.map(([metric, value]) => {
    const interval = shares.includes(metric) ? proportion(value, run.samples ?? 0) : null;
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

function wideCells(run: TableRun, metric: string): Row {
  const value = run.metrics[metric];
  const interval = shares.includes(metric) ? proportion(value, run.samples ?? 0) : null;
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
  const level = levelOf(run, factor);
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
