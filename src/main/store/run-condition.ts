import { compileField, type RunField, type SqlExpression } from './run-field.ts';

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
export type { RunField };

/**
 * The condition as SQL over `run_rows`. Values and names only ever travel as parameters. A comparison with something that a
 * run does not have is false, not unknown, so that `not` means what it says.
 */
export function compileCondition(condition: RunCondition): SqlExpression {
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
        sql: 'run_rows.run_id IN (SELECT tags.run_id FROM tags WHERE tags.tag = ?)',
        parameters: [condition.tag]
      };
    case 'compare':
      return compileComparison(condition);
  }
}

function compileComparison(condition: RunCondition & { kind: 'compare' }): SqlExpression {
  const field = compileField(condition.field);
  const value = typeof condition.value === 'boolean' ? Number(condition.value) : condition.value;
  const one = (sql: string): SqlExpression => ({ sql, parameters: [...field.parameters, value] });
  switch (condition.operator) {
    case '=':
      return one(`(${field.sql} IS ?)`);
    case '!=':
      return one(`(${field.sql} IS NOT ?)`);
    case '~':
      return one(`ifnull(instr(lower(${field.sql}), lower(?)) > 0, 0)`);
    default: {
      // SQLite sorts every number before every text; here they are not comparable at all.
      const { operator } = condition;
      if (typeof value !== 'number') {
        return {
          sql: `ifnull(typeof(${field.sql}) = 'text' AND ${field.sql} ${operator} ?, 0)`,
          parameters: [...field.parameters, ...field.parameters, value]
        };
      }
      const plain = one(`ifnull(${field.sql} ${operator} ?, 0)`);
      if (operator.startsWith('<') || condition.field.kind === 'metric') return plain;
      return {
        sql: `(${plain.sql} AND ${field.sql} <= 9e999)`,
        parameters: [...plain.parameters, ...field.parameters]
      };
    }
  }
}
