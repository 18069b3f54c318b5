/** A function that remembers what it gave for the `capacity` arguments used last. @param key tells arguments apart */
export function cachedBy<Arguments extends readonly unknown[], Result>(
  capacity: number,
  compute: (...args: Arguments) => Result,
  key: (...args: Arguments) => string
): (...args: Arguments) => Result {
  const known = new Map<string, Result>();
  return (...args) => {
    const name = key(...args);
    const result = known.has(name) ? known.get(name)! : compute(...args);
    known.delete(name);
    known.set(name, result);
    const [oldest] = known.keys();
    if (known.size > capacity) known.delete(oldest!);
    return result;
  };
}
