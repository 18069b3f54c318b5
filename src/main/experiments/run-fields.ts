import {
  Configuration,
  defaultConfiguration,
  metricCatalogue,
  runColumnCatalogue,
  runColumns,
  type RunColumn
} from '../../contract/index.ts';
import { importedSettings, parseSettingPath } from '../../contract/setting-path.ts';
import type { RunField } from '../store/index.ts';
import { knownKeys } from './schema-problem.ts';

/** Metrics that runs have, so that one can filter by them before there is one. */
export const usualMetrics = Object.keys(metricCatalogue);

/**
 * What a name in a filter or a query stands for: a column, a metric or the path of a setting; null for nothing.
 * @param metrics the names of the metrics in the notebook
 */
export function fieldNamed(name: string, metrics: readonly string[]): RunField | null {
  if ((runColumns as readonly string[]).includes(name)) return { kind: 'column', name: name as RunColumn };
  if (metrics.includes(name)) return { kind: 'metric', name };
  const path = parseSettingPath(name);
  return path !== null && isSetting(path) ? { kind: 'setting', path } : null;
}

/** Whether a field is compared as text, even where a value looks like a number. */
export function isText(field: RunField): boolean {
  if (field.kind !== 'column') return false;
  const { type } = runColumnCatalogue[field.name];
  return type === 'text' || type === 'time';
}

/** Whether a field is a setting of another program, whose words true and false are only words. */
export function isImportedSetting(field: RunField): boolean {
  return field.kind === 'setting' && field.path[0] === importedSettings;
}

/** Whether a field is true or false. */
export function isFlag(field: RunField): boolean {
  if (field.kind === 'column') return runColumnCatalogue[field.name].type === 'flag';
  return field.kind === 'setting' && typeof defaultAt(field.path) === 'boolean';
}

function isSetting(path: readonly string[]): boolean {
  if (path[0] === importedSettings) return path.length === 2;
  return path.every((name, index) => {
    // A layer may have any name.
    if (path[0] === 'layers' && index === 1) return true;
    return knownKeys(Configuration, path.slice(0, index)).includes(name);
  });
}

function defaultAt(path: readonly string[]): unknown {
  const inOverride = path[0] === 'layers';
  let value: unknown = defaultConfiguration;
  for (const name of inOverride ? path.slice(2) : path) value = (value as Record<string, unknown>)?.[name];
  return value;
}

/** Paths of all settings, without those of single layers. */
export function knownSettings(): string[] {
  return knownKeys(Configuration, []).flatMap((name) => {
    const inner = knownKeys(Configuration, [name]);
    return inner.length === 0 ? [name] : inner.map((key) => `${name}.${key}`);
  });
}
