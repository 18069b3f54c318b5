import { describe, expect, test } from 'vitest';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

describe.skipIf(noBrowser)('the theme', () => {
  const notebook = useNotebook('samples');
  const theme = () => notebook.page.locator('html').getAttribute('data-theme');
  const background = () => notebook.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  /** 0 is black, 1 is white. */
  const lightness = async () => {
    const [red, green, blue] = (await background()).match(/[\d.]+/g)!.map(Number);
    return (red! + green! + blue!) / 765;
  };

  test('is the system’s, until another is chosen, which stays', async () => {
    const { page, show, call } = notebook;
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(theme, patience).toBe('light');
    expect(await lightness()).toBeGreaterThan(0.9);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(theme, patience).toBe('dark');
    expect(await lightness()).toBeLessThan(0.25);

    await show('#/settings');
    const choices = page.getByRole('group', { name: 'Theme' });
    await choices.getByRole('radio', { name: 'As the system' }).waitFor();
    expect(await choices.getByRole('radio', { name: 'As the system' }).isChecked()).toBe(true);
    for (const [chosen, system] of [
      ['Light', 'dark'],
      ['Dark', 'light']
    ] as const) {
      await page.emulateMedia({ colorScheme: system });
      await choices.getByText(chosen, { exact: true }).click();
      await expect.poll(theme, patience).toBe(chosen.toLowerCase());
      await expect
        .poll(async () => (await call('settings.get', {})).theme, patience)
        .toBe(chosen.toLowerCase());
      await page.reload();
      await choices.getByRole('radio', { name: chosen }).waitFor();
      expect(await choices.getByRole('radio', { name: chosen }).isChecked()).toBe(true);
      expect(await theme()).toBe(chosen.toLowerCase());
    }

    await choices.getByText('As the system', { exact: true }).click();
    await expect.poll(theme, patience).toBe('light');
    await page.reload();
    await expect.poll(theme, patience).toBe('light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(theme, patience).toBe('dark');
  });

  test('reaches other pages that are open', async () => {
    const { page, call } = notebook;
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole('heading', { level: 1 }).waitFor();
    await call('settings.set', { theme: 'dark' });
    for (const each of [page, other])
      await expect.poll(() => each.locator('html').getAttribute('data-theme'), patience).toBe('dark');
    await other.close();
  });
});
