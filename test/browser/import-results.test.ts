import { AxeBuilder } from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { expectRefusals } from './refusals.ts';
import { noBrowser, useNotebook } from './use-notebook.ts';

const results = resolve(import.meta.dirname, '../data/results');

async function choose(page: Page, name: string, contents = readFileSync(join(results, name))): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Import results' }).click()
  ]);
  await chooser.setFiles([{ name, mimeType: 'application/octet-stream', buffer: contents }]);
}

describe.skipIf(noBrowser)('results of other programs', () => {
  const notebook = useNotebook('empty');

  test('are seen before they are stored, confirmed, and stand in the table of runs with a mark', async () => {
    const { page, show, call } = notebook;
    await show('#/runs');
    await page.getByText('No runs yet').waitFor();
    await choose(page, 'mlflow-2.db');
    const dialog = page.getByRole('dialog', { name: 'Import mlflow-2.db' });
    await dialog.getByText('MLflow, SQLite, schema 3500859a5d39: 8 runs, 8 new.').waitFor();
    const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual(
      []
    );

    // What its name speaks for is offered, and taken only when someone says so.
    await dialog.getByRole('row', { name: /val_acc .* val_acc$/ }).waitFor();
    await dialog.getByRole('button', { name: 'It is top1' }).click();
    await dialog.getByRole('row', { name: /val_acc .* top1$/ }).waitFor();
    await dialog.getByLabel('What seed is').selectOption({ label: 'Seed' });
    await dialog.getByRole('row', { name: /^seed .* seed$/ }).waitFor();
    await dialog.getByRole('tab', { name: /Left out/ }).click();
    await dialog.getByRole('row', { name: /val_loss Infinity is no finite number/ }).waitFor();
    await dialog.getByRole('tab', { name: /Runs/ }).click();
    await dialog.getByRole('row', { name: /diverged Default failed/ }).waitFor();
    expect(await call('results.list', {})).toEqual([]);

    await dialog.getByLabel('Which experiments').selectOption({ label: 'Which loss (6 runs)' });
    await dialog.getByText('6 runs, 6 new.').waitFor();
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    const notices = page.getByRole('region', { name: 'Notices' });
    await notices.getByText('mlflow-2.db: 6 runs added.').waitFor();
    expect((await call('results.list', {})).map(({ metrics }) => metrics['top1'])).toHaveLength(6);

    const row = page.getByRole('row', { name: /imported mse-0/ });
    await row.getByText('92.3').waitFor();
    await row.getByRole('button', { name: 'Star this run of mse-0' }).click();
    await page.getByText('All but the seed').click();
    await page.getByText('3 groups').waitFor();
    await page.getByText('Single runs').click();
    await page.getByRole('link', { name: /mse-0/ }).first().click();
    await page.getByRole('heading', { level: 1, name: 'mse-0' }).waitFor();
    await page.getByText('MLflow recorded this run.').waitFor();
    await page.getByRole('row', { name: /Top-1 accuracy 92.30 % val_acc/ }).waitFor();
    await page.getByRole('button', { name: 'Write a note' }).click();
    await page.getByRole('textbox', { name: 'Note' }).fill('From **then**.');
    await page.getByRole('button', { name: 'Save the note' }).click();
    await page.locator('strong', { hasText: 'then' }).waitFor();
    const noted = (await call('results.list', {})).find(({ name }) => name === 'mse-0');
    expect(noted).toMatchObject({ starred: true, note: 'From **then**.' });
  });

  test('files with faults are refused in the dialog, and comparing is refused with a sentence', async () => {
    const { page, show, call, complaints } = notebook;
    await show('#/runs');
    await choose(page, 'ragged.csv', Buffer.from('lr,acc\n0.1,0.9\n0.1\n'));
    const dialog = page.getByRole('dialog', { name: 'Import ragged.csv' });
    await dialog.getByText('line 3: it has 1 cells and the header has 2').waitFor();
    expect(await dialog.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await choose(page, 'wandb.csv');
    const known = page.getByRole('dialog', { name: 'Import wandb.csv' });
    await known.getByLabel('List them under the experiment').fill('Thesis');
    await known.getByRole('button', { name: 'It is top5' }).click();
    await known.getByRole('row', { name: /val\/top5_acc .* top5$/ }).waitFor();
    await known.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('row', { name: /sunny-river-12/ }).waitFor();
    const [first, second] = (await call('results.list', {})).filter(
      ({ experiment }) => experiment === 'Thesis'
    );
    await show(`#/compare?ids=${first!.id},${second!.id}`);
    await page
      .getByText(/was imported from wandb\.csv: Bitlab has neither its model/)
      .first()
      .waitFor();
    await expectRefusals(complaints, 2);
  });
});
