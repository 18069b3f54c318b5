import type { Locator, Page } from 'playwright';
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

/** Brings a setting up in the tree by searching for it, and gives the panel that tells what it does. */
async function setting(page: Page, name: string): Promise<Locator> {
  await page.getByRole('searchbox', { name: 'Find a setting' }).fill(name);
  await page.getByRole('treeitem', { name: new RegExp(`^${name}( \\(|:|$)`) }).click();
  await page.getByRole('searchbox', { name: 'Find a setting' }).fill('');
  return page.getByRole('region', { name: new RegExp(`^About ${name}`) });
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
    await expect.poll(() => page.getByLabel('Evaluate on').inputValue(), patience).toBe('shapes10-test');
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
    await (
      await setting(page, 'Arithmetic')
    )
      .getByLabel('Arithmetic', { exact: true })
      .selectOption('simulated');
    await expectText(page, /arithmetic: simulated/);
    await expectRuns(page, 2 * 4 + 2);
  });

  test('other factors are crossed with the bit widths, and become fixed settings again', async () => {
    const { page } = notebook;
    await begin('Factors');
    const about = await setting(page, 'Observer');
    await about.getByText('How the range is found on the calibration samples.', { exact: false }).waitFor();
    await about.getByText('Varies', { exact: true }).click();
    const factors = page.getByRole('region', { name: 'Factors' });
    const levels = factors.getByRole('group', { name: 'Levels of Observer' });
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

  test('the tree of all settings is walked by keyboard, and a setting is fixed, varied and left as usual', async () => {
    const { page } = notebook;
    await begin('By keyboard');
    const tree = page.getByRole('tree', { name: 'All settings' });
    const focused = tree.locator('[role=treeitem]:focus');
    await tree.getByRole('treeitem', { name: /^Arithmetic/ }).focus();
    await page.keyboard.press('w');
    await expect.poll(() => focused.getAttribute('aria-label'), patience).toBe('Weights: 1 set');
    expect(await focused.getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => focused.getAttribute('aria-label'), patience).toMatch(/^Weight bits: varies/);
    expect(await focused.getAttribute('aria-level')).toBe('2');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => focused.getAttribute('aria-expanded'), patience).toBe('false');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('treeitem', { name: 'First layer' }).click();
    await page
      .getByRole('treeitem', { name: /^Weight bits/ })
      .last()
      .click();

    const layer = page.getByRole('region', { name: 'About Weight bits' });
    const bits = layer.getByLabel('Weight bits of the first layer');
    await bits.fill('17');
    await page.keyboard.press('Tab');
    await layer.getByText('17 is too large: 16 or less.').waitFor();
    await bits.fill('8');
    await page.keyboard.press('Tab');
    await expectText(page, /layers:\s+first:\s+weights:\s+bits: 8/);
    await layer.getByRole('button', { name: 'As usual' }).click();
    await expect.poll(() => yaml(page).inputValue(), patience).not.toMatch(/layers/);

    const noise = await setting(page, 'Output noise σ');
    await noise.getByText('Without effect now', { exact: false }).waitFor();
    await noise.getByText('full scale', { exact: true }).waitFor();
    await noise.getByText('Varies', { exact: true }).click();
    const levels = noise.getByLabel('Levels of Output noise σ (full scale)');
    await levels.fill('0..0.02 by 0.01');
    await page.keyboard.press('Tab');
    await expectText(page, /accelerator\.noise\.output: *\[ *0, 0\.01, 0\.02 *\]/);
    await page.getByText('Set here', { exact: true }).click();
    const names = await tree.getByRole('treeitem').allTextContents();
    expect(names.some((text) => text.includes('Output noise σ (full scale)'))).toBe(true);
    expect(names.some((text) => text.includes('Storage'))).toBe(false);
  });

  test('factors advance together or are crossed, and their combinations are shown', async () => {
    const { page } = notebook;
    await begin('Zips');
    await yaml(page).fill(`name: Zips
models: [resnet18-mse] # one
data: {evaluate: shapes10-test, calibrate: shapes10-calib}
factors:
  weights.bits: [8, 4]
  # What finds the ranges
  activations.observer: [mse, minmax]
  weights.narrow: [false, true]
baseline: false
`);
    await expectRuns(page, 8);
    const factors = page.getByRole('region', { name: 'Factors' });
    await factors.getByText('2 × 2 × 2 = 8 combinations', { exact: false }).waitFor();
    await factors
      .getByLabel('Let Observer advance with')
      .selectOption({ label: 'Narrow weights (2 levels)' });
    await expectRuns(page, 4);
    await expectText(page, /zip: \[\[activations\.observer, weights\.narrow\]\]/);
    // The form changed the text where it had to, and left the comments.
    for (const comment of ['# one', '# What finds the ranges'])
      expect(await yaml(page).inputValue()).toContain(comment);
    await factors.getByText('The 2 steps').click();
    const steps = factors.getByRole('table', { name: 'Steps of Observer & Narrow weights' });
    expect(await steps.getByRole('row').last().textContent()).toMatch(/minmax\s*yes/);

    const observer = factors.getByLabel('Levels of Observer');
    await observer.fill('mse, minmax, minmax');
    await page.keyboard.press('Tab');
    await factors.getByText('have different numbers of levels: 3, 2.', { exact: false }).waitFor();
    await factors.getByText('2 of 3 levels').waitFor();
    await factors.getByLabel('Levels of Narrow weights').fill('no, yes, no');
    await page.keyboard.press('Tab');
    await expectRuns(page, 6);
    await factors.getByRole('button', { name: 'Cross Observer' }).click();
    // Two of the three levels of each are the same: what they would compute again is merged.
    await expectRuns(page, 8);
    const plan = page.getByRole('region', { name: 'Plan' });
    await plan.getByText('10 combinations stand for a run that is in the plan already').waitFor();
  });

  test('a text that cannot be read changes nothing but itself, and comes back', async () => {
    const { page } = notebook;
    await begin('Half typed');
    const right = await yaml(page).inputValue();
    await yaml(page).fill(`${right}\nfixed: {weights: {range: mse`);
    const file = page.getByRole('region', { name: 'Experiment file' });
    await file
      .getByRole('button', { name: /^Line \d+$/ })
      .first()
      .click();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
    expect(await chip(page, 'Both', 2).getAttribute('aria-pressed')).toBe('true');
    expect(await page.getByRole('checkbox', { name: 'resnet18-mse' }).isChecked()).toBe(true);
    await chip(page, 'Both', 2).click();
    await expectRuns(page, 2 * 6 + 2);
    await file.getByText('The form has replaced a text that could not be read.').waitFor();
    await file.getByRole('button', { name: 'Bring it back' }).click();
    await expectText(page, /range: mse$/);
    await file.getByRole('alert').waitFor();
  });

  test('everything that is wrong is listed and stands at its field', async () => {
    const { page } = notebook;
    await begin('Wrong');
    const right = await yaml(page).inputValue();
    await yaml(page).fill(
      right
        .replace('evaluate: shapes10-test', 'evaluate: ""')
        .replace(/^seeds:.*$/m, 'seeds: [-1]\nfixed: {weights: {rounding: nearst}}')
    );
    const alert = page.getByRole('region', { name: 'Experiment file' }).getByRole('alert');
    await expect.poll(() => alert.getByRole('listitem').count(), patience).toBe(3);
    expect(await page.getByLabel('Evaluate on').getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByLabel('Seeds').getAttribute('aria-invalid')).toBe('true');
    const rounding = await setting(page, 'Rounding');
    await rounding.getByText('has the value nearst', { exact: false }).waitFor();
    expect(await page.getByRole('treeitem', { name: /^Rounding.*not valid/ }).count()).toBe(1);
    await yaml(page).fill(right.replace('models: [', 'models: [resnet18-unknown, '));
    await page.getByText('There is no model named resnet18-unknown', { exact: false }).first().waitFor();
    expectRefusals(notebook.complaints, 1);
  });

  test('a design that was not run is there after a reload, with its comments', async () => {
    const { page, show } = notebook;
    await begin('Kept');
    await yaml(page).fill(`# Do not lose me\n${await yaml(page).inputValue()}`);
    await expectRuns(page, 2 * 7 + 2);
    await chip(page, 'Both', 2).click();
    await expectRuns(page, 2 * 6 + 2);
    await expect
      .poll(async () => {
        const kept = await notebook.call('kept.list', {});
        return (kept.find(({ name }) => name === 'design')?.value as { text: string } | undefined)?.text;
      }, patience)
      .toContain('[8, 7, 6, 5, 4, 3]');
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await show('#/design');
    await expectRuns(page, 2 * 6 + 2);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Kept');
    expect(await yaml(page).inputValue()).toMatch(/^# Do not lose me\n/);
    // A sample takes its place only after saying so.
    await page.getByRole('button', { name: 'Start from …' }).click();
    await page.getByRole('menuitem', { name: 'Sample: What does each method buy?' }).click();
    await expectText(page, /# The widths that tell methods apart come first\./);
    await page.getByRole('status').getByRole('button', { name: 'Bring it back' }).click();
    await expectText(page, /^# Do not lose me/);
  });

  test('hardware from the literature is put into a design, and every part of it can vary', async () => {
    const { page } = notebook;
    await begin('Presets');
    await page.getByRole('button', { name: 'Start from …' }).click();
    await page.getByRole('menuitem', { name: /^On hardware: DEAP-CNN/ }).click();
    await expectText(page, /preset: deap-cnn-amm/);
    const hardware = await setting(page, 'Hardware');
    expect(await hardware.getByRole('combobox').inputValue()).toBe('"deap-cnn-amm"');
    await hardware
      .getByText('DEAP-CNN’s AMM', { exact: false })
      .or(hardware.getByText("DEAP-CNN's AMM", { exact: false }))
      .first()
      .waitFor();
    const adc = await setting(page, 'ADC bits');
    await adc.getByText('Varies', { exact: true }).click();
    await expectText(page, /accelerator\.adc\.bits: *\[ *ideal, 12/);
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
