import { describe, expect, test } from 'vitest';
import type { ExperimentDetails, Run } from '../../src/contract/index.ts';
import { readCsv } from '../experiments/csv-reader.ts';
import { savedBy } from './saved.ts';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

const models = ['resnet18-cross-entropy', 'resnet18-label-smoothing', 'resnet18-mse'];

/** The run that a cell of the table stands for. */
const runOf = (runs: readonly Run[], model: string, level: string): Run =>
  runs.find(
    (run) =>
      run.model === model &&
      (level === 'float' ? run.baseline : !run.baseline && String(run.configuration.weights.bits) === level)
  )!;

const percent = (share: number) => (100 * share).toFixed(1);

describe.skipIf(noBrowser)('the screen of an experiment', () => {
  const notebook = useNotebook('computed');
  const figure = () => notebook.page.getByRole('figure', { name: /top-1 accuracy/ });

  async function open(name: string): Promise<ExperimentDetails> {
    const { page, show, call } = notebook;
    await show('#/experiments');
    await page.getByRole('grid', { name: 'Experiments' }).getByRole('link', { name }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    const { id } = (await call('experiments.list', {})).find((each) => each.name === name)!;
    return call('experiments.get', { id });
  }

  test('draws a marker and a whisker for each run, and names its axes', async () => {
    await open('Small: which loss?');
    await expect.poll(() => figure().locator('.scatterlayer .point').count(), patience).toBe(9);
    const whiskers = figure().locator('.errorbars path.yerror');
    expect(await whiskers.count()).toBe(9);
    for (const whisker of await whiskers.all()) {
      const box = (await whisker.boundingBox())!;
      // Of 200 pictures no interval is narrower than a percentage point.
      expect(box.height).toBeGreaterThan(3);
    }
    const texts = (await figure().locator('svg text').allTextContents()).join('\n');
    for (const text of ['Top-1 accuracy (%)', 'Bits of weights and activations', ...models])
      expect(texts).toContain(text);
    expect(texts.match(/float \d+\.\d/g)).toHaveLength(3);
  });

  test('has the numbers of the notebook in its table', async () => {
    const { runs } = await open('Small: which loss?');
    const table = notebook.page.getByRole('region', { name: /^Top-1 accuracy by bits/ });
    const rows = await table.getByRole('row').all();
    expect(rows).toHaveLength(1 + 1 + 3);
    const columns = (await rows[0]!.getByRole('columnheader').allTextContents()).slice(1);
    expect(columns.map((text) => text.replace('%', '').trim())).toEqual(models);
    for (const row of rows.slice(1)) {
      const level = (await row.getByRole('rowheader').textContent())!.trim();
      const cells = await row.getByRole('cell').allTextContents();
      expect(cells).toHaveLength(3);
      for (const [column, cell] of cells.entries()) {
        const { value, low, high } = runOf(runs, models[column]!, level).top1!;
        expect(cell).toContain(percent(value));
        expect(cell).toContain(`${percent(low)}–${percent(high)}`);
      }
    }
    await table.getByRole('link').first().click();
    await notebook.page.getByRole('heading', { level: 1, name: `${models[0]}, float` }).waitFor();
  });

  test('tests the differences of the same bits', async () => {
    const { id, runs } = await open('Small: which loss?');
    const pairs = await notebook.call('experiments.pairs', { id });
    expect(pairs.length).toBeGreaterThanOrEqual(9);
    const rows = notebook.page.getByRole('grid', { name: 'Differences tested' }).getByRole('row');
    await expect.poll(() => rows.count(), patience).toBe(pairs.length + 1);
    for (const { a, b, difference } of pairs) {
      const top1 = (wanted: string) => runs.find(({ id: run }) => run === wanted)!.top1!.value;
      expect(difference).toBeCloseTo(top1(b) - top1(a), 9);
    }
  });

  test('exports its runs as CSV and JSON', async () => {
    const { runs } = await open('Small: which loss?');
    const { page } = notebook;
    const exported = async (item: string) => {
      await page.getByRole('button', { name: 'Export' }).click();
      return savedBy(page.getByRole('menuitem', { name: item }));
    };

    const tidy = await exported('CSV, one row for each number (tidy)');
    expect(tidy.name).toMatch(/\.csv$/);
    const [header, ...numbers] = readCsv(tidy.bytes.toString('utf8'));
    expect(numbers).toHaveLength(runs.reduce((sum, run) => sum + Object.keys(run.metrics).length, 0));
    const column = (name: string) => header!.indexOf(name);
    for (const run of runs) {
      const row = numbers.find(
        (cells) => cells[column('run_id')] === run.id && cells[column('metric')] === 'top1'
      )!;
      expect(Number(row[column('value')])).toBe(run.top1!.value);
      expect(Number(row[column('low')])).toBe(run.top1!.low);
      expect(row[column('model')]).toBe(run.model);
    }

    const wide = readCsv((await exported('CSV, one row for each run (wide)')).bytes.toString('utf8'));
    expect(wide).toHaveLength(1 + 12);
    expect(new Set(wide.map((cells) => cells.length)).size).toBe(1);

    const json = JSON.parse(
      (await exported('JSON, one object for each run')).bytes.toString('utf8')
    ) as unknown;
    expect(json).toHaveLength(12);
  });

  test('saves its figure as SVG with texts, as PNG, and as CSV', async () => {
    const { runs } = await open('Small: which loss?');
    const { page } = notebook;
    await expect.poll(() => figure().locator('.scatterlayer .point').count(), patience).toBe(9);
    const button = (name: string) => figure().getByRole('button', { name, exact: true });

    const svg = await savedBy(button('SVG'));
    expect(svg.name).toMatch(/^small-which-loss.*\.svg$/);
    const parsed = await page.evaluate((text) => {
      const document = new DOMParser().parseFromString(text, 'image/svg+xml');
      return {
        root: document.documentElement.localName,
        errors: document.querySelectorAll('parsererror').length,
        width: document.documentElement.getAttribute('width'),
        texts: Array.from(document.querySelectorAll('text'), (element) => element.textContent),
        whiskers: document.querySelectorAll('.errorbars path').length
      };
    }, svg.bytes.toString('utf8'));
    expect(parsed).toMatchObject({ root: 'svg', errors: 0, width: '720', whiskers: 9 });
    expect(parsed.texts).toEqual(expect.arrayContaining(['Top-1 accuracy (%)', ...models]));

    const png = await savedBy(button('PNG'));
    expect(png.bytes.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
    expect(png.bytes.readUInt32BE(16)).toBe(3 * 720);

    const [header, ...rows] = readCsv((await savedBy(button('CSV'))).bytes.toString('utf8'));
    expect(rows).toHaveLength(3 + 9);
    const [value, run] = [header!.indexOf('Top-1 (%)'), header!.indexOf('Run')];
    for (const row of rows)
      expect(Number(row[value])).toBeCloseTo(100 * runs.find(({ id }) => id === row[run])!.top1!.value, 9);

    await button('Numbers').click();
    const shown = figure()
      .getByRole('region', { name: /^Numbers/ })
      .getByRole('row');
    expect(await shown.count()).toBe(1 + 12);
    await button('Figure').click();
    expect(await shown.count()).toBe(0);
  });

  test('draws a map where weight and activation bits are crossed', async () => {
    const { page } = notebook;
    await open('Weights or activations?');
    const map = page.getByRole('region', { name: /^Weight bits by activation bits/ }).getByRole('figure');
    await expect
      .poll(async () => (await map.locator('svg text').allTextContents()).join(' '), patience)
      .toMatch(/Weight bits/);
  });

  test('says which runs failed, why, and what to do', async () => {
    const { page } = notebook;
    const { runs } = await open('A broken model');
    const panel = page.getByRole('region', { name: 'Failed runs' });
    await expect.poll(() => panel.getByRole('listitem').count(), patience).toBe(runs.length);
    for (const run of runs) {
      expect(run.error).toMatchObject({ code: 'MODEL_NOT_FINITE' });
      const item = panel.getByRole('listitem').filter({ hasText: run.error!.sentence });
      expect(await item.first().textContent()).toContain(run.error!.remedy);
    }
    await panel.getByRole('link').first().click();
    await page.getByRole('alert').getByText('MODEL_NOT_FINITE').waitFor();
  });

  test('removed, its runs go to the trash', async () => {
    const { page, show, call } = notebook;
    const before = await call('runs.list', {});
    const { runs } = await open('A broken model');
    await show('#/experiments');
    await page.getByRole('button', { name: 'Remove A broken model' }).click();
    const dialog = page.getByRole('dialog', { name: /^Remove the experiment A broken model/ });
    await dialog.getByRole('button', { name: 'Keep' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await call('experiments.list', {})).toHaveLength(3);
    await page.getByRole('button', { name: 'Remove A broken model' }).click();
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('row', { name: /A broken model/ }).waitFor({ state: 'detached' });
    expect(await call('experiments.list', {})).toHaveLength(2);
    expect(await call('runs.list', {})).toHaveLength(before.length - runs.length);
    expect(await call('runs.list', { trash: true })).toHaveLength(runs.length);
  });
});
