import { valueAt, parseSettingPath } from '../../contract/setting-path.ts';
import {
  layersText,
  shownLevel,
  type Configuration,
  type ExperimentFile,
  type Run
} from '../../contract/index.ts';
import type { StoredRun } from '../store/index.ts';
import type { Context } from './context.ts';

/** A run in a few words: its model, and its levels of the experiment's factors. */
export function runLabel(context: Context, file: ExperimentFile, run: StoredRun): string {
  const model = context.notebook.models.get(run.modelId)?.name ?? run.modelId;
  if (run.configuration.arithmetic === 'float') return `${model}, float`;
  const tables = context.notebook.measurements.ofRun(run.id).map(({ hash, name }) => [hash, name] as const);
  const named = { configuration: run.configuration, measurements: Object.fromEntries(tables) };
  const levels = Object.keys(file.factors).map(
    (factor) => `${factor} ${levelText(factor, levelOf(named, factor))}`
  );
  const seed = file.seeds.length > 1 ? [`seed ${run.configuration.seed}`] : [];
  return [model, ...levels, ...seed].join(', ');
}

/** What the configuration of a run says for a factor, tables of measurements by their names, or null where it says nothing. */
export function levelOf(run: Pick<Run, 'configuration' | 'measurements'>, factor: string): unknown {
  const path = parseSettingPath(factor);
  return path === null ? null : (shownLevel(run, valueAt(run.configuration, path)) ?? null);
}

function levelText(factor: string, level: unknown): string {
  if (factor === 'layers') return layersText(level as Configuration['layers']);
  return typeof level === 'string' ? level : JSON.stringify(level);
}
