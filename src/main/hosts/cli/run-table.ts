import { layersText, shownLevel, type ExperimentDetails, type Run } from '../../../contract/index.ts';
import { meanOf, repeatsOf } from '../../experiments/repeats.ts';
import { atPath, percentWithInterval, settingText } from './format.ts';
import { table } from './output.ts';

/** Runs as rows, with the settings at `factors` (dotted paths) as columns. */
export function runTable(runs: readonly Run[], factors: readonly string[]): string {
  return table(
    ['run', 'model', ...factors, 'status', 'top-1 (95 % interval)', 'seconds'],
    runs.map((run) => [
      run.id,
      run.model,
      ...factors.map((factor) => (run.baseline ? 'float' : factorText(run, factor))),
      run.error === null ? run.status : `${run.status}: ${run.error.code}`,
      run.top1 === null ? null : percentWithInterval(run.top1),
      run.durationSeconds === null ? null : run.durationSeconds.toFixed(2)
    ])
  );
}

/** A level of a factor; what single layers do otherwise takes a column, not a page. */
function factorText(run: Run, factor: string): string {
  if (factor === 'layers') return layersText(run.configuration.layers);
  return settingText(shownLevel(run, atPath(run.configuration, factor)));
}

/**
 * Means over seeds, with the settings at `factors` as columns; null where no configuration was run with several seeds.
 */
export function repeatTable(runs: readonly Run[], factors: readonly string[]): string | null {
  const groups = repeatsOf(runs).filter((repeats) => repeats.runs.length > 1);
  if (groups.length === 0) return null;
  return table(
    ['model', ...factors, 'seeds', 'mean top-1', 'standard deviation (points)', '95 % t interval'],
    groups.map((repeats) => {
      const run = repeats.runs[0]!;
      const top1 = meanOf(repeats, 'top1');
      const percent = (share: number | null | undefined) =>
        share === null || share === undefined ? null : (100 * share).toFixed(2);
      return [
        run.model,
        ...factors.map((factor) => factorText(run, factor)),
        repeats.runs.length,
        top1 === null ? null : `${percent(top1.mean)} %`,
        percent(top1?.standardDeviation),
        top1 === null ? null : `${percent(top1.low)} to ${percent(top1.high)} %`
      ];
    })
  );
}

/** `21 of 24 runs finished, 2 failed, 1 cancelled; 6 more were not needed`. */
export function countsText({ counts, spared }: Pick<ExperimentDetails, 'counts' | 'spared'>): string {
  const others = (['failed', 'running', 'queued', 'cancelled', 'interrupted'] as const)
    .filter((status) => counts[status] > 0)
    .map((status) => `, ${counts[status]} ${status}`);
  return `${counts.finished} of ${counts.total} runs finished${others.join('')}${spared > 0 ? `; ${spared} more were not needed` : ''}`;
}
