import type { RunCell, ShownColumn } from '../../contract/index.ts';
import { proportion } from './proportion.ts';
import { compileField, type SqlExpression } from './run-field.ts';

/** A column that is only shown, as SQL over `run_rows`; `shownCell` makes a cell of its value. */
export function compileShownColumn(name: ShownColumn): SqlExpression {
  switch (name) {
    case 'tags':
      return plain(
        `(SELECT json_group_array(tag) FROM (SELECT tag FROM tags WHERE tags.run_id = run_rows.run_id ORDER BY tag))`
      );
    case 'experiments':
      return plain(
        `(SELECT json_group_array(experiments.name) FROM experiment_runs
           JOIN experiments ON experiments.id = experiment_id AND experiments.trashed_at IS NULL
           WHERE experiment_runs.run_id = run_rows.run_id)`
      );
    case 'error':
      return plain(`(SELECT runs.error ->> '$.sentence' FROM runs WHERE runs.id = run_rows.run_id)`);
    case 'hash':
      return plain(
        `coalesce((SELECT runs.configuration_hash FROM runs WHERE runs.id = run_rows.run_id),
           (SELECT imported_runs.content_hash FROM imported_runs WHERE imported_runs.id = run_rows.run_id))`
      );
    case 'top1.interval':
    case 'top5.interval': {
      const { sql, parameters } = compileField({ kind: 'metric', name: name.slice(0, 4) });
      return { sql: `json_array(${sql}, run_rows.samples)`, parameters };
    }
  }
}

export function shownCell(name: ShownColumn, value: string | number | null): RunCell {
  if (name === 'error' || name === 'hash') return value;
  const parsed = JSON.parse(value as string) as RunCell[];
  if (name === 'tags' || name === 'experiments') return parsed as string[];
  const [share, samples] = parsed as [number | null, number | null];
  const interval = proportion(share ?? undefined, samples ?? 0);
  return interval === null ? null : [interval.low, interval.high];
}

const plain = (sql: string): SqlExpression => ({ sql, parameters: [] });
