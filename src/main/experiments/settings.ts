import { Settings, type Handlers, type Settings as SettingsType } from '../../contract/index.ts';
import type { Context } from './context.ts';

const defaults: SettingsType = { theme: 'system', threads: null, pictureCacheGigabytes: 10 };

export function settingsHandlers(context: Context): Pick<Handlers, 'settings.get' | 'settings.set'> {
  return {
    'settings.get': async () => readSettings(context),
    'settings.set': async (changes) => {
      for (const [name, value] of Object.entries(changes)) {
        if (value !== undefined) context.notebook.settings.set(name, value);
      }
      context.emit({ type: 'changed', kind: 'settings' });
      return readSettings(context);
    }
  };
}

/** The notebook's settings. One that does not make sense, as another program may have written it, is the default. */
export function readSettings(context: Context): SettingsType {
  const { settings } = context.notebook;
  const theme = Settings.shape.theme.safeParse(settings.get('theme'));
  const threads = Settings.shape.threads.safeParse(settings.get('threads'));
  const cache = Settings.shape.pictureCacheGigabytes.safeParse(settings.get('pictureCacheGigabytes'));
  return {
    theme: theme.success ? theme.data : defaults.theme,
    threads: threads.success ? threads.data : defaults.threads,
    pictureCacheGigabytes: cache.success ? cache.data : defaults.pictureCacheGigabytes
  };
}
