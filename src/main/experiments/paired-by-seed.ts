import { hasRandomPart, type Run } from '../../contract/index.ts';

/**
 * Runs of two settings in pairs of the same seed. A single run in which nothing is random stands for every seed; runs without a
 * partner are left out.
 */
export function pairedBySeed(first: readonly Run[], second: readonly Run[]): [Run, Run][] {
  if (standsForAll(first)) return second.map((run) => [first[0]!, run]);
  if (standsForAll(second)) return first.map((run) => [run, second[0]!]);
  const bySeed = new Map(first.map((run) => [run.seed, run]));
  return second.flatMap((run): [Run, Run][] => {
    const partner = bySeed.get(run.seed);
    return partner === undefined ? [] : [[partner, run]];
  });
}

const standsForAll = (runs: readonly Run[]) => runs.length === 1 && !hasRandomPart(runs[0]!.configuration);
