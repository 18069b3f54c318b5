import { describe, expect, test } from 'vitest';
import type { RunDetails } from '../../src/contract/index.ts';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

describe.skipIf(noBrowser)('the screen of a run', () => {
  const notebook = useNotebook('computed');
  const tab = (name: string) => notebook.page.getByRole('tab', { name }).click();

  /** Opens the run of the mse network at 3 bits, which takes many pictures for something else. */
  async function open(): Promise<RunDetails> {
    const where = 'model = resnet18-mse and weights.bits = 3 and activations.bits = 3';
    const run = (await notebook.call('runs.list', { where })).find(({ baseline }) => !baseline)!;
    await notebook.show(`#/runs/${run.id}`);
    await notebook.page.getByRole('heading', { level: 1, name: 'resnet18-mse, 3 bits' }).waitFor();
    return notebook.call('runs.get', { id: run.id });
  }

  test('says its accuracy with the interval, and its experiments', async () => {
    const run = await open();
    const result = notebook.page.getByRole('region', { name: 'Result' });
    const { value, low, high } = run.top1!;
    await result.getByText(`${(100 * value).toFixed(1)} %`, { exact: true }).waitFor();
    await result
      .getByText(`${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}`, { exact: false })
      .waitFor();
    for (const { name } of run.experiments) await result.getByRole('link', { name }).waitFor();
  });

  test('its confusion matrix has every sample once', async () => {
    const run = await open();
    await tab('Confusion matrix');
    const figure = notebook.page.getByRole('figure', { name: 'Confusion matrix' });
    await expect
      .poll(async () => (await figure.locator('svg text').allTextContents()).join(' '), patience)
      .toContain('hexagon');
    await figure.getByRole('button', { name: 'Numbers' }).click();
    const rows = await figure.locator('tbody').getByRole('row').all();
    const counts: number[][] = [];
    for (const row of rows) counts.push((await row.getByRole('cell').allTextContents()).slice(1).map(Number));
    expect(counts).toEqual(run.confusion);
    expect(counts.flat().reduce((sum, count) => sum + count)).toBe(200);
    const right = counts.reduce((sum, row, label) => sum + row[label]!, 0);
    expect(right / 200).toBeCloseTo(run.top1!.value, 9);
  });

  test('its classes have accuracy, precision and mistakes, and lead to their wrong pictures', async () => {
    const { page } = notebook;
    const run = await open();
    await tab('Confusion matrix');
    const rows = page.getByRole('grid', { name: 'Accuracy by class' }).locator('tbody').getByRole('row');
    await expect.poll(() => rows.count(), patience).toBe(10);
    const confusion = run.confusion!;
    // The class that the network falls back to: all others are taken for it.
    const column = (label: number) => confusion.reduce((sum, row) => sum + row[label]!, 0);
    const most = [...confusion.keys()].reduce((best, label) => (column(label) > column(best) ? label : best));
    const cells = (await rows.nth(most).locator('td').allTextContents()).map((text) => text.trim());
    const samples = confusion[most]!.reduce((sum, count) => sum + count);
    expect(cells.slice(0, 4)).toEqual([
      run.classNames[most],
      String(samples),
      String(confusion[most]![most]!),
      ((100 * confusion[most]![most]!) / samples).toFixed(1)
    ]);
    expect(cells[5]).toBe(((100 * confusion[most]![most]!) / column(most)).toFixed(1));
    const other = most === 0 ? 1 : 0;
    const wrong = confusion[other]!.reduce((sum, count) => sum + count) - confusion[other]![other]!;
    await rows.nth(other).getByRole('link').click();
    await page.getByText(`Pictures 1 to ${wrong} of ${wrong}`, { exact: false }).waitFor();
    await page.getByLabel('Label', { exact: true }).selectOption('any');
    await expect.poll(() => page.url(), patience).not.toContain('label=');
  });

  test('draws the pictures that were taken for something else', async () => {
    const { page, call } = notebook;
    const run = await open();
    const { total, rows } = await call('runs.predictions', { id: run.id, only: 'wrong', limit: 60 });
    expect(total).toBe(Math.round(200 * (1 - run.top1!.value)));
    await tab('Wrong pictures');
    const pictures = page.locator('canvas');
    await expect.poll(() => pictures.count(), patience).toBe(rows.length);
    const colours = await pictures.evaluateAll((canvases) =>
      canvases.map((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const pixels = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
        return new Set(new Uint32Array(pixels.data.buffer)).size;
      })
    );
    for (const count of colours) expect(count).toBeGreaterThan(10);
    const first = rows[0]!;
    const [label, prediction] = [run.classNames[first.label], run.classNames[first.prediction]];
    await page
      .getByRole('img', { name: `Sample ${first.sample}: ${label} taken for ${prediction}`, exact: true })
      .waitFor();
    if (total > 60) {
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText(`Pictures 61 to ${Math.min(120, total)} of ${total}`).waitFor();
    }
  });

  test('has its layers, and a figure of what each lost', async () => {
    const run = await open();
    await tab('Layers');
    const rows = notebook.page.getByRole('grid', { name: 'Layers' }).locator('tbody').getByRole('row');
    await expect.poll(() => rows.count(), patience).toBe(run.layers.length);
    const header = () => notebook.page.getByRole('grid', { name: 'Layers' }).locator('thead').innerText();
    expect(await header()).not.toContain('Zero point');
    await notebook.page.getByText('Outputs', { exact: true }).click();
    expect(await header()).toContain('Zero point');
    await notebook.page.getByRole('tabpanel').getByText('Integers', { exact: true }).click();
    expect(await header()).toContain('Worst case');
    const fits = await notebook.page
      .getByRole('grid', { name: 'Layers' })
      .evaluate((table) => (table as HTMLElement).offsetWidth <= table.parentElement!.clientWidth);
    expect(fits).toBe(true);
    const figure = notebook.page.getByRole('figure').last();
    await expect.poll(() => figure.locator('svg .barlayer .point').count(), patience).toBeGreaterThan(5);
  });

  test('computed again it gives the same logits, and remembers it', async () => {
    const { page, call } = notebook;
    const run = await open();
    await tab('Provenance and log');
    await page.getByText(run.provenance!.logitsHash!, { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('The logits are the same, bit for bit').waitFor();
    expect((await call('runs.get', { id: run.id })).provenance!.replays).toMatchObject([{ same: true }]);
    await page.reload();
    await page.getByText('same logits').waitFor();
  });

  test('leads to the comparison with its float run', async () => {
    const { page, call } = notebook;
    const run = await open();
    const float = await call('runs.get', { id: run.baselineId! });
    expect(float).toMatchObject({ baseline: true, model: run.model, samples: run.samples, baselineId: null });
    await page.getByRole('link', { name: 'Compare with float' }).click();
    await page.getByRole('heading', { level: 1, name: 'Compare' }).waitFor();
    await page.getByRole('grid', { name: 'Paired tests' }).getByText('A, B').waitFor();
  });

  test('keeps tags, which lead to all runs that have them', async () => {
    const { page } = notebook;
    await open();
    await page.getByRole('button', { name: 'Change the tags' }).click();
    await page.getByRole('textbox', { name: 'Add tags' }).fill('camera-ready');
    await page.getByRole('button', { name: 'Save the tags' }).click();
    await page
      .getByRole('list', { name: 'Tags of this run' })
      .getByRole('link', { name: 'camera-ready' })
      .click();
    const rows = page.getByRole('grid', { name: 'Runs' }).locator('tbody').getByRole('row');
    await rows.filter({ hasText: 'resnet18-mse' }).waitFor();
  });

  test('a failed run says why, what to do, and where', async () => {
    const { page, call, show } = notebook;
    const failed = (await call('runs.list', {})).find(({ status }) => status === 'failed')!;
    await show(`#/runs/${failed.id}`);
    const alert = page.getByRole('alert');
    await alert.getByText(failed.error!.sentence).waitFor();
    await alert.getByText(failed.error!.remedy).waitFor();
    await tab('Layers');
    await page.getByText('The layers are not there: the run was not finished.').waitFor();
    await page.getByRole('link', { name: 'Open “A broken model” to compute it again' }).click();
    await page.getByRole('heading', { level: 1, name: 'A broken model' }).waitFor();
  });

  test('keeps a note in Markdown', async () => {
    const { page } = notebook;
    await open();
    await page.getByRole('button', { name: 'Write a note' }).click();
    await page.getByRole('textbox', { name: 'Note' }).fill('Falls **first**. <script>alert(1)</script>');
    await page.getByRole('button', { name: 'Save the note' }).click();
    await page.getByRole('button', { name: 'Edit the note' }).waitFor();
    await page.reload();
    const note = page.getByRole('region', { name: 'Note' });
    expect(await note.locator('strong').textContent()).toBe('first');
    await note.getByText('<script>alert(1)</script>', { exact: false }).waitFor();
  });
});
