import { repeatKey, type Run, type StopEarly } from '../../contract/index.ts';
import { tInterval } from '../numeric/statistics.ts';

/**
 * The runs of an experiment that are not needed: in each group of repeats, those behind the first seeds whose mean has an
 * interval as narrow as asked. Only what stands before a run decides about it, so that the answer does not depend on what the
 * notebook knew before, nor on when it is asked.
 * @param runs in the experiment's order
 */
export function sparedRuns(runs: readonly Run[], rule: StopEarly): Run[] {
  const groups = Map.groupBy(runs, repeatKey);
  return [...groups.values()].flatMap((group) => group.slice(neededCount(group, rule)));
}

/** How many of a group's first runs are needed; all of them as long as that cannot be told. */
function neededCount(group: readonly Run[], { metric, halfWidth, leastSeeds }: StopEarly): number {
  const values: number[] = [];
  for (const [index, run] of group.entries()) {
    if (run.status === 'failed') continue;
    const value = run.metrics[metric];
    if (run.status !== 'finished') break;
    if (value === undefined) continue;
    values.push(value);
    if (values.length < leastSeeds) continue;
    const { mean, high } = tInterval(values);
    if (high !== null && high - mean <= halfWidth) return index + 1;
  }
  return group.length;
}
