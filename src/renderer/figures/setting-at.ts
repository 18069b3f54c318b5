/** What stands at a dotted path of a configuration or a part of one; undefined where nothing does. */
export function settingAt(configuration: object, path: string): unknown {
  let value: unknown = configuration;
  for (const key of path.split('.')) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
