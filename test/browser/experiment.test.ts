import { describe, expect, test } from 'vitest';
import type { ExperimentDetails, Run } from '../../src/contract/index.ts';
import { readCsv } from '../experiments/csv-reader.ts';
import { allSavedBy, savedBy, type SavedFile } from './saved.ts';
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

  test('draws a marker and a whisker for each run, names its axes, and has the numbers in its table', async () => {
    const { runs } = await open('Small: which loss?');
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

  test('says in sentences what the tests support, and nothing of the pairs that they do not', async () => {
    const { id, runs } = await open('Small: which loss?');
    const { page, call } = notebook;
    const families = await call('experiments.pairs', { id });
    // Three models at three widths and in float, neighbouring widths of each, and each against float.
    expect(families.map(({ differIn, pairs }) => [differIn[0], pairs.length])).toEqual([
      ['model', 12],
      ['weights.bits', 6],
      ['float', 9]
    ]);
    const panel = page.getByRole('region', { name: /^Findings/ });
    for (const button of await panel.getByRole('button', { name: /^Show all/ }).all()) await button.click();
    const shown = families.flatMap(({ pairs }) =>
      pairs.filter(({ adjustedPValue }) => adjustedPValue < 0.05)
    );
    expect(shown.length).toBeGreaterThan(3);
    await expect.poll(() => panel.getByRole('listitem').count(), patience).toBe(shown.length);
    const texts = (await panel.getByRole('listitem').allTextContents()).map((text) =>
      text.replaceAll('\u00a0', ' ')
    );
    const model = (run: string) => runs.find((each) => each.id === run)!;
    const family = families[0]!;
    for (const pair of family.pairs) {
      const [a, b] = [model(pair.a[0]!), model(pair.b[0]!)];
      const [better, worse] = pair.difference > 0 ? [b, a] : [a, b];
      const at = a.baseline ? 'In float' : `At ${a.configuration.weights.bits} bits`;
      const size = (100 * Math.abs(pair.difference)).toFixed(1);
      const own = texts.filter(
        (text) => text.includes(`${at}, ${better.model} is `) && text.includes(` than ${worse.model} (`)
      );
      expect(own).toHaveLength(pair.adjustedPValue < 0.05 ? 1 : 0);
      for (const text of own) {
        expect(text).toContain(`${better.model} is ${size}`);
        expect(text).toContain('Holm-adjusted over 12 pairs, n = 200)');
      }
    }
    await panel.getByRole('button', { name: 'Show 27 tests as a table' }).click();
    const rows = panel.getByRole('grid', { name: 'Differences tested' }).getByRole('row');
    await expect.poll(() => rows.count(), patience).toBe(27 + 1);
    expect(await panel.getByText('shown', { exact: true }).count()).toBe(shown.length);
    // Nothing of the table is cut off at the usual width.
    const overflow = await panel
      .getByRole('group', { name: 'Differences tested' })
      .evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await panel
      .getByRole('link', { name: /^Compare/ })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: 'Compare' }).waitFor();
  });

  test('shows what accuracy costs, and every factor and metric beside one another', async () => {
    const { id, runs } = await open('Small: which loss?');
    const { page, settled, show } = notebook;
    const cost = page.getByRole('region', { name: 'Accuracy against cost' });
    await cost.getByRole('combobox', { name: 'Cost' }).selectOption('Size of weights and biases');
    const quantized = runs.filter(({ baseline }) => !baseline);
    await expect.poll(() => cost.locator('.scatterlayer .point').count(), patience).toBe(quantized.length);
    const priced = cost.getByRole('grid', { name: 'Runs by cost' }).getByRole('row');
    expect(await priced.count()).toBe(1 + quantized.length);

    const lines = page.getByRole('region', { name: /^Factors and metrics/ });
    await settled();
    const texts = (await lines.locator('svg text').allTextContents()).join(' ');
    for (const text of [...models, 'Model', 'Top-1 accuracy']) expect(texts).toContain(text);
    // Drawn as vectors, text as text.
    expect(await lines.locator('canvas, image').count()).toBe(0);
    const points = lines.locator('.scatterlayer .point');
    const axes = await lines.locator('.shapelayer path').count();
    expect(axes).toBeGreaterThanOrEqual(4);
    await expect.poll(() => points.count(), patience).toBe(axes * quantized.length);
    await lines.getByRole('combobox', { name: 'Highlighted lines' }).selectOption(models[0]!);
    await expect.poll(() => points.count(), patience).toBe((axes * quantized.length) / models.length);
    await lines.getByRole('button', { name: 'Choose axes' }).click();
    await lines.getByRole('checkbox', { name: 'Cross-entropy' }).check();
    await expect.poll(() => lines.locator('.shapelayer path').count(), patience).toBe(axes + 1);
    await lines.getByRole('button', { name: 'Numbers' }).click();
    const numbers = lines.getByRole('region', { name: /^Numbers/ }).getByRole('row');
    expect(await numbers.count()).toBe(1 + quantized.length);

    // The address alone shows the same figures.
    const { hash } = new URL(page.url());
    expect(hash).toContain('cost=modelSizeBits');
    await show('#/runs');
    await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
    await show(hash);
    await page.getByRole('region', { name: 'Accuracy against cost' }).waitFor();
    await settled();
    expect(await cost.getByRole('combobox', { name: 'Cost' }).inputValue()).toBe('modelSizeBits');
    expect(await lines.locator('.shapelayer path').count()).toBe(axes + 1);
    await expect.poll(() => points.count(), patience).toBe(((axes + 1) * quantized.length) / models.length);
    expect(hash).toContain(id);
  });

  test('turns any factor by any other, any metric, and says over what cells are taken', async () => {
    const { id, runs } = await open('Weights or activations?');
    const { page, show } = notebook;
    const panel = page.getByRole('region', { name: 'Pivot table' });
    const choose = (label: string, option: string) =>
      panel.getByRole('combobox', { name: label }).selectOption(option);
    await choose('Rows', 'Activation bits');
    await choose('Columns', 'Weight bits');
    await choose('Metric', 'Cross-entropy');
    const cells = async () => {
      const rows = await panel.getByRole('row').all();
      return Promise.all(
        rows.map(async (row) => {
          const texts = await row.getByRole('cell').allTextContents();
          return texts.map((text) => text.trim());
        })
      );
    };
    const entropy = (weights: number, activations: number) =>
      runs
        .find(
          ({ configuration }) =>
            configuration.weights.bits === weights && configuration.activations.bits === activations
        )!
        .metrics['crossEntropy']!.toFixed(4);
    await panel.getByRole('region', { name: 'Cross-entropy by activation bits' }).waitFor();
    const [, eight, three] = await cells();
    expect(eight!.map((text) => text.match(/[\d.]+/)![0])).toEqual([entropy(8, 8), entropy(3, 8)]);
    expect(three!.map((text) => text.match(/[\d.]+/)![0])).toEqual([entropy(8, 3), entropy(3, 3)]);
    await choose('Columns', 'Nothing');
    await panel.getByText('Cells hold several runs: over weight bits.').waitFor();
    expect((await cells())[1]![0]).toContain('n 2');
    await choose('Shown', 'Number of runs');
    await expect.poll(async () => (await cells())[1]).toEqual(['2']);
    const saved = readCsv((await savedBy(panel.getByRole('button', { name: 'CSV' }))).bytes.toString('utf8'));
    expect(saved).toHaveLength(1 + 2);
    await show(`#/experiments/${id}?rows=weights.bits&columns=activations.bits&metric=bops`);
    await panel.getByRole('region', { name: 'Bit operations per sample by weight bits' }).waitFor();
  });

  test('exports its runs as tables, its methods, its figure and a crate, each with a record', async () => {
    const { runs } = await open('Small: which loss?');
    const { page } = notebook;
    /** The files of an export, and behind them the record from which it can be made again. */
    const exported = async (item: string, count = 2) => {
      await page.getByRole('button', { name: 'Export' }).click();
      return allSavedBy(page.getByRole('menuitem', { name: item }), count);
    };
    const text = (files: readonly SavedFile[], index = 0) => files[index]!.bytes.toString('utf8');

    const tidy = await exported('CSV, one row for each number (tidy)');
    expect(tidy.map(({ name }) => name)).toEqual([
      expect.stringMatching(/\.csv$/),
      expect.stringMatching(/\.csv\.bitlab\.json$/)
    ]);
    const [header, ...numbers] = readCsv(text(tidy));
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

    const wide = readCsv(text(await exported('CSV, one row for each run (wide)')));
    expect(wide).toHaveLength(1 + 12);
    expect(new Set(wide.map((cells) => cells.length)).size).toBe(1);
    expect(JSON.parse(text(await exported('JSON, one object for each run')))).toHaveLength(12);

    expect(text(await exported('LaTeX table of means'))).toContain('\\toprule');
    const methods = await exported('Methods paragraph, LaTeX and BibTeX', 3);
    expect(methods.map(({ name }) => name.replace(/^.*?\./, ''))).toEqual(['tex', 'bib', 'tex.bitlab.json']);
    expect(text(await exported('Figure of accuracy against bits, SVG'))).toMatch(/^<svg [^]*<text /);
    const [crate] = await exported('RO-Crate for archives, .zip', 1);
    expect(crate!.name).toBe('small-which-loss-crate.zip');
    expect(crate!.bytes.subarray(0, 4)).toEqual(Buffer.from('PK\x03\x04', 'latin1'));
    expect(crate!.bytes.includes('small-which-loss-crate/ro-crate-metadata.json')).toBe(true);

    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'Earlier exports …' }).click();
    const earlier = page.getByRole('dialog', { name: 'Earlier exports' });
    await expect.poll(() => earlier.getByRole('listitem').count(), patience).toBe(6);
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

  test('with all runs in the trash, it says so', async () => {
    const { page, call } = notebook;
    const { runs } = await open('Weights or activations?');
    const ids = runs.map(({ id }) => id);
    await call('runs.remove', { ids });
    await page.getByText('All runs of this experiment are in the trash').waitFor();
    expect(await page.getByRole('figure').count()).toBe(0);
    await call('runs.restore', { ids });
    await page.getByRole('region', { name: 'Pivot table' }).waitFor();
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

  test('fills the figures of an experiment on hardware as it runs, and prices it by its energy', async () => {
    const { page, show, call, settled } = notebook;
    const { id } = await call('experiments.run', {
      file: {
        name: 'Energy of tiles',
        models: ['resnet18-mse'],
        data: { evaluate: 'shapes10-test', calibrate: 'shapes10-calib', calibrationSamples: 2, samples: 4 },
        fixed: {
          arithmetic: 'accelerator',
          weights: { bits: 4 },
          activations: { bits: 4 },
          accelerator: { preset: 'holylight-mam', link: { laserPowerDbm: 22 } }
        },
        factors: { 'accelerator.tile': [18, 43] },
        baseline: false
      }
    });
    await show(`#/experiments/${id}`);
    const status = async () => (await call('experiments.get', { id })).status;
    await expect.poll(status, { timeout: 180_000, interval: 500 }).toBe('finished');
    const cost = page.getByRole('region', { name: 'Accuracy against cost' });
    await cost.getByRole('combobox', { name: 'Cost' }).waitFor();
    expect(await cost.getByRole('combobox', { name: 'Cost' }).inputValue()).toBe('energyMicrojoule');
    await page.getByText('No difference is shown for 1 pair.').waitFor();
    await settled();
    expect(await cost.locator('.scatterlayer .point').count()).toBe(2);
    const { runs } = await call('experiments.get', { id });
    await cost.getByRole('button', { name: 'Numbers' }).click();
    const numbers = cost.getByRole('region', { name: /^Numbers/ });
    for (const { metrics } of runs)
      await numbers.getByRole('cell', { name: metrics['energyMicrojoule']!.toFixed(1) }).waitFor();
  });
});
