import {
  BitlabError,
  nearestName,
  shownColumnCatalogue,
  type Handlers,
  type RunSelection,
  type RunSort,
  type ShownColumn
} from '../../contract/index.ts';
import type { GroupOrder, Notebook, QueryColumn, QuerySelection, RunField } from '../store/index.ts';
import type { Context } from './context.ts';
import { filterCompletion } from './filter-completion.ts';
import { parseFilter } from './filter.ts';
import { experimentWithId } from './names.ts';
import { runColumnList } from './run-column-list.ts';
import { fieldNamed, isFlag, usualMetrics } from './run-fields.ts';

type QueryHandlers = Pick<Handlers, 'runs.query' | 'runs.groups' | 'runs.columns' | 'runs.complete'>;

/** Tables over very many runs: names are resolved here, the rest is the store's. */
export function queryHandlers({ notebook }: Context): QueryHandlers {
  return {
    'runs.query': async ({ columns, sort, ids, offset, limit, ...selection }) => {
      const names = new ColumnNames(notebook);
      return notebook.runQueries.ask('rows', {
        ...selected(notebook, names, selection),
        columns: columns.map((name) => names.column(name)),
        order: sort.map(({ column, direction }) => ({
          field: names.field(column),
          descending: direction === 'descending'
        })),
        ids,
        offset,
        limit
      });
    },

    'runs.groups': async ({ by, columns, metrics, sort, offset, limit, ...selection }) => {
      const names = new ColumnNames(notebook);
      const keys = by === 'all-but-seed' ? null : by.map((name) => names.field(name));
      return notebook.runQueries.ask('groups', {
        ...selected(notebook, names, selection),
        keys,
        columns: columns.map((name) => names.column(name)),
        metrics: metrics.map((name) => names.field(name)),
        order: sort.map((each) => groupOrder(each, by, metrics)),
        offset,
        limit
      });
    },

    'runs.columns': async () => runColumnList(notebook),

    'runs.complete': async ({ text, caret }) => filterCompletion(notebook, text, caret)
  };
}

/** Throws EXPERIMENT_NOT_FOUND, FILTER_INVALID. */
function selected(
  notebook: Notebook,
  { metrics }: ColumnNames,
  { experimentId, where, trash }: RunSelection
): QuerySelection {
  if (experimentId !== undefined) experimentWithId(notebook, experimentId);
  return { experimentId, condition: parseFilter(where ?? '', metrics) ?? undefined, trash };
}

function groupOrder({ column, direction }: RunSort, by: string | string[], metrics: string[]): GroupOrder {
  const descending = direction === 'descending';
  if (column === 'runs') return { by: 'runs', descending };
  const mean = metrics.indexOf(column);
  if (mean >= 0) return { by: { mean }, descending };
  const key = typeof by === 'string' ? -1 : by.indexOf(column);
  if (key >= 0) return { by: { key }, descending };
  const known = ['runs', ...metrics, ...(typeof by === 'string' ? [] : by)];
  throw new BitlabError('COLUMN_UNKNOWN', { name: column, suggestion: `Known here: ${known.join(', ')}.` });
}

/** What the names in a query stand for. */
class ColumnNames {
  readonly metrics: readonly string[];

  constructor(notebook: Notebook) {
    this.metrics = [...new Set([...usualMetrics, ...notebook.metrics.names()])];
  }

  /** Throws COLUMN_UNKNOWN. */
  field(name: string): RunField {
    const field = fieldNamed(name, this.metrics);
    if (field !== null) return field;
    const nearest = nearestName(name, this.metrics);
    throw new BitlabError('COLUMN_UNKNOWN', {
      name,
      suggestion: nearest === null ? 'Name a column, a metric or a setting.' : `Did you mean ${nearest}?`
    });
  }

  /** Throws COLUMN_UNKNOWN. */
  column(name: string): QueryColumn {
    if (Object.hasOwn(shownColumnCatalogue, name)) return { kind: 'shown', name: name as ShownColumn };
    const field = this.field(name);
    return { kind: 'field', field, flag: isFlag(field) };
  }
}
