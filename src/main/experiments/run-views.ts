import type { Handlers } from '../../contract/index.ts';
import { timestamp, type Context } from './context.ts';

/** Ways to look at runs that are kept in the notebook. */
export function viewHandlers(context: Context): Pick<Handlers, 'views.list' | 'views.save' | 'views.remove'> {
  const { runViews } = context.notebook;
  return {
    'views.list': async () => runViews.list(),
    'views.save': async (view) => {
      runViews.save(view, timestamp(context));
      return runViews.list();
    },
    'views.remove': async ({ name }) => {
      runViews.remove(name);
      return runViews.list();
    }
  };
}
