import type { BitlabEvent, Run } from '../../../contract/index.ts';

/** The runs with the changed one in its place; the same list where it holds no such run. */
export function updatedRuns(runs: Run[], event: BitlabEvent): Run[] {
  if (event.type !== 'run-changed') return runs;
  const at = runs.findIndex((run) => run.id === event.run.id);
  return at < 0 ? runs : runs.with(at, event.run);
}
