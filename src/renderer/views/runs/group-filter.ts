import { filterWord, type RunCell } from '../../../contract/index.ts';

/** The longest filter that a query takes. */
const longest = 2000;

/**
 * A filter that leaves the runs of a group: what was filtered already, and each column with the group's value.
 * Null where it would become too long.
 */
export function groupFilter(
  where: string,
  columns: readonly string[],
  cells: readonly RunCell[]
): string | null {
  const conditions = columns.map((name, index) => `${name} = ${written(cells[index] ?? null)}`);
  const before = where.trim();
  const kept = before === '' ? [] : [/\bor\b/i.test(before) ? `(${before})` : before];
  const filter = [...kept, ...conditions].join(' and ');
  return filter.length > longest ? null : filter;
}

function written(cell: RunCell): string {
  if (typeof cell === 'string') return filterWord(cell);
  return String(cell);
}
