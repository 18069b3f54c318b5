import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { expectRefusals } from './refusals.ts';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

const yaml = (page: Page) => page.getByRole('textbox', { name: 'Experiment file in YAML' });
const chips = (page: Page, whose: string) => page.getByRole('group', { name: `${whose}: bit widths` });
const chip = (page: Page, whose: string, bits: number) =>
  chips(page, whose).getByRole('button', { name: String(bits), exact: true });
const runButton = (page: Page) => page.getByRole('button', { name: /^Run/ });

/** The plan of so many runs: the button can be pressed and says so. */
async function expectRuns(page: Page, count: number): Promise<void> {
  const button = page.getByRole('button', { name: `Run ${count} run${count === 1 ? '' : 's'}`, exact: true });
  await expect.poll(() => button.isEnabled({ timeout: 1000 }).catch(() => false), patience).toBe(true);
  const preview = page.getByRole('grid', { name: 'Planned runs' });
  await expect.poll(() => preview.getAttribute('aria-rowcount'), patience).toBe(String(count + 1));
}

/** The text that the form is written as, once it holds what is expected. */
async function expectText(page: Page, pattern: RegExp): Promise<void> {
  await expect.poll(() => yaml(page).inputValue(), patience).toMatch(pattern);
}

describe.skipIf(noBrowser)('designing an experiment', () => {
  const notebook = useNotebook('computed');

  /** A design of two models, named by the test. */
  async function begin(name: string): Promise<void> {
    const { page, show } = notebook;
    await show('#/design');
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByRole('checkbox', { name: 'resnet18-mse' }).check();
    await page.getByRole('checkbox', { name: 'resnet18-cross-entropy' }).check();
    await expectRuns(page, 2 * 7 + 2);
  }

  test('says what is missing until it can be run', async () => {
    const { page, show } = notebook;
    await show('#/design');
    await page.getByText('Give the experiment a name.').waitFor();
    await page.getByText('Choose at least one model.').waitFor();
    expect(await runButton(page).isDisabled()).toBe(true);
    // The data are chosen already, where the choice is obvious.
    expect(await page.getByLabel('Evaluate on').inputValue()).toBe('shapes10-test');
    expect(await page.getByLabel('Calibrate on').inputValue()).toBe('shapes10-calib');
  });

  test('keeps what is typed before the data sets have come', async () => {
    const { page, show } = notebook;
    const held = Promise.withResolvers<void>();
    await page.route('**/api/datasets.list', async (route) => {
      await held.promise;
      await route.continue();
    });
    await show('#/design');
    await page.getByLabel('Name', { exact: true }).fill('Typed at once');
    await page.getByRole('checkbox', { name: 'resnet18-mse' }).check();
    held.resolve();
    await expectRuns(page, 7 + 1);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Typed at once');
  });

  test('bit widths together and crossed: the count and the text follow', async () => {
    const { page } = notebook;
    await begin('Bits');
    await expectText(page, /^zip:/m);
    await chip(page, 'Both', 7).click();
    await chip(page, 'Both', 2).click();
    expect(await chip(page, 'Both', 7).getAttribute('aria-pressed')).toBe('false');
    await expectRuns(page, 2 * 5 + 2);
    await expectText(page, /weights\.bits: *\[ *8, 6, 5, 4, 3 *\]/);

    await page.getByText('Every combination').click();
    await expectRuns(page, 2 * 25 + 2);
    expect(await yaml(page).inputValue()).not.toMatch(/^zip:\s*\n\s*-/m);
    await chip(page, 'Activations', 3).click();
    await chip(page, 'Activations', 4).click();
    await expectRuns(page, 2 * 5 * 3 + 2);
    await page.getByText('Together', { exact: true }).click();
    await expectRuns(page, 2 * 5 + 2);

    await chip(page, 'Both', 6).click();
    await chip(page, 'Both', 5).click();
    await chip(page, 'Both', 4).click();
    await chip(page, 'Both', 3).click();
    await expectRuns(page, 2 * 1 + 2);
    // The last width stays.
    await chip(page, 'Both', 8).click();
    expect(await chip(page, 'Both', 8).getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('checkbox', { name: /Also the float run/ }).uncheck();
    await page.getByRole('checkbox', { name: 'resnet18-mse' }).uncheck();
    await expectRuns(page, 1);
  });

  test('more than 8 bits are planned in every arithmetic', async () => {
    const { page } = notebook;
    await begin('Many bits');
    await page.getByLabel('Both: from bits').selectOption('10');
    await page.getByLabel('Both: to bits').selectOption('7');
    await expectRuns(page, 2 * 4 + 2);
    await expectText(page, /weights\.bits: *\[ *10, 9, 8, 7 *\]/);
    await page.getByLabel('Arithmetic').selectOption('simulated');
    await expectText(page, /arithmetic: simulated/);
    await expectRuns(page, 2 * 4 + 2);
  });

  test('other factors are crossed with the bit widths, and become fixed settings again', async () => {
    const { page } = notebook;
    await begin('Factors');
    await page.getByLabel('Vary another setting').selectOption({ label: 'Observer' });
    const levels = page.getByRole('group', { name: 'Levels of Observer' });
    await levels.waitFor();
    const offered = await levels.getByRole('button').allTextContents();
    for (const level of offered.filter((text) => !['histogram', 'minmax'].includes(text.trim())))
      await levels.getByRole('button', { name: level, exact: true }).click();
    await expectRuns(page, 2 * 7 * 2 + 2);
    await expectText(page, /activations\.observer: *\[ *histogram, minmax *\]/);
    await page.getByRole('button', { name: 'Do not vary Observer' }).click();
    await expectRuns(page, 2 * 7 + 2);
  });

  test('the text is read as it is typed, and the form follows', async () => {
    const { page } = notebook;
    await begin('Typed');
    await yaml(page).fill(`
name: From the text
models: [resnet18-label-smoothing]
data: {evaluate: shapes10-test, calibrate: shapes10-calib, samples: 300}
factors:
  weights.bits: [6, 5]
  activations.bits: [8]
seeds: [0]
baseline: false
`);
    await expectRuns(page, 2);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('From the text');
    expect(await page.getByRole('checkbox', { name: 'resnet18-label-smoothing' }).isChecked()).toBe(true);
    expect(await page.getByRole('checkbox', { name: 'resnet18-mse' }).isChecked()).toBe(false);
    expect(await page.getByLabel('Samples', { exact: true }).inputValue()).toBe('300');
    expect(await page.getByRole('radio', { name: 'Every combination' }).isChecked()).toBe(true);
    expect(await chip(page, 'Weights', 5).getAttribute('aria-pressed')).toBe('true');
    expect(await chip(page, 'Activations', 5).getAttribute('aria-pressed')).toBe('false');

    await yaml(page).fill(
      JSON.stringify({ name: 'JSON', models: ['resnet18-mse'], data: { evaluate: 'shapes10-test' } })
    );
    await expect.poll(() => page.getByLabel('Name', { exact: true }).inputValue(), patience).toBe('JSON');
  });

  test('a misspelled key is named where it stands, with the nearest known one', async () => {
    const { page } = notebook;
    await begin('Misspelled');
    const right = await yaml(page).inputValue();
    await yaml(page).fill(right.replaceAll('weights.bits', 'weights.bitz'));
    const panel = page.getByRole('region', { name: 'Experiment file' });
    const alert = panel.getByRole('alert');
    await alert.waitFor();
    const words = await alert.textContent();
    expect(words).toContain('weights.bitz');
    expect(words).toMatch(/Did you mean (weights\.)?bits\?/);
    expect(words).toContain('CONFIGURATION_UNKNOWN_KEY');
    expect(await runButton(page).isDisabled()).toBe(true);

    await yaml(page).fill(right.replace(/^models:/m, 'modells:'));
    await expect.poll(() => alert.textContent(), patience).toContain('models');
    await yaml(page).fill('name: [');
    await expect.poll(() => alert.textContent(), patience).toContain('EXPERIMENT_UNREADABLE');
    await yaml(page).fill(right.replace(/weights\.bits: *\[ *8,/, 'weights.bits: [ 3.5,'));
    await expect.poll(() => alert.textContent(), patience).toContain('CONFIGURATION_BITS');
    await yaml(page).fill(right.replace(/weights\.bits: *\[ *8,/, 'weights.bits: ['));
    await expect.poll(() => alert.textContent(), patience).toContain('EXPERIMENT_ZIP_LENGTHS');

    await yaml(page).fill(right);
    await alert.waitFor({ state: 'detached' });
    await expectRuns(page, 2 * 7 + 2);
  });

  test('runs that are known already are counted, and cost no time', async () => {
    const { page } = notebook;
    await begin('Known');
    const text = (await yaml(page).inputValue())
      .replace(/samples: *all/, 'samples: 200')
      .replace(/calibrationSamples: *512/, 'calibrationSamples: 64');
    await yaml(page).fill(text);
    // Float, 8, 4 and 3 bits of both models were computed for the notebook.
    await page.getByText('16 runs, 8 known already', { exact: false }).waitFor();
  });

  test('a name that another design has is refused, and another one is offered', async () => {
    const { page, call, complaints } = notebook;
    await begin('Small: which loss?');
    await runButton(page).click();
    const alert = page.getByRole('alert');
    await alert.getByText('EXPERIMENT_NAME_TAKEN').waitFor();
    expectRefusals(complaints, 1);
    await page.getByRole('button', { name: /^Run it as “Small: which loss\?.+”$/ }).waitFor();
    expect(await call('experiments.list', {})).toHaveLength(3);
  });

  test('a copy of an experiment begins with its design, under another name', async () => {
    const { page, show, call } = notebook;
    const { id } = (await call('experiments.list', {})).find(
      ({ name }) => name === 'Weights or activations?'
    )!;
    await show(`#/experiments/${id}`);
    await page.getByRole('link', { name: 'Duplicate in the designer' }).click();
    await expectRuns(page, 4);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).not.toBe('Weights or activations?');
    expect(await page.getByRole('radio', { name: 'Every combination' }).isChecked()).toBe(true);
  });

  test('what was being worked on survives a look at another screen', async () => {
    const { page, show } = notebook;
    await begin('Not run yet');
    await show('#/runs');
    await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
    await show('#/design');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Not run yet');
    await expectRuns(page, 16);
  });
});
