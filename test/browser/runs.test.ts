import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/contract/index.ts';
import { readCsv } from '../experiments/csv-reader.ts';
import { savedBy } from './saved.ts';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

describe.skipIf(noBrowser)('the table of runs', () => {
  const notebook = useNotebook('computed');
  const table = () => notebook.page.getByRole('grid', { name: 'Runs' });
  const rows = () => table().locator('tbody').getByRole('row');
  const filter = () => notebook.page.getByRole('combobox', { name: /^Filter/ });
  const expectRows = (count: number) => expect.poll(() => rows().count(), patience).toBe(count);

  async function open(): Promise<Run[]> {
    const runs = await notebook.call('runs.list', {});
    await notebook.show('#/runs');
    await expectRows(runs.length);
    return runs;
  }

  /** What the cells under a header say, from top to bottom. */
  async function column(title: string): Promise<string[]> {
    const header = table().getByRole('columnheader', { name: new RegExp(`^${title}\\b`) });
    const index = await header.first().getAttribute('aria-colindex');
    const texts: string[] = [];
    for (const row of await rows().all())
      texts.push(((await row.locator(`td[aria-colindex="${index}"]`).textContent()) ?? '').trim());
    return texts;
  }

  test('is filtered as one types', async () => {
    const { page, call } = notebook;
    await open();
    const where = 'weights.bits <= 4 and model = resnet18-mse';
    const found = await call('runs.list', { where });
    expect(found.length).toBeGreaterThan(2);
    await filter().fill(where);
    await expectRows(found.length);
    expect(new Set(await column('Model'))).toEqual(new Set(['resnet18-mse']));
    for (const bits of await column('W')) expect(['3', '4']).toContain(bits);
    await page.getByText(`${found.length} runs found`).waitFor();

    // The filter is in the address, so that it is still there afterwards.
    expect(decodeURIComponent(page.url()).replaceAll('+', ' ')).toContain(where);
    await page.reload();
    await expectRows(found.length);
    expect(await filter().inputValue()).toBe(where);

    await filter().fill('weights.bits = 1');
    await page.getByText('No run fits the filter').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await expectRows((await call('runs.list', {})).length);
  });

  test('says what is wrong with a filter, and keeps what it shows', async () => {
    const { page } = notebook;
    const runs = await open();
    await filter().fill('weights.bitz <= 4');
    const alert = page.getByRole('alert');
    await alert.getByText('did you mean weights.bits?').waitFor();
    expect(await alert.locator('mark').textContent()).toBe('weights.bitz');
    expect(await filter().getAttribute('aria-invalid')).toBe('true');
    expect(await rows().count()).toBe(runs.length);
    await filter().fill('');
    await alert.waitFor({ state: 'detached' });
    await expectRows(runs.length);
  });

  test('is sorted by a click on a header', async () => {
    await open();
    const header = table().getByRole('columnheader', { name: /^Top-1/ });
    await header.getByRole('button').click();
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    const numbers = (await column('Top-1')).filter((text) => text !== '–').map(Number);
    expect(numbers.length).toBeGreaterThan(10);
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
    await header.getByRole('button').click();
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    const rising = (await column('Top-1')).filter((text) => text !== '–').map(Number);
    expect(rising).toEqual([...numbers].sort((a, b) => a - b));
    expect(
      await table()
        .getByRole('columnheader', { name: /^Model/ })
        .getAttribute('aria-sort')
    ).toBe('none');
  });

  test('two runs that are ticked are compared, with the paired test', async () => {
    const { page, call } = notebook;
    await open();
    const compare = page.getByRole('button', { name: /^Compare/ });
    expect(await compare.isDisabled()).toBe(true);
    await filter().fill('weights.bits = 4');
    await expectRows(3);
    for (const model of ['resnet18-label-smoothing', 'resnet18-mse'])
      await rows().filter({ hasText: model }).getByRole('checkbox').check();
    await compare.click();
    await page.getByRole('heading', { level: 1, name: 'Compare' }).waitFor();

    const ids = new URLSearchParams(page.url().split('?')[1]).get('ids')!.split(',');
    expect(ids).toHaveLength(2);
    const { pairs, runs } = await call('runs.compare', { ids });
    const tests = page.getByRole('grid', { name: 'Paired tests' });
    const cells = tests.locator('tbody').getByRole('row').first().locator('td');
    await cells.first().waitFor();
    const shown = (await cells.allTextContents()).map((text) => text.trim());
    expect(shown[0]).toBe('A, B');
    expect(shown[1]).toBe(
      `${pairs[0]!.difference > 0 ? '+' : ''}${(100 * pairs[0]!.difference).toFixed(2)}`.replace('-', '−')
    );
    expect(shown[3]).toBe(String(pairs[0]!.onlyA));
    expect(shown[4]).toBe(String(pairs[0]!.onlyB));
    expect(pairs[0]!.onlyB - pairs[0]!.onlyA).toBe(Math.round(200 * pairs[0]!.difference));
    const differences = page.getByRole('table', { name: 'What differs' });
    const model = differences.getByRole('row').filter({ hasText: runs[0]!.model });
    expect(await model.textContent()).toContain(runs[1]!.model);

    await page.getByRole('button', { name: 'Take A out of the comparison' }).click();
    await page.getByText('One more run is needed').waitFor();
  });

  test('what the filter leaves is exported', async () => {
    const { page, call } = notebook;
    await open();
    await filter().fill('weights.bits = 8');
    const found = await call('runs.list', { where: 'weights.bits = 8' });
    await expectRows(found.length);
    await page.getByRole('button', { name: 'Export' }).click();
    const { bytes } = await savedBy(page.getByRole('menuitem', { name: 'CSV, one row for each run (wide)' }));
    expect(readCsv(bytes.toString('utf8'))).toHaveLength(1 + found.length);
  });

  test('runs go to the trash, and come back', async () => {
    const { page, call } = notebook;
    const runs = await open();
    await rows().first().getByRole('checkbox').check();
    await rows().nth(1).getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Move to trash' }).click();
    await page.getByText('Moved 2 runs to the trash.').waitFor();
    await expectRows(runs.length - 2);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expectRows(runs.length);

    await rows().first().getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Move to trash' }).click();
    await expectRows(runs.length - 1);
    await page.getByText('Trash', { exact: true }).click();
    await expectRows(1);
    await rows().first().getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Restore 1 run' }).click();
    await page.getByText('The trash is empty').waitFor();
    expect(await call('runs.list', {})).toHaveLength(runs.length);
  });

  test('a star stays', async () => {
    const { page, call } = notebook;
    await open();
    const star = rows().first().getByRole('button', { name: /^Star/ });
    await star.click();
    await expect
      .poll(async () => (await call('runs.list', {})).filter((run) => run.starred).length, patience)
      .toBe(1);
    await page.reload();
    await expect
      .poll(() => table().getByRole('button', { name: /^Star/, pressed: true }).count(), patience)
      .toBe(1);
  });

  test('the filter is completed with fields, operators and values, by keys alone', async () => {
    const { page, call } = notebook;
    await open();
    await filter().focus();
    const option = (name: RegExp) => page.getByRole('option', { name });
    await page.keyboard.type('activations.obs');
    await option(/^activations.observer/).waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await option(/^activations.observer/).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Enter');
    await option(/^!=/).waitFor();
    await page.keyboard.type('=');
    await page.keyboard.type(' ');
    await option(/^histogram/).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    expect(await filter().inputValue()).toBe('activations.observer = histogram ');
    await option(/^and/).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('option').count()).toBe(0);
    expect(await filter().inputValue()).toBe('activations.observer = histogram ');
    const found = await call('runs.list', { where: 'activations.observer = histogram' });
    await expectRows(found.length);
    expect(found.some(({ baseline }) => baseline)).toBe(false);
    await page.keyboard.press('Escape');
    await expectRows((await call('runs.list', {})).length);
  });

  test('is sorted by several columns, with Shift', async () => {
    await open();
    const header = (name: RegExp) => table().getByRole('columnheader', { name }).getByRole('button');
    await header(/^Model/).click();
    await header(/^W/).click({ modifiers: ['Shift'] });
    const pairs = async () => {
      const [models, bits] = [await column('Model'), await column('W')];
      return models.map((model, index) => [model, bits[index] === '–' ? -1 : Number(bits[index])] as const);
    };
    const shown = await pairs();
    const expected = [...shown].sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : y - x));
    expect(shown).toEqual(expected);
    await header(/^W/).click({ modifiers: ['Shift'] });
    const first = shown.filter(([model, bits]) => model === shown[0]![0] && bits >= 0);
    await expect
      .poll(async () => (await pairs())[0]![1], patience)
      .toBe(Math.min(...first.map(([, bits]) => bits)));
  });

  test('groups tell mean, deviation, number and interval, and lead to their runs', async () => {
    const { page, call } = notebook;
    const runs = await open();
    await page.getByText('All but the seed').click();
    const groups = page.getByRole('grid', { name: 'Groups of runs' });
    await groups.locator('tbody tr[data-row]').first().waitFor();
    await page.getByText('Groups by', { exact: true }).click();
    await page.getByLabel('Group by', { exact: true }).selectOption('model');
    const models = [...new Set(runs.map(({ model }) => model))].sort();
    await expect.poll(() => groups.locator('tbody tr[data-row]').count(), patience).toBe(models.length);
    const { rows: all } = await call('runs.groups', { by: ['model'], columns: ['model'], metrics: ['top1'] });
    const at = all.findIndex(({ means: [top1] }) => top1?.deviation);
    const expected = all[at];
    const cell = async (title: RegExp) => {
      const index = await groups
        .getByRole('columnheader', { name: title })
        .first()
        .getAttribute('aria-colindex');
      return groups.locator(`tbody tr[data-row="${at}"] td[aria-colindex="${index}"]`).textContent();
    };
    const top1 = expected!.means[0]!;
    expect((await cell(/^Model/))?.trim()).toBe(models[at]);
    expect((await cell(/^Top-1, mean/))?.trim()).toBe((100 * top1.mean).toFixed(2));
    expect((await cell(/^SD/))?.trim()).toBe((100 * top1.deviation!).toFixed(2));
    expect((await cell(/^n$/))?.trim()).toBe(String(top1.n));
    expect((await cell(/^95 % interval/))?.trim()).toBe(
      `${(100 * top1.low!).toFixed(2)}–${(100 * top1.high!).toFixed(2)}`
    );
    await groups.locator(`tbody tr[data-row="${at}"]`).click();
    await expectRows(expected!.runs);
    expect(await filter().inputValue()).toBe(`model = ${models[at]}`);
  });

  test('columns are chosen, moved, and saved as a view with filter and order', async () => {
    const { page, call } = notebook;
    await open();
    await page.getByRole('button', { name: 'Columns …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Columns' });
    await dialog.getByLabel('Find a column').fill('cross');
    await dialog.getByLabel('Cross-entropy (crossEntropy)').check();
    await dialog.getByRole('button', { name: 'Leave Arithmetic out' }).click();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await table()
      .getByRole('columnheader', { name: /^Cross-entropy/ })
      .getByRole('button')
      .click();
    await filter().fill('weights.bits >= 6');
    const found = await call('runs.list', { where: 'weights.bits >= 6' });
    await expectRows(found.length);
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Save this view …' }).click();
    await page.getByLabel('Name').fill('Losses');
    await page.getByRole('button', { name: 'Save the view' }).click();
    await page.getByText('The view “Losses” is saved.').waitFor();

    await page.reload();
    await filter().fill('');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Losses', exact: true }).click();
    await expectRows(found.length);
    expect(await filter().inputValue()).toBe('weights.bits >= 6');
    expect(await table().getByRole('columnheader', { name: 'Arithmetic' }).count()).toBe(0);
    const shown = (await column('Cross-entropy')).map(Number);
    expect(shown).toEqual([...shown].sort((a, b) => b - a));
    await page.getByRole('button', { name: 'View: Losses' }).click();
    await page.getByRole('menuitem', { name: /^Remove the view/ }).click();
    await expect.poll(async () => (await call('views.list', {})).length, patience).toBe(0);
  });

  test('several runs are tagged and starred, and found by it', async () => {
    const { page, call } = notebook;
    await open();
    await filter().fill('weights.bits = 8');
    const found = await call('runs.list', { where: 'weights.bits = 8' });
    await expectRows(found.length);
    await table().getByLabel('Select all rows').check();
    await page.getByRole('button', { name: 'More …' }).click();
    await page.getByRole('menuitem', { name: 'Tags …' }).click();
    await page.getByLabel('Add tags').fill('camera-ready, wide');
    await page.getByRole('button', { name: 'Save the tags' }).click();
    await expect
      .poll(
        async () => (await call('runs.list', { where: 'tag:camera-ready and tag:wide' })).length,
        patience
      )
      .toBe(found.length);
    await filter().fill('tag:camera-ready');
    await expectRows(found.length);
    await page.getByRole('button', { name: 'More …' }).click();
    await page.getByRole('menuitem', { name: 'Star', exact: true }).click();
    await expect
      .poll(() => table().getByRole('button', { name: /^Star/, pressed: true }).count(), patience)
      .toBe(found.length);
  });

  test('a run is cloned into the designer, whose plan knows it', async () => {
    const { page } = notebook;
    await open();
    await filter().fill('weights.bits = 4 and model ~ smoothing');
    await expectRows(1);
    await rows().first().getByRole('checkbox').check();
    await page.getByRole('button', { name: 'More …' }).click();
    await page.getByRole('menuitem', { name: /^Clone into the designer/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Design' }).waitFor();
    await page
      .getByText(/1 (of 1 )?(is |run )?.*known/i)
      .first()
      .waitFor();
  });

  test('a change elsewhere reaches the rows that are shown', async () => {
    const { page, call } = notebook;
    const runs = await open();
    await page.getByRole('button', { name: 'Columns …' }).click();
    await page.getByRole('dialog').getByLabel('Tags', { exact: true }).check();
    await page.getByRole('button', { name: 'Done' }).click();
    await call('runs.annotate', { id: runs[0]!.id, tags: ['from elsewhere'] });
    await table().getByText('from elsewhere').waitFor();
  });

  test('what was exported is remembered, checked, and made again', async () => {
    const { page, call } = notebook;
    await open();
    await filter().fill('weights.bits >= 6');
    const found = await call('runs.list', { where: 'weights.bits >= 6' });
    await expectRows(found.length);
    await page.getByRole('button', { name: 'Export' }).click();
    const table = await savedBy(page.getByRole('menuitem', { name: 'LaTeX table of means' }));
    expect(table.name).toBe('runs.tex');
    const text = table.bytes.toString('utf8');
    expect(text).toContain('\\begin{tabular}');
    for (const { id } of found) expect(text).toContain(id);
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'Earlier exports …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Earlier exports' });
    const item = dialog.getByRole('listitem').filter({ hasText: 'runs.tex' });
    await item.getByRole('button', { name: 'Check' }).click();
    await item.getByText('Current: it would be the same now.').waitFor();
    await call('runs.remove', { ids: [found[0]!.id] });
    await item.getByRole('button', { name: 'Check' }).click();
    await item.getByText('Stale. 1 of its runs is not there any more.').waitFor();
    await call('runs.restore', { ids: [found[0]!.id] });
    expect((await savedBy(item.getByRole('button', { name: 'Make again' }))).bytes).toEqual(table.bytes);
  });
});
