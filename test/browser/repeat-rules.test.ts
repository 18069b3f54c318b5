import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

const yaml = (page: Page) => page.getByRole('textbox', { name: 'Experiment file in YAML' });
const early = (page: Page) => page.getByRole('checkbox', { name: /Leave out seeds that are not needed/ });
const budget = (page: Page) => page.getByRole('checkbox', { name: /Take the hardware apart/ });
const points = (page: Page) => page.getByRole('spinbutton', { name: /Half of the interval of top-1/ });
const leastSeeds = (page: Page) => page.getByRole('spinbutton', { name: /Seeds in any case/ });

describe.skipIf(noBrowser)('repeats in a design', () => {
  const notebook = useNotebook('samples');

  const expectText = (pattern: RegExp) =>
    expect.poll(() => yaml(notebook.page).inputValue(), patience).toMatch(pattern);
  const expectNoText = (pattern: RegExp) =>
    expect.poll(() => yaml(notebook.page).inputValue(), patience).not.toMatch(pattern);

  test('several seeds may stop early, hardware may be taken apart, and the text says both', async () => {
    const { page, show } = notebook;
    await show('#/design');
    await page.getByLabel('Name', { exact: true }).fill('Repeats');
    await page.getByRole('checkbox', { name: 'resnet18-mse' }).check();
    await expectText(/resnet18-mse/);
    // One seed has nothing to stop, and integers have no hardware.
    expect(await early(page).count()).toBe(0);
    expect(await budget(page).count()).toBe(0);

    await page.getByLabel('Seeds', { exact: true }).fill('0, 1, 2, 3, 4');
    await page.getByLabel('Seeds', { exact: true }).press('Tab');
    await early(page).check();
    await expectText(/halfWidth: 0\.005/);
    await expectText(/leastSeeds: 3/);
    expect(await points(page).inputValue()).toBe('0.5');
    await points(page).fill('1.1');
    await expectText(/halfWidth: 0\.011\b/);
    await leastSeeds(page).fill('4');
    await expectText(/leastSeeds: 4/);

    // What is no rule is said at the field, and the text keeps the rule before it.
    await points(page).fill('0');
    await page.getByText('A number from 0.01 to 50.').waitFor();
    await leastSeeds(page).fill('1');
    await page.getByText('A whole number from 2 to 1000.').waitFor();
    await expectText(/halfWidth: 0\.011\b/);
    await expectText(/leastSeeds: 4/);
    await points(page).fill('2');
    await leastSeeds(page).fill('3');
    await expectText(/halfWidth: 0\.02\b/);
    await page.getByText('A number from 0.01 to 50.').waitFor({ state: 'detached' });
    await page.getByText('A whole number from 2 to 1000.').waitFor({ state: 'detached' });
    await early(page).uncheck();
    await expectNoText(/stopEarly/);

    await page.getByRole('combobox', { name: 'Arithmetic' }).selectOption('accelerator');
    await budget(page).check();
    await expectText(/^errorBudget: true/m);
    await budget(page).uncheck();
    await expectNoText(/errorBudget/);

    // The form follows the text, too.
    const text = await yaml(page).inputValue();
    await yaml(page).fill(
      `${text}\nstopEarly: {metric: top1, halfWidth: 0.03, leastSeeds: 5}\nerrorBudget: true\n`
    );
    await expect.poll(() => budget(page).isChecked(), patience).toBe(true);
    expect(await early(page).isChecked()).toBe(true);
    expect(await points(page).inputValue()).toBe('3');
    expect(await leastSeeds(page).inputValue()).toBe('5');
  });
});
