import { valueAt, parseSettingPath } from '../../contract/setting-path.ts';
import { layersText, type Configuration, type ExperimentFile } from '../../contract/index.ts';
import type { StoredRun } from '../store/index.ts';
import type { Context } from './context.ts';

/** A run in a few words: its model, and its levels of the experiment's factors. */
export function runLabel(context: Context, file: ExperimentFile, run: StoredRun): string {
  const model = context.notebook.models.get(run.modelId)?.name ?? run.modelId;
  if (run.configuration.arithmetic === 'float') return `${model}, float`;
  const levels = Object.keys(file.factors).map(
    (factor) => `${factor} ${levelText(factor, levelOf(run.configuration, factor))}`
  );
  const seed = file.seeds.length > 1 ? [`seed ${run.configuration.seed}`] : [];
  return [model, ...levels, ...seed].join(', ');
}

/** What a configuration says for a factor, or null where it says nothing. */
export function levelOf(configuration: Configuration, factor: string): unknown {
  const path = parseSettingPath(factor);
  return path === null ? null : (valueAt(configuration, path) ?? null);
}

function levelText(factor: string, level: unknown): string {
  if (factor === 'layers') return layersText(level as Configuration['layers']);
  return typeof level === 'string' ? level : JSON.stringify(level);
}
