import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { expectRefusals } from './refusals.ts';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

const headline = (page: Page) => page.getByRole('status').filter({ hasText: /N = |Infeasible/ });
const field = (page: Page, name: string) => page.getByRole('spinbutton', { name, exact: true });

describe.skipIf(noBrowser)('the accelerator', () => {
  const notebook = useNotebook('samples');

  async function set(name: string, value: string): Promise<void> {
    await field(notebook.page, name).fill(value);
    await field(notebook.page, name).press('Tab');
  }
  const expectHeadline = (pattern: RegExp) =>
    expect.poll(() => headline(notebook.page).textContent(), patience).toMatch(pattern);

  test('ties bits, rate and light to N, exactly and as published', async () => {
    const { page, show } = notebook;
    await show('#/accelerator');
    await expectHeadline(/N = 21\s+\(21\.92 before rounding down\)/);
    await page.getByText('As published', { exact: true }).click();
    await expectHeadline(/N = 22/);
    await page.getByText('Exact', { exact: true }).click();
    await set('Rate', '1');
    await expectHeadline(/N = 43/);
    await set('Laser', '13');
    await expectHeadline(/N = 7\d/);
    await page.getByText('Rate, Laser changed').waitFor();
    await page.getByRole('button', { name: 'As the preset' }).click();
    await expectHeadline(/N = 21/);
    await page
      .getByRole('combobox', { name: 'Preset' })
      .selectOption({ label: "DEAP-CNN's AMM, 4 bits at 5 GS/s" });
    await expectHeadline(/N = 16/);
  });

  test('says what is infeasible and what is wrong, each with a remedy', async () => {
    const { page, show, settled, complaints } = notebook;
    await show('#/accelerator');
    await set('Precision asked for', '8');
    await expectHeadline(/Infeasible.*7\.10 bits.*Ask for fewer bits/s);
    expect(await page.getByRole('button', { name: 'Use in a design' }).isDisabled()).toBe(true);
    await set('Precision asked for', '4');
    await page.locator('summary', { hasText: 'Array' }).click();
    await set('N, elements of a unit', '0');
    await page.getByRole('alert').first().waitFor();
    const alert = (await page.getByRole('alert').first().textContent())!;
    expect(alert).toContain('accelerator.tile has the value 0');
    expect(alert).toContain('Choose a number from 1.');
    // Neither reach nor cost can be told.
    await settled();
    expectRefusals(complaints, 2);
  });

  test('maps a model and tells its cost, layer by layer', async () => {
    const { page, show, complaints } = notebook;
    await show('#/accelerator');
    const table = page.getByRole('grid', { name: 'Cost of the layers' });
    await expect.poll(() => table.getAttribute('aria-rowcount'), patience).toBe('22');
    await page.getByText('471.9 µJ', { exact: true }).waitFor();
    await set('Weight bits', '4');
    await set('Activation bits', '4');
    await page.getByText('471.9 µJ', { exact: true }).waitFor({ state: 'detached' });
    await set('Rate', '10');
    await page.getByText('No ADC is known for 10 GS/s').waitFor();
    expectRefusals(complaints, 1);
  });

  test('takes N, noise and converters into a design', async () => {
    const { page, show, settled } = notebook;
    await show('#/accelerator');
    await set('Rate', '1');
    await expectHeadline(/N = 43/);
    await page.getByRole('button', { name: 'Use N = 43 in a design' }).click();
    await page.getByLabel('Name', { exact: true }).fill('On light');
    await page.getByRole('checkbox', { name: 'resnet18-mse' }).check();
    const yaml = page.getByRole('textbox', { name: 'Experiment file in YAML' });
    await expect.poll(() => yaml.inputValue(), patience).toMatch(/tile: 43/);
    const text = await yaml.inputValue();
    expect(text).toMatch(/arithmetic: accelerator/);
    expect(text).toMatch(/preset: holylight-mam/);
    expect(text).toMatch(/rateGigasamplesPerSecond: 1/);
    await settled();
    const find = page.getByRole('searchbox', { name: 'Find a setting' });
    await find.fill('accelerator.preset');
    await page.getByRole('treeitem', { name: 'Hardware: holylight-mam' }).waitFor();
    await find.fill('accelerator.adc.bits');
    await page.getByRole('treeitem', { name: /^ADC bits/ }).click();
    await page.getByText('Varies', { exact: true }).click();
    await expect.poll(() => yaml.inputValue(), patience).toMatch(/accelerator\.adc\.bits: \[ideal, 12/);
    expect(await yaml.inputValue()).toMatch(/tile: 43/);
  });

  test('hardware without light says so, and can be used as it is', async () => {
    const { page, show } = notebook;
    await show('#/accelerator');
    await page.getByRole('combobox', { name: 'Preset' }).selectOption({ label: "aihwkit's inference tile" });
    await page.getByText('No optical link').waitFor();
    await page.getByRole('button', { name: 'Use in a design' }).click();
    await page.getByRole('searchbox', { name: 'Find a setting' }).fill('accelerator.preset');
    await page.getByRole('treeitem', { name: 'Hardware: aihwkit-tile' }).waitFor();
  });
});
