/**
 * The shortest of several times of each work, in ms: what else the machine does only ever adds. They take turns, so that a
 * while in which the machine is slower is one for all of them.
 */
export async function shortestTimes<Name extends string>(
  times: number,
  works: ReadonlyMap<Name, () => Promise<unknown>>
): Promise<Map<Name, number>> {
  const best = new Map<Name, number>();
  for (let i = 0; i < times; i++) {
    for (const [name, work] of works) {
      const start = performance.now();
      await work();
      best.set(name, Math.min(best.get(name) ?? Infinity, performance.now() - start));
    }
  }
  return best;
}
