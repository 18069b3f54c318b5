import type { RunColumn } from '../../contract/index.ts';
import { formatSettingPath } from '../../contract/setting-path.ts';

export type RunField =
  | { readonly kind: 'column'; readonly name: RunColumn }
  | { readonly kind: 'metric'; readonly name: string }
  /** A setting of the configuration, by its path. */
  | { readonly kind: 'setting'; readonly path: readonly string[] };

/** A piece of SQL with the values of its question marks. */
export interface SqlExpression {
  readonly sql: string;
  readonly parameters: readonly (string | number | null)[];
}

/** What can be asked of a run beside its settings and metrics, as SQL over `run_rows`. */
const columns: Record<RunColumn, string> = {
  id: 'run_rows.run_id',
  model: '(SELECT models.name FROM models WHERE models.id = run_rows.model_id)',
  dataset: '(SELECT datasets.name FROM datasets WHERE datasets.id = run_rows.dataset_id)',
  status: 'run_rows.status',
  arithmetic: 'run_rows.arithmetic',
  baseline: `(run_rows.arithmetic IS 'float')`,
  seed: 'run_rows.seed',
  samples: 'run_rows.samples',
  duration: 'run_rows.duration_seconds',
  created: 'run_rows.created_at',
  started: 'run_rows.started_at',
  ended: 'run_rows.ended_at',
  starred: '(run_rows.run_id IN (SELECT stars.run_id FROM stars))',
  note: `coalesce((SELECT notes.text FROM notes WHERE notes.run_id = run_rows.run_id), '')`,
  imported: 'run_rows.imported',
  name: imported('name'),
  experiment: imported('experiment'),
  source: imported('file_name')
};

function imported(column: string): string {
  return `(SELECT imported_runs.${column} FROM imported_runs WHERE imported_runs.id = run_rows.run_id)`;
}

/** A field's value as SQL over `run_rows`; null where a run has none. */
export function compileField(field: RunField): SqlExpression {
  switch (field.kind) {
    case 'column':
      return { sql: columns[field.name], parameters: [] };
    case 'metric':
      return {
        sql: `(SELECT metric_columns.value FROM metric_columns
           WHERE metric_columns.metric = (SELECT number FROM metric_names WHERE name = ?)
             AND metric_columns.run = run_rows.number)`,
        parameters: [field.name]
      };
    case 'setting':
      return {
        sql: `(SELECT treatment_settings.value FROM treatment_settings
           WHERE treatment_settings.path = (SELECT number FROM setting_paths WHERE setting_paths.path = ?)
             AND treatment_settings.treatment = run_rows.treatment)`,
        parameters: [formatSettingPath(field.path)]
      };
  }
}
