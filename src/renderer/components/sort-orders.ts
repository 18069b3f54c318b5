import type { SortOrder } from './table-column.ts';

/**
 * The orders after a click on a header. A plain click sorts by that column alone; an adding one puts it behind the others. The
 * same column turns around, and leaves the orders at the third adding click.
 * @param numeric such a column begins with its largest
 */
export function nextOrders(
  orders: readonly SortOrder[],
  key: string,
  numeric: boolean,
  adding: boolean
): readonly SortOrder[] {
  const start = numeric ? 'descending' : 'ascending';
  const known = orders.find((order) => order.key === key);
  const turned: SortOrder = {
    key,
    direction: known === undefined ? start : known.direction === 'ascending' ? 'descending' : 'ascending'
  };
  if (!adding) return [turned];
  if (known === undefined) return [...orders, turned];
  const isBackAtStart = turned.direction === start;
  return orders.flatMap((order) => (order.key !== key ? [order] : isBackAtStart ? [] : [turned]));
}
