import { describe, expect, test } from 'vitest';
import { tabTo } from './focus.ts';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

describe.skipIf(noBrowser)('without a mouse', () => {
  const notebook = useNotebook('computed');
  const heading = (name: string) => notebook.page.getByRole('heading', { level: 1, name, exact: true });
  const press = (...keys: string[]) =>
    keys.reduce((before, key) => before.then(() => notebook.page.keyboard.press(key)), Promise.resolve());

  test('an experiment is designed and run', async () => {
    const { page, call } = notebook;
    await press('g', 'n');
    await heading('Design').waitFor();
    await tabTo(page.getByLabel('Name', { exact: true }));
    await page.keyboard.type('Typed only');
    await tabTo(page.getByRole('checkbox', { name: 'resnet18-mse' }));
    await press('Space');
    await tabTo(page.getByLabel('Samples', { exact: true }));
    await page.keyboard.type('100');
    await tabTo(page.getByLabel('Both: to bits'));
    await page.keyboard.type('7');
    const widths = page.getByRole('group', { name: 'Both: bit widths' });
    await expect.poll(() => widths.getByRole('button', { pressed: true }).count(), patience).toBe(2);
    await tabTo(widths.getByRole('button', { name: '8', exact: true }));
    await press('Space');
    await tabTo(page.getByRole('radio', { name: 'Together' }), 'Shift+Tab');
    await press('ArrowRight');
    const weights = page.getByRole('group', { name: 'Weights: bit widths' });
    await tabTo(weights.getByRole('button', { name: '5', exact: true }));
    await press('Space');
    await tabTo(page.getByRole('searchbox', { name: 'Find a setting' }));
    await page.keyboard.type('activations.observer');
    await page.getByRole('treeitem', { name: /^Observer/ }).waitFor();
    await tabTo(page.getByRole('tree').locator('[role=treeitem][tabindex="0"]'));
    await press('End');
    await tabTo(page.getByRole('radio', { name: 'Same in all runs' }));
    await press('ArrowRight');
    const levels = page
      .getByRole('region', { name: 'About Observer' })
      .getByRole('group', { name: 'Levels of Observer' });
    await levels.waitFor();
    for (const level of await levels.getByRole('button').allTextContents()) {
      if (['histogram', 'minmax'].includes(level.trim())) continue;
      await tabTo(levels.getByRole('button', { name: level, exact: true }));
      await press('Space');
    }
    // Weights 7 and 5, activations 7, two observers, and the float run.
    await page.getByRole('button', { name: 'Run 5 runs', exact: true }).waitFor();

    const text = page.getByRole('textbox', { name: 'Experiment file in YAML' });
    await tabTo(text);
    const written = await text.inputValue();
    await press('ControlOrMeta+a');
    await page.keyboard.insertText(written.replace(/baseline: true/, '').concat('\nbaseline: false\n'));
    await page.getByRole('button', { name: 'Run 4 runs', exact: true }).waitFor();
    await press('ControlOrMeta+Enter');
    await heading('Typed only').waitFor();
    const toolbar = page.locator('header').filter({ has: page.getByRole('heading', { level: 1 }) });
    await toolbar.getByText('finished').waitFor();
    const experiment = (await call('experiments.list', {})).find(({ name }) => name === 'Typed only')!;
    expect(experiment.counts).toMatchObject({ total: 4, finished: 4 });
  });

  test('two letters lead to every screen', async () => {
    for (const [key, name] of [
      ['m', 'Models'],
      ['d', 'Data'],
      ['n', 'Design'],
      ['e', 'Experiments'],
      ['r', 'Runs'],
      ['c', 'Compare'],
      ['s', 'Settings'],
      ['o', 'Overview']
    ] as const) {
      await press('g', key);
      await heading(name).waitFor();
      const current = notebook.page
        .getByRole('navigation', { name: 'Screens' })
        .locator('[aria-current=page]');
      await expect.poll(async () => (await current.textContent())!.trim(), patience).toBe(name);
    }
  });

  test('letters in a field are text', async () => {
    const { page } = notebook;
    await press('g', 'r');
    await heading('Runs').waitFor();
    await press('/');
    const filter = page.getByRole('combobox', { name: /^Filter/ });
    await expect
      .poll(() => filter.evaluate((element) => element === document.activeElement), patience)
      .toBe(true);
    await page.keyboard.type('gm?');
    expect(await filter.inputValue()).toBe('gm?');
    expect(await heading('Runs').isVisible()).toBe(true);
    await press('Escape');
    expect(await filter.inputValue()).toBe('');
    await press('Escape', 'g', 'm');
    await heading('Models').waitFor();
  });

  test('the list of shortcuts opens and closes, and names what works', async () => {
    const { page } = notebook;
    await press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.getByText('Show this list').waitFor();
    expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('rows of a table are walked, ticked and opened', async () => {
    const { page } = notebook;
    await press('g', 'r');
    const rows = page.getByRole('grid', { name: 'Runs' }).locator('tbody tr[data-row]');
    await tabTo(rows.first());
    await press('ArrowDown');
    const focused = (index: number) =>
      expect
        .poll(() => rows.nth(index).evaluate((row) => row === document.activeElement), patience)
        .toBe(true);
    await focused(1);
    await press('Space', 'ArrowDown');
    await focused(2);
    await press('Shift+Space');
    await page.getByRole('button', { name: 'Compare 2' }).waitFor();
    await press('Home');
    await focused(0);
    await press('Enter');
    await page.getByRole('tablist', { name: 'Parts of the run' }).waitFor();
    await tabTo(page.getByRole('tab', { name: 'Summary' }));
    await press('ArrowRight');
    expect(await page.getByRole('tab', { name: 'Layers' }).getAttribute('aria-selected')).toBe('true');
  });

  test('the content is one key away, and a menu is used with arrows', async () => {
    const { page } = notebook;
    await press('g', 'r');
    await heading('Runs').waitFor();
    await page.reload();
    await heading('Runs').waitFor();
    await press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the content' });
    expect(await skip.evaluate((element) => element === document.activeElement)).toBe(true);
    expect((await skip.boundingBox())!.y).toBeGreaterThanOrEqual(0);
    await press('Enter');
    const menu = page.getByRole('button', { name: 'Export' });
    await tabTo(menu);
    await press('Enter');
    await page.getByRole('menuitem').first().waitFor();
    await press('ArrowDown', 'Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await expect
      .poll(() => menu.evaluate((element) => element === document.activeElement), patience)
      .toBe(true);
  });
});
