import { KeptDraft, type Handlers } from '../../contract/index.ts';
import type { Context } from './context.ts';

const name = 'designDraft';

/** The design that is being worked on is kept in the notebook, so that neither a reload nor a crash loses it. */
export function draftHandlers({
  notebook
}: Context): Pick<Handlers, 'experiments.draft' | 'experiments.keepDraft'> {
  return {
    'experiments.draft': async () => {
      // One that does not make sense, as another version may have written it, is none.
      const kept = KeptDraft.safeParse(notebook.settings.get(name));
      return { draft: kept.success ? kept.data : null };
    },

    'experiments.keepDraft': async ({ draft }) => {
      notebook.settings.set(name, draft);
      return { done: true };
    }
  };
}
