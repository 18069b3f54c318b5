import {
  Settings,
  usualSettings,
  type Handlers,
  type Settings as SettingsType
} from '../../contract/index.ts';
import type { Context } from './context.ts';

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
  const stored = Object.entries(Settings.shape).flatMap(([name, schema]) => {
    const value = schema.safeParse(settings.get(name));
    return value.success ? [[name, value.data] as const] : [];
  });
  return { ...usualSettings, ...Object.fromEntries(stored) };
}
