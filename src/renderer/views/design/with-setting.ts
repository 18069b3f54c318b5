import { parseSettingPath } from '../../../contract/index.ts';

/** A copy of nested settings with the value at a path set or, for undefined, removed with what it leaves empty. */
export function withSetting<Value>(
  settings: Readonly<Record<string, Value>>,
  path: string,
  level: NoInfer<Value> | undefined
): Record<string, Value> {
  return withNamed(settings, parseSettingPath(path) ?? [path], level);
}

function withNamed<Value>(
  settings: Readonly<Record<string, Value>>,
  [key = '', ...rest]: readonly string[],
  level: Value | undefined
): Record<string, Value> {
  const { [key]: current, ...others } = settings;
  if (rest.length === 0) return level === undefined ? others : { ...settings, [key]: level };
  const nested =
    current !== null && typeof current === 'object' && !Array.isArray(current)
      ? (current as unknown as Record<string, Value>)
      : {};
  const changed = withNamed(nested, rest, level);
  if (Object.keys(changed).length === 0) return others;
  return { ...settings, [key]: changed as unknown as Value };
}
