import {
  Configuration,
  metricCatalogue,
  runColumnCatalogue,
  shownColumnCatalogue,
  type MetricEntry,
  type RunColumnEntry,
  type RunColumnInfo
} from '../../contract/index.ts';
import { importedSettings, parseSettingPath } from '../../contract/setting-path.ts';
import type { Notebook } from '../store/index.ts';
import { usualMetrics } from './run-fields.ts';
import { descriptionAt } from './schema-problem.ts';

/** Every column that runs of the notebook can be shown by: columns of their own, metrics, settings. */
export function runColumnList(notebook: Notebook): RunColumnInfo[] {
  const entries = (catalogue: Readonly<Record<string, RunColumnEntry>>, queried: boolean): RunColumnInfo[] =>
    Object.entries(catalogue).map(([name, { title, type, unit, definition }]) => ({
      name,
      kind: 'column',
      type,
      title,
      unit: unit ?? null,
      definition,
      queried,
      varies: true
    }));
  const metrics = [...new Set([...usualMetrics, ...notebook.metrics.names()])];
  return [
    ...entries(runColumnCatalogue, true),
    ...entries(shownColumnCatalogue, false),
    ...metrics.map((name) => metricInfo(name)),
    ...notebook.runIndex
      .settings()
      // The column of this name says the same, of float runs too.
      .filter(({ path }) => path !== 'arithmetic')
      .map(({ path, example, varies }) => settingInfo(path, example, varies))
  ];
}

/** What is known of a setting that came with imported runs. */
export const importedSettingText = 'Setting of imported runs, as their source calls it.';

function metricInfo(name: string): RunColumnInfo {
  const entry = (metricCatalogue as Readonly<Record<string, MetricEntry>>)[name];
  return {
    name,
    kind: 'metric',
    type: 'number',
    title: null,
    unit: entry?.unit ?? null,
    definition: entry?.definition ?? '',
    queried: true,
    varies: true
  };
}

function settingInfo(path: string, example: unknown, varies: boolean): RunColumnInfo {
  const names = parseSettingPath(path) ?? [];
  const isForeign = names[0] === importedSettings;
  const type = typeof example === 'number' ? 'number' : typeof example === 'boolean' ? 'flag' : 'text';
  return {
    name: path,
    kind: 'setting',
    type,
    title: isForeign ? (names[1] ?? null) : null,
    unit: null,
    definition: isForeign ? importedSettingText : descriptionAt(Configuration, names),
    queried: true,
    varies
  };
}
