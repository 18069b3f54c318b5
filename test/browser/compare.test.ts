import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/contract/index.ts';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

describe.skipIf(noBrowser)('the screen that compares runs', () => {
  const notebook = useNotebook('computed');

  /** The float run of the mse network and its runs at 8, 4 and 3 bits, which differ more and more from it. */
  async function chosen(): Promise<Run[]> {
    const runs = await notebook.call('runs.list', { where: 'model = resnet18-mse and samples = 200' });
    const at = (bits: number) =>
      runs.find(
        ({ baseline, configuration: { weights, activations } }) =>
          !baseline && weights.bits === bits && activations.bits === bits
      )!;
    return [runs.find(({ baseline }) => baseline)!, at(8), at(4), at(3)];
  }
  const idsOf = (runs: readonly Run[]) => runs.map(({ id }) => id).join(',');
  const open = (runs: readonly Run[], more = '') => notebook.show(`#/compare?ids=${idsOf(runs)}${more}`);
  const cellsOf = async (page: Page, table: string, row: string | RegExp) =>
    (
      await page
        .getByRole('table', { name: table })
        .getByRole('row', { name: row })
        .getByRole('cell')
        .allTextContents()
    ).map((text) => text.trim());
  const minus = (text: string) => text.replace('-', '−');

  test('shows what differs, metrics with intervals, and every test against a reference of choice', async () => {
    const { page, call } = notebook;
    const runs = await chosen();
    await open(runs);
    const tests = page.getByRole('grid', { name: 'Paired tests' }).locator('tbody').getByRole('row');
    await expect.poll(() => tests.count(), patience).toBe(3);
    expect(await cellsOf(page, 'What differs', /^Weight bits/)).toEqual(['–', '8', '4', '3']);
    const accuracy = runs.map(({ top1 }) => (100 * top1!.value).toFixed(2));
    expect(await cellsOf(page, 'Metrics', /^Top-1/)).toEqual(accuracy);
    const { low, high } = runs[2]!.top1!;
    expect((await cellsOf(page, 'Metrics', /^95 % interval of top-1/))[2]).toBe(
      `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}`
    );

    // Against the run at 4 bits: signs turn, and the float run comes second.
    await page.getByLabel('Reference').selectOption({ label: 'Reference: C' });
    await expect.poll(() => page.url(), patience).toContain(`reference=${runs[2]!.id}`);
    await page.getByText('Differences to C').click();
    const difference = 100 * (runs[0]!.top1!.value - runs[2]!.top1!.value);
    expect((await cellsOf(page, 'Metrics', /^Top-1/))[0]).toBe(`+${difference.toFixed(2)}`);
    const { pairs } = await call('runs.compare', { ids: runs.map(({ id }) => id) });
    const pair = pairs.find(({ a, b }) => a === runs[0]!.id && b === runs[2]!.id)!;
    const cells = (await tests.first().locator('td').allTextContents()).map((text) => text.trim());
    expect(cells.slice(0, 5)).toEqual([
      'C, A',
      `+${difference.toFixed(2)}`,
      `${minus((-100 * pair.high).toFixed(2)).replace(/^(?=\d)/, '+')} to +${(-100 * pair.low).toFixed(2)}`,
      String(pair.onlyB),
      String(pair.onlyA)
    ]);
    await page.getByText('All pairs', { exact: true }).click();
    await expect.poll(() => tests.count(), patience).toBe(6);
  });

  test('compares class by class, in numbers that are those of the confusion matrices', async () => {
    const { page, call } = notebook;
    const runs = await chosen();
    await open(runs, '&tab=classes');
    const figure = page.getByRole('figure', { name: 'Accuracy by class and run', exact: true });
    await figure.getByRole('button', { name: 'Numbers' }).click();
    const { confusion } = await call('runs.get', { id: runs[2]!.id });
    const right = confusion!.map((row, label) => (100 * row[label]!) / row.reduce((sum, each) => sum + each));
    const column = figure.locator('tbody tr td:nth-child(9)');
    expect((await column.allTextContents()).map(Number)).toEqual(
      right.map((share) => Number(share.toFixed(2)))
    );
    await figure.getByText('Differences to A').click();
    const against = page.getByRole('figure', { name: 'Accuracy by class and run, against A' });
    await expect
      .poll(() => against.locator('thead th').allTextContents(), patience)
      .toContain('C − A (points)');
    const float = (await call('runs.get', { id: runs[0]!.id })).confusion!;
    const lost = float.map((row, label) =>
      Number((right[label]! - (100 * row[label]!) / row.reduce((sum, each) => sum + each)).toFixed(2))
    );
    const differences = against.locator('tbody tr td:nth-child(6)');
    expect((await differences.allTextContents()).map(Number)).toEqual(lost.map((each) => each + 0));
  });

  test('compares layer by layer, in the quantity that is chosen', async () => {
    const { page, call } = notebook;
    const runs = await chosen();
    await open(runs, '&tab=layers');
    const details = await call('runs.get', { id: runs[2]!.id });
    await page.getByLabel('Quantity').selectOption({ label: 'Weights clipped (%)' });
    const clipped = page.getByRole('figure', { name: 'Weights clipped by layer and run' });
    await expect
      .poll(async () => (await clipped.locator('svg text').allTextContents()).join(' '), patience)
      .toContain(details.layers[3]!.name);
    await page.getByLabel('Quantity').selectOption({ label: 'Weight SQNR (dB)' });
    const figure = page.getByRole('figure', { name: 'Weight SQNR by layer and run', exact: true });
    await figure.getByRole('button', { name: 'Numbers' }).click();
    expect(await figure.locator('tbody tr td:nth-child(1)').allTextContents()).toEqual(
      details.layers.map(({ name }) => name)
    );
    expect(await figure.locator('tbody tr td:nth-child(4)').allTextContents()).toEqual(
      details.layers.map(({ weightSqnrDb }) => weightSqnrDb!.toFixed(1))
    );
    // The float run has no such number: its column is empty, and nothing can be subtracted from it.
    expect(new Set(await figure.locator('tbody tr td:nth-child(2)').allTextContents())).toEqual(
      new Set(['–'])
    );
    await figure.getByText('Differences to A').click();
    await page.getByText('A has no such number, so the values are drawn.', { exact: false }).waitFor();
  });

  test('draws the pictures about which the runs disagree, by kind and label, and leads to the runs', async () => {
    const { page, call } = notebook;
    const runs = await chosen();
    await open(runs, '&tab=pictures');
    const ask = { ids: runs.map(({ id }) => id), reference: runs[0]!.id };
    const { counts, classNames } = await call('runs.disagreements', ask);
    expect(counts.lost).toBeGreaterThan(0);
    const kind = page.getByLabel('Disagreement');
    await expect
      .poll(() => kind.locator('option').allTextContents(), patience)
      .toEqual([
        `Different classes (${counts.any})`,
        `A right, another wrong (${counts.lost})`,
        `A wrong, another right (${counts.gained})`,
        `All wrong, in different ways (${counts.wrong})`
      ]);
    const pictures = page.getByRole('list', { name: 'Pictures where the runs disagree' });
    await expect.poll(() => pictures.locator('canvas').count(), patience).toBe(Math.min(24, counts.any));

    await page.getByLabel('A against').selectOption({ label: 'C' });
    await kind.selectOption({ value: 'lost' });
    const { rows } = await call('runs.disagreements', { ...ask, against: runs[2]!.id, kind: 'lost' });
    const [first] = rows;
    const item = pictures.getByRole('listitem').first();
    await item.getByText(`sample ${first!.sample}`, { exact: true }).waitFor();
    const label = classNames[first!.label]!;
    await item.getByRole('img', { name: `Sample ${first!.sample}: ${label}`, exact: true }).waitFor();
    for (const [index, letter] of ['A', 'B', 'C', 'D'].entries()) {
      const { prediction, probability } = first!.answers[index]!;
      const said = item.locator('.group').filter({ hasText: classNames[prediction]! });
      await said
        .getByRole('link', { name: `${letter} ${(100 * probability).toFixed(0)} %`, exact: true })
        .waitFor();
    }

    await page.getByLabel('Label', { exact: true }).selectOption({ label });
    const ofClass = await call('runs.disagreements', {
      ...ask,
      against: runs[2]!.id,
      kind: 'lost',
      label: first!.label
    });
    expect(ofClass.rows.length).toBeLessThan(rows.length);
    await expect.poll(() => pictures.getByRole('listitem').count(), patience).toBe(ofClass.rows.length);
    await pictures.getByRole('link', { name: /^C / }).first().click();
    await page.getByRole('heading', { level: 1, name: 'resnet18-mse, 4 bits' }).waitFor();
  });

  test('says in sentences what cannot be compared, and compares the rest', async () => {
    const { page, call } = notebook;
    const runs = await chosen();
    const failed = (await call('runs.list', {})).find(({ status }) => status === 'failed')!;
    await open([runs[0]!, failed]);
    await page.getByText('No two of these runs can be tested against each other', { exact: false }).waitFor();
    await page.getByText('can be compared sample by sample with A: B (failed).', { exact: false }).waitFor();
    await page.getByRole('tab', { name: 'Pictures' }).click();
    await page.getByText('there are no pictures about which they could disagree', { exact: false }).waitFor();
    await page.getByLabel('Reference').selectOption({ label: 'Reference: B' });
    await page.getByText('B, the reference, is not finished (failed)', { exact: false }).waitFor();
    await open([runs[0]!]);
    await page.getByText('One more run is needed').waitFor();

    // The computed notebook has fewer runs than fit; what is not there is told after the number.
    await notebook.show(
      `#/compare?ids=${Array.from({ length: 22 }, (_, index) => `run_${index}`).join(',')}`
    );
    await page.getByRole('alert').getByText('run_0', { exact: false }).waitFor();
    notebook.complaints.length = 0;
  });
});
