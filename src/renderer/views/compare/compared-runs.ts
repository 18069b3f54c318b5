import type { Comparison, Run } from '../../../contract/index.ts';

/** The most runs that can be compared at once (the contract's limit). */
export const mostRuns = 20;

/** A run among those compared, with the letter that stands for it in the columns. */
export interface LetteredRun {
  readonly letter: string;
  readonly run: Run;
}

/** Reads the addresses' `ids=a,b`: each once, in their order, no more than can be compared. */
export function parseIds(text: string | undefined): string[] {
  const ids = (text ?? '').split(',').filter((id) => id !== '');
  return [...new Set(ids)].slice(0, mostRuns);
}

/** A for the first run, B for the second, and so on. */
export function lettered(runs: Comparison['runs']): LetteredRun[] {
  return runs.map((run, index) => ({ letter: String.fromCharCode(65 + index), run }));
}
