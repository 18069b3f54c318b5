import type { Locator } from 'playwright';
import { expect } from 'vitest';

/** Presses Tab until the element has the focus; at every stop on the way the focus must be seen. */
export async function tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const page = target.page();
  await target.waitFor({ state: 'attached' });
  for (let presses = 0; presses < 150; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
    const { stop, seen } = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return { stop: 'the page', seen: true };
      // A radio button that is drawn by its label shows the focus there.
      const marked = [element, element.nextElementSibling].filter((each) => each !== null);
      const seen = marked.some((each) => {
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(each);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && !outlineColor.endsWith(', 0)');
      });
      return { stop: element.outerHTML.slice(0, 200), seen };
    });
    expect(seen, `focus is seen on ${stop}`).toBe(true);
  }
  throw new Error(`150 presses of ${key} did not reach ${target.toString()}`);
}
