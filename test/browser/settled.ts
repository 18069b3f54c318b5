import type { Page, Request } from 'playwright';

/** Requests that a page waits for, but for the stream of events, which never ends. */
const underWay = new WeakMap<Page, Set<Request>>();

/** Begins to follow what a page asks for; before it opens an address. */
export function followRequests(page: Page): void {
  const requests = new Set<Request>();
  underWay.set(page, requests);
  page.on('request', (request) => {
    if (!request.url().endsWith('/events')) requests.add(request);
  });
  page.on('requestfinished', (request) => void requests.delete(request));
  page.on('requestfailed', (request) => void requests.delete(request));
}

/** Looks that must find nothing under way, one after the other: what has come may ask for more. */
const quietLooks = 4;

/** Waits until all that a screen asked for has come, and its figures are drawn. */
export async function untilSettled(page: Page, timeoutMs = 60_000): Promise<void> {
  const requests = underWay.get(page)!;
  const start = performance.now();
  const waiting = page.getByText(/^(loading .+|drawing the figure|planning|opening) …$/i);
  for (let quiet = 0; quiet < quietLooks;) {
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 20))));
    quiet = requests.size === 0 && (await waiting.count()) === 0 ? quiet + 1 : 0;
    if (performance.now() - start > timeoutMs) {
      const open = Array.from(requests, (request) => request.url());
      throw new Error(`${page.url()} does not settle; under way: ${open.join(', ')}`);
    }
  }
}
