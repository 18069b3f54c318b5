import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/contract/index.ts';
import { readCsv } from '../experiments/csv-reader.ts';
import { expectRefusals } from './refusals.ts';
import { savedBy } from './saved.ts';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

describe.skipIf(noBrowser)('the table of runs', () => {
  const notebook = useNotebook('computed');
  const table = () => notebook.page.getByRole('grid', { name: 'Runs' });
  const rows = () => table().locator('tbody').getByRole('row');
  const filter = () => notebook.page.getByRole('searchbox', { name: /^Filter/ });
  const expectRows = (count: number) => expect.poll(() => rows().count(), patience).toBe(count);

  async function open(): Promise<Run[]> {
    const runs = await notebook.call('runs.list', {});
    await notebook.show('#/runs');
    await expectRows(runs.length);
    return runs;
  }

  /** What the cells under a header say, from top to bottom. */
  async function column(title: string): Promise<string[]> {
    const titles = await table().getByRole('columnheader').allTextContents();
    const index = titles.findIndex((text) => text.trim().startsWith(title));
    const texts: string[] = [];
    for (const row of await rows().all())
      texts.push(((await row.locator('td').nth(index).textContent()) ?? '').trim());
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
    const { page, complaints } = notebook;
    const runs = await open();
    await filter().fill('weights.bitz <= 4');
    const alert = page.getByRole('alert');
    await alert.getByText('FILTER_INVALID').waitFor();
    expect(await alert.textContent()).toContain('weights.bits <= 4');
    expectRefusals(complaints, 1);
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
    expect(shown[2]).toBe(String(pairs[0]!.onlyA));
    expect(shown[3]).toBe(String(pairs[0]!.onlyB));
    expect(pairs[0]!.onlyB - pairs[0]!.onlyA).toBe(Math.round(200 * pairs[0]!.difference));
    const differences = page.getByRole('grid', { name: 'What differs' });
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
    await page.getByText('2 runs moved to the trash.').waitFor();
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
});
