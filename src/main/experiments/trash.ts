import { BitlabError, type Handlers } from '../../contract/index.ts';
import type { Context } from './context.ts';

export function trashHandlers(context: Context): Pick<Handlers, 'trash.list' | 'trash.restore'> {
  const { notebook } = context;
  return {
    'trash.list': async () => ({ runs: notebook.trash.runCount(), items: notebook.trash.items() }),

    'trash.restore': async ({ items }) => {
      for (const { kind, id } of items) {
        if (!notebook.trash.has(kind, id)) throw new BitlabError('TRASH_ITEM_MISSING', { name: id });
      }
      notebook.transaction(() => {
        for (const { kind, id } of items) notebook.trash.restore(kind, id);
      });
      const kinds = new Set<'runs' | (typeof items)[number]['kind']>(items.map(({ kind }) => kind));
      // The runs of an experiment come back with what they need.
      if (kinds.has('experiments'))
        for (const kind of ['runs', 'models', 'datasets'] as const) kinds.add(kind);
      for (const kind of kinds) context.emit({ type: 'changed', kind });
      return { done: true };
    }
  };
}
