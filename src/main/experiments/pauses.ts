import { setImmediate } from 'node:timers/promises';

/** How long the main process may work before others get their turn, in milliseconds. */
const sliceMilliseconds = 8;

/** The same items, with a pause whenever the work on them has taken long enough. */
export async function* withPauses<T>(items: Iterable<T>): AsyncGenerator<T> {
  let since = performance.now();
  for (const item of items) {
    yield item;
    if (performance.now() - since < sliceMilliseconds) continue;
    await setImmediate();
    since = performance.now();
  }
}
