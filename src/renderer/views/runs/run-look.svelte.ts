import type { RunView } from '../../../contract/index.ts';
import type { SortOrder } from '../../components/table-column.ts';
import type { AddressedLook } from './look-address.ts';
import type { Notebook } from '../../state/notebook.svelte.ts';

const usualSort: readonly SortOrder[] = [{ key: 'started', direction: 'descending' }];

/** How runs are looked at: it outlives the screen, so that coming back finds the same table. */
export class RunLook {
  /** Names of columns; null for the usual ones. */
  columns = $state.raw<readonly string[] | null>(null);
  sort = $state.raw<readonly SortOrder[]>(usualSort);
  /** What groups share: nothing (single runs), everything but the seed, or these columns. */
  grouping = $state<'none' | 'all-but-seed' | 'factors'>('none');
  factors = $state.raw<readonly string[]>([]);
  /** The order of groups. */
  groupSort = $state.raw<readonly SortOrder[]>([]);
  /** The saved view that this began as. */
  view = $state.raw<string | null>(null);

  /** What groups are made by; null for single runs. */
  get by(): 'all-but-seed' | readonly string[] | null {
    if (this.grouping === 'all-but-seed') return 'all-but-seed';
    return this.grouping === 'factors' && this.factors.length > 0 ? this.factors : null;
  }

  /** What the address says of it; the usual order is not worth a word. */
  get addressed(): Pick<AddressedLook, 'columns' | 'by' | 'sort'> {
    const { by, columns } = this;
    const sort = by === null ? this.sort : this.groupSort;
    return { by, columns, sort: sort === usualSort ? [] : sort };
  }

  /** Takes what an address says, and keeps what it does not say. */
  takeAddress({ columns, by, sort }: Pick<AddressedLook, 'columns' | 'by' | 'sort'>): void {
    if (columns !== null) this.columns = columns;
    if (by !== null) this.grouping = by === 'all-but-seed' ? by : 'factors';
    if (by !== null && by !== 'all-but-seed') this.factors = by;
    if (sort.length === 0) return;
    if (by === null) this.sort = sort;
    else this.groupSort = sort;
  }

  /** Takes a saved view, but for its filter. */
  take({ name, columns, sort, grouping }: RunView): void {
    this.view = name;
    this.columns = columns;
    const order = sort.map(({ column, direction }) => ({ key: column, direction }));
    if (grouping === null) this.sort = order;
    else this.groupSort = order;
    this.grouping = grouping === null ? 'none' : grouping.by === 'all-but-seed' ? 'all-but-seed' : 'factors';
    if (grouping !== null && grouping.by !== 'all-but-seed') this.factors = grouping.by;
  }

  /** As a view to save. @param columns those that are shown */
  saved(name: string, where: string, columns: readonly string[]): RunView {
    const { by } = this;
    const order = by === null ? this.sort : this.groupSort;
    return {
      name,
      where,
      columns: [...columns],
      sort: order.map(({ key, direction }) => ({ column: key, direction })),
      grouping: by === null ? null : { by: by === 'all-but-seed' ? by : [...by] }
    };
  }
}

const looks = new WeakMap<Notebook, RunLook>();

/** The look of a notebook: the same one each time the screen is opened. */
export function lookOf(notebook: Notebook): RunLook {
  const known = looks.get(notebook) ?? new RunLook();
  looks.set(notebook, known);
  return known;
}
