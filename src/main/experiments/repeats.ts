import { repeatKey, type Run } from '../../contract/index.ts';
import { tInterval, type MeanInterval } from '../numeric/statistics.ts';

/** Runs that differ in nothing but the seed. */
export interface Repeats {
  /** In the order given; at least one. */
  readonly runs: readonly Run[];
}

/**
 * Finished runs in groups of repeats, in the order of their first ones. Nothing is ever averaged over runs of two groups.
 * @param more what else repeats must share, such as calibration data where runs come from several experiments
 */
export function repeatsOf(runs: readonly Run[], more: (run: Run) => string = () => ''): Repeats[] {
  const finished = runs.filter((run) => run.status === 'finished');
  const groups = Map.groupBy(finished, (run) => `${repeatKey(run)} ${more(run)}`);
  return [...groups.values()].map((group) => ({ runs: group }));
}

/** Mean, sample standard deviation and 95 % t interval of a metric over repeats; null where no run has it. */
export function meanOf({ runs }: Repeats, metric: string): MeanInterval | null {
  const values = runs.flatMap((run) => {
    const value = run.metrics[metric];
    return value === undefined ? [] : [value];
  });
  return values.length === 0 ? null : tInterval(values);
}
