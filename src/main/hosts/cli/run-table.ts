import { layersText, type Configuration, type ExperimentDetails, type Run } from '../../../contract/index.ts';
import { atPath, percentWithInterval, settingText } from './format.ts';
import { table } from './output.ts';

/** Runs as rows, with the settings at `factors` (dotted paths) as columns. */
export function runTable(runs: readonly Run[], factors: readonly string[]): string {
  return table(
    ['run', 'model', ...factors, 'status', 'top-1 (95 % interval)', 'seconds'],
    runs.map((run) => [
      run.id,
      run.model,
      ...factors.map((factor) => (run.baseline ? 'float' : factorText(run.configuration, factor))),
      run.error === null ? run.status : `${run.status}: ${run.error.code}`,
      run.top1 === null ? null : percentWithInterval(run.top1),
      run.durationSeconds === null ? null : run.durationSeconds.toFixed(2)
    ])
  );
}

/** A level of a factor; what single layers do otherwise takes a column, not a page. */
function factorText(configuration: Configuration, factor: string): string {
  if (factor === 'layers') return layersText(configuration.layers);
  return settingText(atPath(configuration, factor));
}

/** `21 of 24 runs finished, 2 failed, 1 cancelled`. */
export function countsText({ counts }: Pick<ExperimentDetails, 'counts'>): string {
  const others = (['failed', 'running', 'queued', 'cancelled', 'interrupted'] as const)
    .filter((status) => counts[status] > 0)
    .map((status) => `, ${counts[status]} ${status}`);
  return `${counts.finished} of ${counts.total} runs finished${others.join('')}`;
}
