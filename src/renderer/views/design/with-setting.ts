/** A copy of a nested object with the value at a dotted path set or, for undefined, removed with what it leaves empty. */
export function withSetting<Value>(
  configuration: Readonly<Record<string, Value>>,
  path: string,
  level: NoInfer<Value> | undefined
): Record<string, Value> {
  const [key = '', ...rest] = path.split('.');
  const { [key]: current, ...others } = configuration;
  if (rest.length === 0) return level === undefined ? others : { ...configuration, [key]: level };
  const nested =
    current !== null && typeof current === 'object' && !Array.isArray(current)
      ? (current as unknown as Record<string, Value>)
      : {};
  const changed = withSetting(nested, rest.join('.'), level);
  if (Object.keys(changed).length === 0) return others;
  return { ...configuration, [key]: changed as unknown as Value };
}
