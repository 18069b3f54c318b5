/** A condition on runs, as the filter language or a use case builds it. */
export type RunCondition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly RunCondition[] }
  | { readonly kind: 'not'; readonly part: RunCondition }
  | {
      readonly kind: 'compare';
      readonly field: RunField;
      readonly operator: RunOperator;
      readonly value: string | number | boolean | null;
    }
  | { readonly kind: 'tag'; readonly tag: string };

export type RunOperator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~';

export type RunField =
  | { readonly kind: 'column'; readonly name: RunColumn }
  | { readonly kind: 'metric'; readonly name: string }
  /** A setting of the configuration, by its path. */
  | { readonly kind: 'setting'; readonly path: readonly string[] };

/** What can be asked of a run beside its settings and metrics, as SQL over runs, models and datasets. */
const columns = {
  id: 'runs.id',
  model: 'models.name',
  dataset: 'datasets.name',
  status: 'runs.status',
  arithmetic: 'runs.arithmetic',
  baseline: `(runs.arithmetic = 'float')`,
  seed: 'runs.seed',
  samples: 'runs.samples',
  duration: 'runs.duration_seconds',
  created: 'runs.created_at',
  started: 'runs.started_at',
  ended: 'runs.ended_at',
  starred: 'EXISTS (SELECT 1 FROM stars WHERE stars.run_id = runs.id)',
  note: `coalesce((SELECT text FROM notes WHERE notes.run_id = runs.id), '')`
} as const;

export type RunColumn = keyof typeof columns;
export const runColumns = Object.keys(columns) as readonly RunColumn[];

export interface SqlCondition {
  readonly sql: string;
  readonly parameters: readonly (string | number | null)[];
}

/**
 * The condition as SQL. Values and names only ever travel as parameters. A comparison with something that a run does not
 * have is false, not unknown, so that `not` means what it says.
 */
export function compileCondition(condition: RunCondition): SqlCondition {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const parts = condition.parts.map(compileCondition);
      return {
        sql: `(${parts.map((part) => part.sql).join(condition.kind === 'and' ? ' AND ' : ' OR ')})`,
        parameters: parts.flatMap((part) => part.parameters)
      };
    }
    case 'not': {
      const { sql, parameters } = compileCondition(condition.part);
      return { sql: `(NOT ${sql})`, parameters };
    }
    case 'tag':
      return {
        sql: 'EXISTS (SELECT 1 FROM tags WHERE tags.run_id = runs.id AND tags.tag = ?)',
        parameters: [condition.tag]
      };
    case 'compare':
      return compileComparison(condition);
  }
}

function compileComparison(condition: RunCondition & { kind: 'compare' }): SqlCondition {
  const field = compileField(condition.field);
  const value = typeof condition.value === 'boolean' ? Number(condition.value) : condition.value;
  const one = (sql: string): SqlCondition => ({ sql, parameters: [...field.parameters, value] });
  switch (condition.operator) {
    case '=':
      return one(`(${field.sql} IS ?)`);
    case '!=':
      return one(`(${field.sql} IS NOT ?)`);
    case '~':
      return one(`ifnull(instr(lower(${field.sql}), lower(?)) > 0, 0)`);
    default: {
      // SQLite sorts every number before every text; here they are not comparable at all.
      const sameType =
        typeof value === 'number'
          ? `typeof(${field.sql}) IN ('integer', 'real')`
          : `typeof(${field.sql}) = 'text'`;
      return {
        sql: `ifnull(${sameType} AND ${field.sql} ${condition.operator} ?, 0)`,
        parameters: [...field.parameters, ...field.parameters, value]
      };
    }
  }
}

function compileField(field: RunField): SqlCondition {
  switch (field.kind) {
    case 'column':
      return { sql: columns[field.name], parameters: [] };
    case 'metric':
      return {
        sql: '(SELECT value FROM metrics WHERE metrics.run_id = runs.id AND metrics.name = ? AND metrics.step = 0)',
        parameters: [field.name]
      };
    case 'setting': {
      const path = field.path.join('.');
      if (path === 'weights.bits') return { sql: 'runs.weights_bits', parameters: [] };
      if (path === 'activations.bits') return { sql: 'runs.activations_bits', parameters: [] };
      const jsonPath = `$${field.path.map((name) => `."${name.replaceAll('"', '')}"`).join('')}`;
      return { sql: 'json_extract(runs.configuration, ?)', parameters: [jsonPath] };
    }
  }
}
