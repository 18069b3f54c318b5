import type { Page } from 'playwright';
import type { MethodInput, MethodName, MethodOutput } from '../../src/contract/index.ts';

/** Calls a method of the notebook that a page shows, with the page's own cookie. */
export async function callFrom<M extends MethodName>(
  page: Page,
  method: M,
  input: MethodInput<M>
): Promise<MethodOutput<M>> {
  const { ok, text } = await page.evaluate(
    async ([name, body]) => {
      const response = await fetch(`/api/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body
      });
      return { ok: response.ok, text: await response.text() };
    },
    [method, JSON.stringify(input)] as const
  );
  if (!ok) throw new Error(`${method}: ${text}`);
  return JSON.parse(text) as MethodOutput<M>;
}
