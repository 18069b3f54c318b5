import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import yauzl from 'yauzl';
import { describe, expect, onTestFinished, test } from 'vitest';
import { savedBy } from './saved.ts';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

/** The files of a zip, each with its bytes. */
async function filesOf(zip: Buffer): Promise<Map<string, Buffer>> {
  const archive = await yauzl.fromBufferPromise(zip);
  const files = new Map<string, Buffer>();
  for await (const entry of archive.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await archive.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    files.set(entry.fileName, Buffer.concat(chunks));
  }
  return files;
}

describe.skipIf(noBrowser)('the integers of a run', () => {
  const notebook = useNotebook('computed');

  /** Opens the tab of a run in integers, and resolves to the run. */
  async function open(bits = 3) {
    const where = `model = resnet18-mse and weights.bits = ${bits} and activations.bits = ${bits}`;
    const run = (await notebook.call('runs.list', { where })).find(({ baseline }) => !baseline)!;
    await notebook.show(`#/runs/${run.id}?tab=integers`);
    await notebook.page.getByRole('heading', { name: 'Take away' }).waitFor();
    return notebook.call('runs.get', { id: run.id });
  }

  test('are a zip with a program that recomputes them', async () => {
    await open();
    const { name, bytes } = await savedBy(
      notebook.page.getByRole('button', { name: 'Download the integers (.zip)' })
    );
    expect(name).toBe('resnet18-mse-w3a3-integers.zip');
    const files = await filesOf(bytes);
    const names = [...files.keys()];
    for (const file of ['README.md', 'manifest.json', 'SHA256SUMS', 'check.py'])
      expect(names).toContain(`resnet18-mse-w3a3-integers/${file}`);
    expect(names.filter((file) => file.endsWith('/weights.npy'))).toHaveLength(21);
    if (spawnSync('/usr/bin/python3', ['-c', 'import numpy']).status !== 0) return;
    const folder = mkdtempSync(join(tmpdir(), 'bitlab-zip-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const [file, content] of files) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), content);
    }
    const check = join(folder, 'resnet18-mse-w3a3-integers/check.py');
    expect(spawnSync('/usr/bin/python3', [check], { encoding: 'utf8' }).stdout).toMatch(/^ok {2}21 layers/);
  });

  test('are an ONNX file', async () => {
    await open();
    const { name, bytes } = await savedBy(notebook.page.getByRole('button', { name: 'Download as ONNX' }));
    expect(name).toBe('resnet18-mse-w3a3.onnx');
    expect(bytes.includes('DequantizeLinear')).toBe(true);
  });

  test('compare three ways: where codes part first, and the picture of one sample', async () => {
    const { page } = notebook;
    const run = await open(8);
    await page.getByRole('button', { name: 'Compare' }).click();
    const ways = page.getByRole('grid', { name: 'Three ways' }).locator('tbody').getByRole('row');
    await expect.poll(() => ways.count(), patience).toBe(3);
    const cells = async (row: number) => ways.nth(row).getByRole('gridcell').allTextContents();
    const found = await notebook.call('runs.divergence', { id: run.id });
    expect((await cells(0)).map((text) => text.trim())).toEqual([
      'Integer',
      String(found.predictions.integer.right),
      '–',
      '–',
      '–',
      '–'
    ]);
    const parted = found.layers.find(({ name }) => name === found.firstSimulated)!;
    expect((await cells(1)).map((text) => text.trim())).toEqual([
      'Simulated',
      String(found.predictions.simulated.right),
      String(found.predictions.simulated.differing),
      parted.name,
      (parted.simulated.share * 100).toFixed(4),
      String(parted.simulated.largest)
    ]);
    const figure = page.getByRole('figure', { name: 'Simulated against integers' });
    await expect.poll(() => figure.locator('svg .textpoint').count(), patience).toBeGreaterThan(100);
    await figure.getByRole('button', { name: 'Numbers' }).click();
    expect(await figure.locator('tbody').getByRole('row').count()).toBe(found.layers.length);

    const { sample } = found.perSample.find(({ simulated }) =>
      simulated.some(({ differing }) => differing > 0)
    )!;
    await page.getByRole('spinbutton', { name: 'Sample' }).fill(String(sample));
    await page.getByRole('button', { name: 'Show where its codes differ' }).click();
    const pictures = page.getByRole('list', { name: `Differences of sample ${sample}, layer by layer` });
    await pictures.getByRole('img', { name: new RegExp(`^Sample ${sample}: `) }).waitFor();
    await expect.poll(() => pictures.locator('canvas').count(), patience).toBe(found.layers.length + 1);
    const { layers } = await notebook.call('runs.codeMaps', { id: run.id, sample });
    const layer = layers.find(({ simulated }) => simulated.differing > 0)!;
    const canvas = pictures.getByRole('img', { name: new RegExp(`^${layer.name}: `) });
    const shades = await canvas.evaluate((element) => {
      const { width, height } = element as HTMLCanvasElement;
      const pixels = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
      return new Set(new Uint32Array(pixels.data.buffer)).size;
    });
    expect(shades).toBe(new Set(layer.simulated.largestAt).size);
  });

  test('have a sample that is not there refused before it is asked for', async () => {
    const { page } = notebook;
    await open();
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('spinbutton', { name: 'Sample' }).fill('200');
    await page.getByText('A number from 0 to 199').waitFor();
    await expect
      .poll(() => page.getByRole('button', { name: 'Show where its codes differ' }).isDisabled())
      .toBe(true);
  });

  test('are swept over the accumulator width in one click', async () => {
    const { page, call } = notebook;
    const run = await open(8);
    const rows = page.getByRole('grid', { name: 'Accumulators' }).locator('tbody').getByRole('row');
    await expect.poll(() => rows.count(), patience).toBe(run.layers.length);
    await page.getByRole('button', { name: 'Sweep the accumulator width' }).click();
    await page
      .getByRole('heading', { level: 1, name: 'Accumulator width of resnet18-mse, 8 bits' })
      .waitFor();
    const experiment = (await call('experiments.list', {})).find(({ name }) =>
      name.startsWith('Accumulator')
    )!;
    const { file } = await call('experiments.get', { id: experiment.id });
    const widths = file.factors['accumulator.bits'] as number[];
    expect([widths[0], widths.at(-1)]).toEqual([32, 16]);
    const figure = page.getByRole('figure', { name: /top-1 accuracy/ });
    // A marker for each width; the first of them are enough to see that the curve grows.
    await expect
      .poll(() => figure.locator('svg .scatterlayer .point').count(), patience)
      .toBeGreaterThanOrEqual(3);
    const texts = async () => (await figure.locator('svg text').allTextContents()).join(' ');
    await expect.poll(texts, patience).toContain('Accumulator bits');
    expect(await texts()).toContain('32');
    await call('experiments.cancel', { id: experiment.id });
    await expect
      .poll(async () => (await call('experiments.get', { id: experiment.id })).status, patience)
      .not.toBe('running');
  });

  test('are not there for a float run', async () => {
    const run = (await notebook.call('runs.list', { where: 'arithmetic = float' }))[0]!;
    await notebook.show(`#/runs/${run.id}?tab=integers`);
    await notebook.page.getByText('A float run has no codes.').waitFor();
  });
});
