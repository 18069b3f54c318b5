import type { Locator, Page } from 'playwright';
import { expect } from 'vitest';

/** Whether what has the focus shows it: by an outline of its own, or of the label beside a hidden radio button. */
const focusShows = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return true;
    const marked = [element, element.nextElementSibling].filter((each) => each !== null);
    return marked.some((each) => {
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(each);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && !outlineColor.endsWith(', 0)');
    });
  });

/** Presses Tab until the element has the focus; at every stop on the way the focus must be seen. */
export async function tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const page = target.page();
  await target.waitFor({ state: 'attached' });
  for (let presses = 0; presses < 150; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
    const stop = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
    expect(await focusShows(page), `focus is seen on ${stop}`).toBe(true);
  }
  throw new Error(`150 presses of ${key} did not reach ${target.toString()}`);
}
