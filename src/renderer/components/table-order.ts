import type { Column, SortOrder, SortValue } from './table-column.ts';

/** Collates as people count: `layer2` before `layer10`. */
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** The rows in the order asked for; equal rows keep theirs. Without an order, the rows as they are. */
export function ordered<Row>(
  rows: readonly Row[],
  columns: readonly Pick<Column<Row>, 'key' | 'sort'>[],
  order: SortOrder | null
): readonly Row[] {
  const sort = order === null ? undefined : columns.find(({ key }) => key === order.key)?.sort;
  if (order === null || sort === undefined) return rows;
  const sign = order.direction === 'ascending' ? 1 : -1;
  return rows
    .map((row) => ({ row, value: sort(row) }))
    .sort((a, b) => compare(a.value, b.value, sign))
    .map(({ row }) => row);
}

/** Orders two values; `sign` turns the order around but leaves what is missing (null, NaN) at the end. */
function compare(a: SortValue, b: SortValue, sign: 1 | -1): number {
  const missing = Number(isMissing(a)) - Number(isMissing(b));
  if (missing !== 0 || isMissing(a)) return missing;
  if (typeof a === 'string' && typeof b === 'string') return sign * collator.compare(a, b);
  return sign * (Number(a) - Number(b));
}

const isMissing = (value: SortValue) => value === null || Number.isNaN(value);

/** The order after a click on a column's header: the same column turns around, another starts where it is most useful. */
export function nextOrder(order: SortOrder | null, key: string, numeric: boolean): SortOrder {
  if (order?.key === key) {
    return { key, direction: order.direction === 'ascending' ? 'descending' : 'ascending' };
  }
  return { key, direction: numeric ? 'descending' : 'ascending' };
}
