import type { SortOrder } from '../../components/table-column.ts';

/** How runs are looked at, as far as the address says it. */
export interface AddressedLook {
  readonly where: string;
  readonly trash: boolean;
  /** Names of columns; null for the usual ones. */
  readonly columns: readonly string[] | null;
  readonly by: 'all-but-seed' | readonly string[] | null;
  readonly sort: readonly SortOrder[];
}

type Query = Readonly<Record<string, string>>;

/** The address's query of a look: `where`, `trash`, `columns`, `by` and `sort` (`-top1,model`: falling, then rising). */
export function lookQuery({ where, trash, columns, by, sort }: AddressedLook): Record<string, string> {
  return {
    ...(where.trim() !== '' && { where: where.trim() }),
    ...(trash && { trash: '1' }),
    ...(columns !== null && { columns: columns.join(',') }),
    ...(by !== null && { by: typeof by === 'string' ? by : by.join(',') }),
    ...(sort.length > 0 && {
      sort: sort.map(({ key, direction }) => (direction === 'descending' ? `-${key}` : key)).join(',')
    })
  };
}

/** Reads such a query. */
export function queriedLook(query: Query): AddressedLook {
  const names = (text: string | undefined) => text?.split(',').filter((name) => name !== '') ?? [];
  const by = query['by'];
  return {
    where: query['where'] ?? '',
    trash: query['trash'] !== undefined,
    columns: query['columns'] === undefined ? null : names(query['columns']),
    by: by === undefined ? null : by === 'all-but-seed' ? by : names(by),
    sort: names(query['sort']).map((name) =>
      name.startsWith('-')
        ? { key: name.slice(1), direction: 'descending' }
        : { key: name, direction: 'ascending' }
    )
  };
}
