/** A set of ticks after some keys were ticked; a single one that was ticked already is not any more. */
export function withTicks(ticked: ReadonlySet<string>, keys: readonly string[]): ReadonlySet<string> {
  const [only] = keys;
  if (keys.length === 1 && ticked.has(only!)) return new Set([...ticked].filter((key) => key !== only));
  return new Set([...ticked, ...keys]);
}
