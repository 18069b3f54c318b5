import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, describe, expect, test } from 'vitest';
import type { RunDetails } from '../../src/contract/index.ts';
import { expectRefusals } from './refusals.ts';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitlab-layers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const yaml = (page: Page) => page.getByRole('textbox', { name: 'Experiment file in YAML' });
const expectText = (page: Page, pattern: RegExp) =>
  expect.poll(() => yaml(page).inputValue(), patience).toMatch(pattern);

describe.skipIf(noBrowser)('the layers of a run', () => {
  const notebook = useNotebook('computed');

  async function open(layer?: (run: RunDetails) => string): Promise<RunDetails> {
    const where = 'model = resnet18-mse and weights.bits = 3 and activations.bits = 3';
    const found = (await notebook.call('runs.list', { where })).find(({ baseline }) => !baseline)!;
    const run = await notebook.call('runs.get', { id: found.id });
    const chosen = layer === undefined ? '' : `&layer=${encodeURIComponent(layer(run))}`;
    await notebook.show(`#/runs/${run.id}?tab=layers${chosen}`);
    return run;
  }

  test('a layer opens by a click and by the keyboard, and the keys lead to its neighbours', async () => {
    const { page } = notebook;
    const run = await open();
    const names = run.layers.map(({ name }) => name);
    const heading = (name: string) => page.getByRole('heading', { level: 2, name, exact: true });
    await page.getByRole('row').filter({ hasText: names[1]! }).first().click();
    await heading(names[1]!).waitFor();
    await page.keyboard.press('n');
    await heading(names[2]!).waitFor();
    await page.keyboard.press('p');
    await heading(names[1]!).waitFor();
    await page.getByRole('button', { name: 'Previous' }).click();
    await heading(names[0]!).waitFor();
    expect(await page.getByRole('button', { name: 'Previous' }).isDisabled()).toBe(true);
    await page.getByRole('link', { name: 'All layers' }).click();
    const rows = page.getByRole('grid', { name: 'Layers' }).locator('tbody').getByRole('row');
    await rows.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await heading(names[1]!).waitFor();
  });

  test('its histograms have the levels of its quantizers, and their numbers', async () => {
    const { page, call } = notebook;
    const run = await open(({ layers }) => layers[3]!.name);
    const { name, weights } = run.layers[3]!;
    const found = await call('runs.layerHistograms', { id: run.id, layer: name });
    expect(found.weights.quantizer).toMatchObject({ levelCount: 8, scale: null });
    const figure = page.getByRole('figure', { name: `Weights of ${name}`, exact: true });
    await expect
      .poll(() => figure.locator('svg .barlayer .point').count(), patience)
      .toBe(found.weights.counts.length);
    await expect
      .poll(async () => (await figure.locator('svg text').allTextContents()).join(' '), patience)
      .toContain('8 levels (lines)');
    await figure.getByText('Log counts').click();
    await expect
      .poll(async () => (await figure.locator('svg text').allTextContents()).join(' '), patience)
      .toContain('log scale');
    await figure.getByRole('button', { name: 'Numbers' }).click();
    const counts = await figure.locator('tbody tr td:nth-child(3)').allTextContents();
    expect(counts.map(Number)).toEqual(found.weights.counts);

    // One channel has a scale of its own.
    await page.getByLabel(`Channel, 0 to ${found.channels - 1}`).fill('2');
    await page.keyboard.press('Enter');
    await page.getByRole('figure', { name: `Weights of ${name}, channel 2` }).waitFor();
    const scale = page.getByRole('row').filter({ hasText: 'Scale' }).getByRole('cell').first();
    await expect
      .poll(() => scale.textContent(), patience)
      .toBe(String(Number(weights!.scale[2]!.toPrecision(4))));
  });

  test('a float run shows its values without levels', async () => {
    const { page, call, show } = notebook;
    const run = (await call('runs.list', {})).find(
      ({ baseline, status }) => baseline && status === 'finished'
    )!;
    const { layers } = await call('runs.get', { id: run.id });
    await show(`#/runs/${run.id}?tab=layers&layer=${encodeURIComponent(layers[0]!.name)}`);
    const figure = page.getByRole('figure', { name: `Output of ${layers[0]!.name}` });
    await expect
      .poll(async () => (await figure.locator('svg text').allTextContents()).join(' '), patience)
      .toContain('not quantized');
  });

  test('the advice on a run is taken in a design of it', async () => {
    const { page, show } = notebook;
    const run = await open();
    await show(`#/runs/${run.id}`);
    const advice = page.getByRole('region', { name: 'Advice' });
    await advice.getByText('64 calibration samples', { exact: false }).waitFor();
    await advice.getByRole('link', { name: 'Design a run with it' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Design' }).waitFor();
    await expectText(page, /calibrationSamples: 512/);
    await expectText(page, /weights:\s+bits: 3/);
  });
});

describe.skipIf(noBrowser)('settings of single layers in a design', () => {
  const notebook = useNotebook('samples');

  async function begin(name: string): Promise<void> {
    const { page, show } = notebook;
    await show('#/design');
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByRole('checkbox', { name: 'resnet18-mse' }).check();
    await expectText(page, /models: *\[ *resnet18-mse *\]/);
  }

  test('any layer of the chosen models is picked from a list and gets its bits', async () => {
    const { page, call } = notebook;
    await begin('Overrides');
    const [model] = await call('models.list', {});
    const { layers } = await call('models.get', { id: model!.id });
    const name = layers[4]!.name;
    const list = page.getByLabel('Give a layer settings of its own');
    await expect.poll(() => list.locator('option').allTextContents(), patience).toContain(name);
    await list.selectOption(name);
    const group = page.getByRole('group', { name: `Settings of ${name}`, exact: true });
    await group.getByLabel('Activation bits').fill('6');
    await group.getByLabel('Weight bits').fill('5');
    await page.keyboard.press('Tab');
    await expectText(page, /layers:[\s\S]*weights:\s+bits: 5\s+activations:\s+bits: 6/);
    await group.getByLabel('Another setting').selectOption({ label: 'Weight range' });
    await expectText(page, /layers:[\s\S]*range: moving-average/);
    await group.getByLabel('Weight range', { exact: true }).selectOption('mse');
    await expectText(page, /layers:[\s\S]*range: mse/);

    await list.selectOption({ label: 'All that match a pattern …' });
    await page.getByLabel('Name or pattern').fill('*conv1*');
    await page.getByText('9 layers of the chosen models.').waitFor();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('group', { name: 'Settings of *conv1*' }).getByText('covers 9 layers').waitFor();
    await expectText(page, /"\*conv1\*":/);
    await page.getByRole('button', { name: `${name} as the others`, exact: true }).click();
    await page.getByRole('button', { name: '*conv1* as the others' }).click();
    await page.getByText('All layers have the same settings.').waitFor();
  });

  test('a pattern that no layer has is refused when the design is planned', async () => {
    const { page } = notebook;
    await begin('A wrong pattern');
    await page
      .getByLabel('Give a layer settings of its own')
      .selectOption({ label: 'All that match a pattern …' });
    await page.getByLabel('Name or pattern').fill('layer9*');
    await page.getByText('0 layers of the chosen models.').waitFor();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('matches no layer of resnet18-mse', { exact: false }).first().waitFor();
    expectRefusals(notebook.complaints, 1);
    await page.getByRole('button', { name: 'layer9* as the others' }).click();
  });

  test('first and last at 8 bits is one click, and stands among the layers', async () => {
    const { page } = notebook;
    await begin('Ends');
    await page.getByRole('checkbox', { name: 'First and last layer at 8 bits' }).check();
    for (const place of ['First layer', 'Last layer', 'Input of the network'])
      await page.getByRole('group', { name: `Settings of ${place}` }).waitFor();
    await page.getByRole('checkbox', { name: 'First and last layer at 8 bits' }).uncheck();
    await page.getByText('All layers have the same settings.').waitFor();
  });

  test('a codebook comes from a CSV, and what is wrong with one names the line', async () => {
    const { page } = notebook;
    const [good, bad] = [join(folder, 'levels.csv'), join(folder, 'bad.csv')];
    writeFileSync(good, '# mine\n-1;-0.25\n0\n0.25;1\n');
    writeFileSync(bad, '-1\n0\nmany\n');
    await begin('A codebook');
    const tree = page.getByRole('tree', { name: 'All settings' });
    await tree.getByRole('treeitem', { name: /^Weights/ }).click();
    await tree.getByRole('treeitem', { name: /^Weight grid/ }).click();
    await page.getByLabel('Weight grid', { exact: true }).selectOption({ label: 'codebook' });
    await tree.getByRole('treeitem', { name: /^Codebook/ }).click();
    await page.getByText('Needs at least two levels.').waitFor();
    const choose = async (file: string) => {
      const chooser = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Choose a CSV …' }).click();
      await (await chooser).setFiles(file);
    };
    await choose(bad);
    await page.getByText('line 3 of bad.csv has "many"', { exact: false }).waitFor();
    await choose(good);
    await page.getByText('5 levels at scale 1.').waitFor();
    await expectText(page, /levels: *\[ *-1, -0.25, 0, 0.25, 1 *\]/);
    await page.getByLabel('Codebook', { exact: true }).fill('-1, 0, 0, 1');
    await page.keyboard.press('Tab');
    await page.getByText('has the level 0 a second time', { exact: false }).waitFor();

    // In the file by its name, until it is at hand.
    const text = await yaml(page).inputValue();
    await yaml(page).fill(text.replace(/levels: *\[.*\]/, 'levels: {file: levels.csv}'));
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose levels.csv …' }).click();
    await (await chooser).setFiles(good);
    await expect
      .poll(() => page.getByLabel('Codebook', { exact: true }).inputValue(), patience)
      .toBe('-1, -0.25, 0, 0.25, 1');
    // Each of these is refused: a codebook in integers, a file and a list that are wrong.
    expectRefusals(notebook.complaints, notebook.complaints.length);
  });

  test('advice on a design is taken with one click', async () => {
    const { page } = notebook;
    await begin('Advice');
    await page.getByLabel('Calibration samples').fill('50');
    await page.keyboard.press('Tab');
    const advice = page.getByRole('region', { name: 'Advice' });
    await advice.getByText('50 calibration samples', { exact: false }).waitFor();
    await advice.getByRole('button', { name: 'Set it' }).click();
    await expectText(page, /calibrationSamples: 512/);
    await expect.poll(() => advice.count(), patience).toBe(0);
  });
});
