import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { noBrowser, useNotebook, type NotebookPage } from './use-notebook.ts';

/** The rules of WCAG 2.1 A and AA; and of them those that another theme can break. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
const colourRules = ['color-contrast', 'link-in-text-block'];

/** What axe finds on what is shown, as text: the rule, the element, what is wrong. */
async function violations(page: Page, theme: 'light' | 'dark' = 'light'): Promise<string[]> {
  // Legacy mode does without the second page that axe opens for frames of other origins: there are none here.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const chosen = theme === 'light' ? axe.withTags(rules) : axe.withRules(colourRules);
  const { violations: found } = await chosen.analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`)
  );
}

/** Each screen in each theme: nothing may be found, nor scroll sideways. */
async function expectNothing(notebook: NotebookPage, hashes: readonly string[]): Promise<void> {
  const { page, show, settled } = notebook;
  for (const hash of hashes) {
    await show(hash);
    for (const theme of ['light', 'dark'] as const) {
      await useTheme(notebook, theme);
      await settled();
      expect(await violations(page, theme), `${hash}, ${theme}`).toEqual([]);
    }
    const [scrolled, width] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth
    ]);
    expect(scrolled, `width of ${hash}`).toBeLessThanOrEqual(width!);
  }
}

async function useTheme({ page, call }: NotebookPage, theme: 'light' | 'dark'): Promise<void> {
  await call('settings.set', { theme });
  await page.locator(`html[data-theme=${theme}]`).waitFor();
}

const screens = [
  'overview',
  'models',
  'data',
  'design',
  'sensitivity',
  'experiments',
  'runs',
  'compare',
  'accelerator',
  'settings'
];

describe.skipIf(noBrowser)('a full notebook', () => {
  const notebook = useNotebook('computed');

  test('has no barrier on any screen', async () => {
    await expectNothing(
      notebook,
      screens.map((screen) => `#/${screen}`)
    );
  });

  test('has no barrier in its models, data, experiments and comparisons', async () => {
    const { call } = notebook;
    const [model] = await call('models.list', {});
    const [dataset] = await call('datasets.list', {});
    const experiments = await call('experiments.list', {});
    const runs = await call('runs.list', { where: 'samples = 200 and baseline = false' });
    const compared = `#/compare?ids=${runs
      .slice(0, 3)
      .map(({ id }) => id)
      .join(',')}`;
    await expectNothing(notebook, [
      `#/models/${model!.id}`,
      `#/data/${dataset!.id}`,
      ...experiments.map(({ id }) => `#/experiments/${id}?tests=shown`),
      ...['', '&tab=classes', '&tab=layers', '&tab=pictures'].map((part) => `${compared}${part}`)
    ]);
  });

  test('has no barrier in any part of a run, finished or failed', async () => {
    const runs = await notebook.call('runs.list', {});
    const finished = runs.find(({ status, baseline }) => status === 'finished' && !baseline)!;
    const failed = runs.find(({ status }) => status === 'failed')!;
    const { layers } = await notebook.call('runs.get', { id: finished.id });
    const layer = `?tab=layers&layer=${encodeURIComponent(layers[3]!.name)}`;
    const parts = ['', '?tab=layers', layer, '?tab=confusion', '?tab=wrong', '?tab=provenance'];
    await expectNothing(notebook, [
      ...parts.map((part) => `#/runs/${finished.id}${part}`),
      `#/runs/${failed.id}`
    ]);
  });

  test('has no barrier in the groups and dialogs of runs', async () => {
    const { page, show, settled } = notebook;
    for (const theme of ['light', 'dark'] as const) {
      await useTheme(notebook, theme);
      await show('#/runs');
      await page.getByRole('grid', { name: 'Runs' }).getByRole('checkbox').nth(1).check();
      const menus: [string, string, string][] = [
        ['More …', 'Tags …', 'Tags of 1 run'],
        ['More …', 'Note … (one run)', 'Note'],
        ['Views', 'Save this view …', 'Save this view'],
        ['Export', 'Earlier exports …', 'Earlier exports']
      ];
      for (const [menu, item, dialog] of menus) {
        await page.getByRole('button', { name: menu, exact: true }).click();
        await page.getByRole('menuitem', { name: item }).click();
        await page.getByRole('dialog', { name: dialog }).waitFor();
        await settled();
        expect(await violations(page, theme), `${dialog}, ${theme}`).toEqual([]);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      }
      await page.getByRole('button', { name: 'Columns …' }).click();
      await page.getByRole('dialog', { name: 'Columns' }).waitFor();
      expect(await violations(page, theme), `columns, ${theme}`).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByText('Groups by', { exact: true }).click();
      await page.getByLabel('Group by', { exact: true }).selectOption('model');
      await page.getByRole('grid', { name: 'Groups of runs' }).waitFor();
      await settled();
      expect(await violations(page, theme), `groups, ${theme}`).toEqual([]);
      await page.getByRole('button', { name: 'Do not group by Model' }).click();
      await page.getByText('Single runs', { exact: true }).click();
    }
  });

  test('has no barrier in a design with steps and problems', async () => {
    const { page, show, settled, complaints } = notebook;
    await show('#/design');
    const file = page.getByRole('textbox', { name: 'Experiment file in YAML' });
    const wrong = [
      'name: Wrong',
      'models: [resnet18-mse]',
      'data: {evaluate: shapes10-test, calibrate: shapes10-calib}',
      'factors:',
      '  weights.range: [minmax, mse]',
      '  activations.observer: [mse, minmux, mse]',
      'zip: [[weights.range, activations.observer]]'
    ];
    await file.fill(wrong.join('\n'));
    await page.getByRole('region', { name: 'Experiment file' }).getByRole('alert').waitFor();
    await page.getByText('The 3 steps').click();
    await page.getByRole('button', { name: 'Observer', exact: true }).click();
    await page.getByRole('region', { name: 'About Observer' }).waitFor();
    for (const theme of ['light', 'dark'] as const) {
      await useTheme(notebook, theme);
      await settled();
      expect(await violations(page, theme), theme).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });

  test('has no barrier in dialogs, menus and messages', async () => {
    const { page, show, settled, complaints } = notebook;
    for (const theme of ['light', 'dark'] as const) {
      await useTheme(notebook, theme);
      await show('#/runs');
      await settled();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      expect(await violations(page, theme), `shortcuts, ${theme}`).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });

      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menu').waitFor();
      expect(await violations(page, theme), `menu, ${theme}`).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'detached' });

      const filter = page.getByRole('combobox', { name: /^Filter/ });
      await filter.fill('weights.b');
      await page.getByRole('option').first().waitFor();
      expect(await violations(page, theme), `completion, ${theme}`).toEqual([]);
      await filter.fill('bits <');
      await page.getByRole('alert').waitFor();
      expect(await violations(page, theme), `error, ${theme}`).toEqual([]);
      await filter.fill('');

      await show('#/models');
      await page.getByRole('grid', { name: 'Models' }).getByRole('link').first().click();
      await page.getByRole('button', { name: 'Remove' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await violations(page, theme), `question, ${theme}`).toEqual([]);
      await page.getByRole('button', { name: 'Remove' }).last().click();
      await page.getByRole('alert').waitFor();
      complaints.length = 0;
      expect(await violations(page, theme), `notice, ${theme}`).toEqual([]);
      await page.getByRole('button', { name: 'Dismiss' }).click();

      await show('#/data');
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        page.getByRole('button', { name: 'Import data' }).click()
      ]);
      await chooser.setFiles(join(import.meta.dirname, '../data/datasets/data_batch_1.bin'));
      await page.getByRole('dialog').getByRole('region', { name: 'Preview' }).waitFor();
      expect(await violations(page, theme), `import, ${theme}`).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
  });
});

describe.skipIf(noBrowser)('an empty notebook', () => {
  const notebook = useNotebook('empty');

  test('has no barrier on any screen, and each says what to do', async () => {
    const { page, show } = notebook;
    for (const [screen, words] of [
      ['overview', 'Import models'],
      ['models', 'No models yet'],
      ['data', 'No data sets yet'],
      ['design', 'There are no models yet.'],
      ['experiments', 'No experiments yet'],
      ['runs', 'No runs yet'],
      ['compare', 'No runs chosen']
    ] as const) {
      await show(`#/${screen}`);
      await page.getByText(words).first().waitFor();
    }
    await expectNothing(
      notebook,
      screens.map((screen) => `#/${screen}`)
    );
  });

  test('what is not there is said', async () => {
    const { page, show, complaints } = notebook;
    for (const screen of ['models', 'data', 'experiments', 'runs']) {
      await show(`#/${screen}/nothing`);
      await page.getByRole('alert').waitFor();
      complaints.length = 0;
      expect(await violations(page), screen).toEqual([]);
    }
  });
});
