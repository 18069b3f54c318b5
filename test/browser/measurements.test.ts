import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { dropFiles, type NamedFile } from './drop-files.ts';
import { expectRefusals } from './refusals.ts';
import { noBrowser, useNotebook } from './use-notebook.ts';

const csv = (name: string, text: string): NamedFile => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(text)
});

const sine = (code: number) => Math.sin((code / 15) * (Math.PI / 2)).toFixed(4);
const modulator = csv(
  'modulator.csv',
  ['code,value', ...Array.from({ length: 16 }, (_, code) => `${code},${sine(code)}`)].join('\n')
);

async function choose(page: Page, file: NamedFile): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Import a measurement' }).click()
  ]);
  await chooser.setFiles([file]);
}

describe.skipIf(noBrowser)('measurements', () => {
  const notebook = useNotebook('empty');

  test('a table is seen before it is stored, then listed, shown and removed', async () => {
    const { page, show, call } = notebook;
    await show('#/data');
    await page.getByRole('link', { name: 'Measurements' }).click();
    await page.getByText('No measurements yet').waitFor();
    await choose(page, modulator);
    const dialog = page.getByRole('dialog', { name: 'Import modulator.csv' });
    await dialog.getByText('Transfer of a converter, as it will be stored:').waitFor();
    await dialog.getByRole('img', { name: 'modulator: value of each code' }).waitFor();
    await dialog.getByRole('button', { name: 'Numbers' }).click();
    await dialog.getByRole('cell', { name: '0.9945' }).or(dialog.getByText('0.9945')).first().waitFor();
    expect(await call('measurements.list', {})).toEqual([]);

    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    const notice = page.getByRole('region', { name: 'Notices' });
    await notice.getByText('Imported the measurement modulator.').waitFor();
    await page.getByRole('row', { name: /modulator.*Transfer of a converter.*16/ }).waitFor();
    await notice.getByRole('link', { name: 'Show it' }).click();
    await page.getByRole('heading', { level: 1, name: 'modulator' }).waitFor();
    await page.getByRole('img', { name: 'modulator: value of each code' }).waitFor();

    await page.getByRole('button', { name: 'Remove' }).click();
    await page
      .getByRole('alertdialog')
      .or(page.getByRole('dialog'))
      .getByRole('button', { name: 'Remove' })
      .click();
    await page.getByText('No measurements yet').waitFor();
    expect(await call('measurements.list', {})).toEqual([]);
  });

  test('a table with a fault is refused with its line, and can be read as another kind', async () => {
    const { page, show, call, complaints } = notebook;
    await show('#/measurements');
    await page.getByRole('heading', { level: 1, name: 'Measurements' }).waitFor();
    await dropFiles(page.getByRole('heading', { level: 1, name: 'Measurements' }), [
      csv('falling.csv', 'code,value\n0,0.5\n1,0.25\n')
    ]);
    const dialog = page.getByRole('dialog', { name: 'Import falling.csv' });
    await dialog.getByText('line 3, column 2: the value falls from 0.5 to 0.25').waitFor();
    expect(await dialog.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    await dropFiles(page.getByRole('heading', { level: 1, name: 'Measurements' }), [
      csv('and-gate.csv', '0,0\n0,1\n')
    ]);
    const other = page.getByRole('dialog', { name: 'Import and-gate.csv' });
    await other.getByText('two columns without a header').waitFor();
    await other.getByLabel('What it holds').selectOption({ label: 'Products of codes' });
    await other.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('row', { name: /and-gate/ }).waitFor();
    expect(await call('measurements.list', {})).toMatchObject([{ kind: 'products', rows: 2, columns: 2 }]);
    expectRefusals(complaints, 2);
  });
});
