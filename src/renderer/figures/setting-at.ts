import { parseSettingPath, valueAt } from '../../contract/index.ts';

/** What stands at the path of a setting, in a configuration or a part of one; undefined where nothing does. */
export function settingAt(configuration: object, path: string): unknown {
  return valueAt(configuration, parseSettingPath(path) ?? []);
}
