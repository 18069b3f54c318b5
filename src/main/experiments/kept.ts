import { BitlabError, type Handlers } from '../../contract/index.ts';
import type { Context } from './context.ts';

const prefix = 'kept:';
const limitCharacters = 1_000_000;

/** What the interface keeps lies among the settings, under names that no setting has. */
export function keptHandlers(context: Context): Pick<Handlers, 'kept.list' | 'kept.set'> {
  const { settings } = context.notebook;
  return {
    'kept.list': async () =>
      settings.withPrefix(prefix).map(({ name, value }) => ({
        name: name.slice(prefix.length),
        value: value as never
      })),

    'kept.set': async ({ name, value }) => {
      const characters = JSON.stringify(value).length;
      if (characters > limitCharacters) {
        const reason = `the value of ${name} has ${characters} characters, more than ${limitCharacters}`;
        throw new BitlabError('REQUEST_INVALID', { method: 'kept.set', reason });
      }
      if (value === null) settings.remove(prefix + name);
      else settings.set(prefix + name, value);
      return { done: true };
    }
  };
}
