import { AxeBuilder } from '@axe-core/playwright';
import { expectRefusals } from './refusals.ts';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

/** What axe finds by the rules of WCAG 2.1 A and AA. */
async function barriers(page: Page): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode().withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']);
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}

describe.skipIf(noBrowser)('sensitivities and bits within a budget', () => {
  const notebook = useNotebook('samples');

  /** Few pictures and the weights only, so that it takes seconds. */
  async function measured(model: string): Promise<string> {
    const { call } = notebook;
    const { id } = await call('sensitivity.start', {
      model,
      evaluate: 'shapes10-calib',
      samples: 40,
      calibrate: 'shapes10-calib',
      calibrationSamples: 32,
      bits: [8, 4, 2],
      subjects: ['weights']
    });
    await expect
      .poll(async () => (await call('sensitivity.get', { id })).status, { timeout: 120_000 })
      .toBe('finished');
    return id;
  }

  test('a model is measured from its own screen, with progress, and cancelled and resumed', async () => {
    const { page, show, call } = notebook;
    await show('#/models');
    await page.getByRole('link', { name: 'resnet18-mse' }).click();
    await page.locator('a[href="#/sensitivity?model=resnet18-mse"]').click();
    expect(await page.getByLabel('Model', { exact: true }).inputValue()).toBe('resnet18-mse');
    // Other pictures than those that would verify are offered first.
    expect(await page.getByLabel('Measure on').inputValue()).toBe('shapes10-calib');
    await page.getByLabel('Samples', { exact: true }).fill('60');
    await page.getByLabel('Calibration samples').fill('32');
    await page.getByText('Weights', { exact: true }).click();
    for (const bits of ['7', '6', '5', '3'])
      await page
        .getByRole('group', { name: 'Bit widths' })
        .getByRole('button', { name: bits, exact: true })
        .click();
    await page.getByRole('button', { name: 'Measure', exact: true }).click();
    await page.getByRole('heading', { name: 'Sensitivity of resnet18-mse' }).waitFor();
    const strip = page.getByRole('region', { name: 'Computing now' });
    await strip.getByText(/\d+ of 63 measures/).waitFor();
    const rows = page.getByRole('grid', { name: 'Sensitivity of the weights' });
    await rows.waitFor();
    await strip.getByRole('button', { name: 'Cancel' }).click();
    const resume = page.getByRole('button', { name: 'Resume' });
    await resume.waitFor();
    const [sensitivity] = await call('sensitivity.list', {});
    expect(sensitivity).toMatchObject({ status: 'cancelled', samples: 60, bits: [8, 4, 2] });
    expect(sensitivity!.done).toBeGreaterThan(0);
    expect(sensitivity!.done).toBeLessThan(63);
    await resume.click();
    await page.getByRole('heading', { name: 'Bits within a budget' }).waitFor({ timeout: 120_000 });
    expect((await call('sensitivity.get', { id: sensitivity!.id })).status).toBe('finished');
    await strip.waitFor({ state: 'detached' });
    await page.getByText('The sensitivities of resnet18-mse are measured.').waitFor();
  });

  test('layers are ranked and sorted; the figure follows the quantity', async () => {
    const { page, show, settled } = notebook;
    const id = await measured('resnet18-label-smoothing');
    await show(`#/sensitivity/${id}`);
    const table = page.getByRole('grid', { name: 'Sensitivity of the weights' });
    await expect.poll(() => table.getAttribute('aria-rowcount'), patience).toBe('22');
    const column = async () => {
      const cells = await table.locator('tbody tr td:last-child').allInnerTexts();
      return cells.map(Number);
    };
    const losses = await column();
    expect(losses).toEqual(losses.toSorted((a, b) => a - b));
    await page.getByLabel('Order').selectOption('As in the network');
    await expect.poll(() => table.locator('tbody tr td').first().innerText(), patience).toBe('/conv1/Conv');
    await page.getByLabel('Quantity').selectOption('Top-1 lost (points)');
    await page
      .getByRole('img', { name: 'Top-1 lost, weights of one layer at a time, resnet18-label-smoothing' })
      .waitFor();
    await settled();
    expect(await barriers(page)).toEqual([]);
  });

  test('bits are chosen within budgets, verified beside uniform widths, and become a design', async () => {
    const { page, show, call, settled } = notebook;
    const id = await measured('resnet18-label-smoothing');
    await show(`#/sensitivity/${id}`);
    const budgets = page.getByLabel('Budgets (bits)');
    await budgets.fill('3.2');
    await budgets.press('Tab');
    const choices = page.getByRole('grid', { name: 'Choices and uniform widths' });
    await choices.getByText('within 3.2 bits').waitFor();
    await expect.poll(() => choices.getAttribute('aria-rowcount'), patience).toBe('5');

    await budgets.fill('1.5');
    await budgets.press('Tab');
    await page.getByText('the smallest possible is a mean of 2 bits for a weight').waitFor();
    expect(await page.getByRole('button', { name: 'Run against uniform widths' }).isDisabled()).toBe(true);
    await budgets.fill('few');
    await budgets.press('Tab');
    await page.getByText('Give numbers above 0, separated by commas.').waitFor();
    expectRefusals(notebook.complaints, 1);

    await page.getByLabel('Budget', { exact: true }).selectOption('Size of the parameters');
    await page.getByLabel('Budgets (kB)').fill('300');
    await page.getByLabel('Budgets (kB)').press('Tab');
    await choices.getByText('within 300 kB').waitFor();
    // Verified on pictures that the bits were not chosen by.
    expect(await page.getByLabel('Verify on').inputValue()).toBe('shapes10-test');
    await page.getByLabel('Samples to verify').fill('200');
    await page.getByRole('button', { name: 'Run against uniform widths' }).click();
    const runs = page.getByRole('grid', { name: 'Runs by cost' });
    await expect.poll(() => runs.getAttribute('aria-rowcount'), { timeout: 120_000 }).toBe('5');
    await page.getByRole('img', { name: 'Top-1 accuracy against mean bits of a weight' }).waitFor();
    await settled();
    expect(await barriers(page)).toEqual([]);

    const chosen = runs.getByRole('row').filter({ hasText: 'chosen layer by layer' });
    expect(await chosen.count()).toBe(1);
    await chosen.getByRole('link', { name: 'Open in the designer' }).click();
    const name = page.getByLabel('Name', { exact: true });
    await expect.poll(() => name.inputValue(), patience).toBe('Like a run of resnet18-label-smoothing');
    const yaml = page.getByRole('textbox', { name: 'Experiment file in YAML' });
    await expect.poll(() => yaml.inputValue(), patience).toContain('/layer1/layer1.0/conv1/Conv:');
    // The run is there already: the design is its configuration and nothing else.
    await page.getByText('2 runs, 2 known already').waitFor();
    expect((await call('sensitivity.get', { id })).experiments).toHaveLength(1);
  });

  test('a choice opens in the designer as it would be run', async () => {
    const { page, show } = notebook;
    const id = await measured('resnet18-label-smoothing');
    await show(`#/sensitivity/${id}`);
    await page.getByRole('grid', { name: 'Choices and uniform widths' }).waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Open in the designer' }).click();
    await expect
      .poll(() => page.getByLabel('Name', { exact: true }).inputValue(), patience)
      .toMatch(/^Mixed bits of resnet18-label-smoothing/);
    await page.getByText('The settings of single layers vary.').waitFor();
    await expect
      .poll(() => page.getByRole('button', { name: /^Run \d+ runs$/ }).isEnabled(), patience)
      .toBe(true);
  });
});
