import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { errorCatalogue, type ErrorCode } from '../../src/contract/index.ts';
import { samplesFolder } from '../../src/main/hosts/program-folder.ts';
import { dropFiles, type NamedFile } from './drop-files.ts';
import { expectRefusals } from './refusals.ts';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

const sample = (fileName: string) => readFileSync(join(samplesFolder, fileName));
const file = (name: string, buffer: Buffer): NamedFile => ({
  name,
  mimeType: 'application/octet-stream',
  buffer
});
const npzFixture = (name: string) =>
  file(`${name}.npz`, readFileSync(join(import.meta.dirname, '../data/npz', `${name}.npz`)));

async function choose(page: Page, button: string, files: NamedFile[]): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: button }).click()
  ]);
  await chooser.setFiles(files);
}

/** An alert with the code's remedy, a sentence before it, and the code itself. */
async function expectError(page: Page, code: ErrorCode): Promise<void> {
  const alert = page.getByRole('alert').filter({ has: page.getByText(code, { exact: true }) });
  await alert.waitFor();
  const paragraphs = await alert.getByRole('paragraph').allTextContents();
  expect(paragraphs[0]).toMatch(/^.{10,}\.$/s);
  // What a remedy fills in is not known here: compare what stands around it.
  for (const part of errorCatalogue[code].remedy.split(/\{\w+\}/)) expect(paragraphs[1]).toContain(part);
}

describe.skipIf(noBrowser)('importing models', () => {
  const notebook = useNotebook('empty');

  test('by the file dialog', async () => {
    const { page, show, call } = notebook;
    await show('#/models');
    await page.getByText('No models yet').waitFor();
    await choose(page, 'Import models', [file('resnet18-mse.onnx', sample('resnet18-mse.onnx'))]);
    const dialog = page.getByRole('dialog', { name: 'Import resnet18-mse.onnx' });
    await dialog.getByLabel('Name', { exact: true }).waitFor();
    expect(await dialog.getByLabel('Name', { exact: true }).inputValue()).toBe('resnet18-mse');
    for (const fact of ['3 × 32 × 32', 'Layers to quantize', 'Stay in float'])
      await dialog.getByText(fact).waitFor();
    await dialog.getByText('Layers and operators').click();
    await dialog.getByRole('grid', { name: 'Layers of resnet18-mse.onnx' }).waitFor();
    expect(await call('models.list', {})).toEqual([]);
    expect((await call('notebook.verify', {})).blobs).toBe(0);
    await dialog.getByLabel('Tags').fill('loss=mse');
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    const notice = page.getByRole('region', { name: 'Notices' });
    await notice.getByText('Imported the model resnet18-mse.').waitFor();
    await page.getByRole('row', { name: /resnet18-mse/ }).waitFor();
    await notice.getByRole('link', { name: 'Show its layers' }).click();
    await page.getByRole('heading', { level: 1, name: 'resnet18-mse' }).waitFor();
    const [model] = await call('models.list', {});
    expect(model!.tags).toEqual({ loss: 'mse' });
    const layers = page.getByRole('grid', { name: 'Layers' }).getByRole('row');
    await expect.poll(() => layers.count(), patience).toBe(model!.layerCount + 1);
  });

  test('by letting go of files, of which the broken ones are refused alone', async () => {
    const { page, show, call, complaints } = notebook;
    await show('#/models');
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor();
    const known = (await call('models.list', {})).map(({ name }) => name);
    const blobs = (await call('notebook.verify', {})).blobs;

    const whole = sample('resnet18-cross-entropy.onnx');
    const target = page.getByRole('heading', { level: 1 });
    await dropFiles(target, [
      file('empty.onnx', Buffer.alloc(0)),
      file('cut.onnx', whole.subarray(0, whole.length / 2)),
      file('good.onnx', whole),
      file('words.onnx', Buffer.from('These are words, not a network.'))
    ]);
    const dialog = page.getByRole('dialog', { name: 'Import 4 models' });
    await expect.poll(() => dialog.getByRole('alert').count(), patience).toBe(3);
    await expectError(page, 'MODEL_EMPTY');
    for (const name of ['cut.onnx', 'words.onnx'])
      await page.getByRole('alert').getByText(`${name} cannot be read`).waitFor();
    expectRefusals(complaints, 3);
    await dialog.getByRole('button', { name: 'Import 1 model', exact: true }).click();
    await dialog.getByText('Imported as good.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /good/ }).waitFor();

    expect((await call('models.list', {})).map(({ name }) => name).sort()).toEqual([...known, 'good'].sort());
    expect(await call('notebook.verify', {})).toEqual({ sound: true, blobs: blobs + 1, problems: [] });
  });

  test('a name that is taken is refused with what to do', async () => {
    const { page, show, call, complaints } = notebook;
    await show('#/models');
    await page.getByRole('row', { name: /good/ }).waitFor();
    const other = file('good.onnx', sample('resnet18-label-smoothing.onnx'));
    await choose(page, 'Import models', [other]);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await expectError(page, 'MODEL_NAME_TAKEN');
    expectRefusals(complaints, 1);
    expect(await call('models.list', {})).toHaveLength(2);
    await dialog.getByLabel('Name', { exact: true }).fill('better');
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await call('models.list', {})).map(({ name }) => name)).toContain('better');
  });

  test('while files are over the screen it says what will happen', async () => {
    const { page, show } = notebook;
    await show('#/models');
    const heading = page.getByRole('heading', { level: 1, name: 'Models' });
    await heading.waitFor();
    const dragged = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['x'], 'x.onnx'));
      return transfer;
    });
    await heading.dispatchEvent('dragenter', { dataTransfer: dragged });
    await page.getByText('Drop files to import them').waitFor();
    await heading.dispatchEvent('dragleave', { dataTransfer: dragged });
    await page.getByText('Drop files to import them').waitFor({ state: 'detached' });
  });
});

describe.skipIf(noBrowser)('importing data', () => {
  const notebook = useNotebook('empty');

  test('with its preprocessing, by the file dialog', async () => {
    const { page, show, call } = notebook;
    await show('#/data');
    await page.getByText('No data sets yet').waitFor();
    await choose(page, 'Import data', [file('shapes.npz', sample('calib.npz'))]);
    const dialog = page.getByRole('dialog', { name: 'Import shapes.npz' });
    await dialog.waitFor();
    expect(await dialog.getByLabel('Name', { exact: true }).inputValue()).toBe('shapes');

    await dialog.getByLabel('Deviation').fill('0');
    expect(await dialog.getByRole('button', { name: 'Import' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Mean').fill('0.5');
    await dialog.getByLabel('Deviation').fill('0.25');
    const names = 'circle square triangle star cross ring crescent hexagon arrow heart'.split(' ');
    await dialog.getByLabel('Class names').fill(names.join(', '));
    await dialog.getByRole('button', { name: 'Import' }).click();
    await dialog.waitFor({ state: 'detached' });

    const [dataset] = await call('datasets.list', {});
    expect(dataset).toMatchObject({ name: 'shapes', samples: 512, classNames: names });
    expect(dataset!.preprocessing).toEqual({ scale: 1 / 255, mean: [0.5], std: [0.25] });

    await page.getByRole('link', { name: 'Show its pictures' }).click();
    await page.getByRole('heading', { level: 1, name: 'shapes' }).waitFor();
    await expect.poll(() => page.locator('canvas').count(), patience).toBe(60);
  });

  test('by letting go of a file, in the other layout', async () => {
    const { page, show, call } = notebook;
    await show('#/data');
    const heading = page.getByRole('heading', { level: 1, name: 'Data' });
    await heading.waitFor();
    await dropFiles(heading, [npzFixture('pictures-nhwc-float32')]);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Import' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /pictures-nhwc-float32/ }).waitFor();
    expect(await call('datasets.list', {})).toContainEqual(
      expect.objectContaining({ name: 'pictures-nhwc-float32', layout: 'nhwc', elementType: 'float32' })
    );
  });

  test('a folder of pictures, looked at before anything is stored', async () => {
    const { page, show, call } = notebook;
    await show('#/data');
    const before = await call('notebook.verify', {});
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Import a folder' }).click()
    ]);
    await chooser.setFiles(join(import.meta.dirname, '../data/datasets/classes'));
    const dialog = page.getByRole('dialog', { name: 'Import classes (7 files)' });
    const preview = dialog.getByRole('region', { name: 'Preview' });
    await preview.getByText('Networks see 3 × 224 × 224.').waitFor();
    expect(await preview.getByRole('img').count()).toBe(7);
    expect(await preview.getByRole('list', { name: 'Pictures of each class' }).innerText()).toMatch(
      /ant\s*2\s*cat\s*2\s*zebra\s*3/
    );
    expect(await call('notebook.verify', {})).toEqual(before);
    await dialog.getByLabel('Preprocessing').selectOption({ label: 'CIFAR-10’s mean and deviation' });
    await preview.getByText('Networks see 3 × 32 × 32.').waitFor();
    await dialog.getByRole('button', { name: 'Import' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await call('datasets.list', {})).toContainEqual(
      expect.objectContaining({
        name: 'classes',
        format: 'folder',
        shape: [3, 32, 32],
        classNames: ['ant', 'cat', 'zebra'],
        fileName: 'classes (7 files)'
      })
    );
  });

  test('two files that belong together, dropped together', async () => {
    const { page, show, call } = notebook;
    await show('#/data');
    const heading = page.getByRole('heading', { level: 1, name: 'Data' });
    await heading.waitFor();
    const fixture = (name: string) =>
      file(name, readFileSync(join(import.meta.dirname, '../data/datasets', name)));
    await dropFiles(heading, [fixture('t10k-labels-idx1-ubyte.gz'), fixture('t10k-images-idx3-ubyte.gz')]);
    const dialog = page.getByRole('dialog', { name: 'Import t10k (2 files)' });
    await dialog.getByText('A pair of IDX files: 12 pictures').waitFor();
    expect(await dialog.getByLabel('Mean').inputValue()).toBe('0.1307');
    await dialog.getByRole('button', { name: 'Import' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await call('datasets.list', {})).find(({ name }) => name === 't10k')).toMatchObject({
      format: 'idx',
      samples: 12,
      shape: [1, 28, 28]
    });
  });

  test.each<[string, NamedFile, ErrorCode, string]>([
    ['empty', file('empty.npz', Buffer.alloc(0)), 'DATA_EMPTY', ''],
    ['words', file('words.npz', Buffer.from('x,y\n1,2\n')), 'DATA_NOT_NPZ', ''],
    ['cut short', file('cut.npz', sample('calib.npz').subarray(0, 100_000)), 'DATA_NOT_NPZ', ''],
    ['half-precision numbers', npzFixture('refused-float16'), 'DATA_ARRAY_UNSUPPORTED', ''],
    [
      'fewer names than labels',
      file('few.npz', sample('calib.npz')),
      'DATA_LABEL_OUT_OF_RANGE',
      'one, two, three'
    ]
  ])('that is broken is refused and leaves nothing behind: %s', async (_, broken, code, classNames) => {
    const { page, show, call, complaints } = notebook;
    await show('#/data');
    await page.getByRole('heading', { level: 1, name: 'Data' }).waitFor();
    const before = await call('datasets.list', {});
    const verified = await call('notebook.verify', {});

    await choose(page, 'Import data', [broken]);
    const dialog = page.getByRole('dialog');
    // What is wrong with the files is seen before anything is imported; names are looked at when they are.
    if (classNames !== '') {
      await dialog.getByRole('region', { name: 'Preview' }).waitFor();
      await dialog.getByLabel('Class names').fill(classNames);
      await dialog.getByRole('button', { name: 'Import' }).click();
    }
    await expectError(page, code);
    expectRefusals(complaints, 1);
    expect(await call('datasets.list', {})).toEqual(before);
    expect(await call('notebook.verify', {})).toEqual(verified);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
  });
});

describe.skipIf(noBrowser)('whether a model and a data set belong together', () => {
  const notebook = useNotebook('samples');

  test('is checked on a few samples from either screen, and a wrong normalization is seen', async () => {
    const { page, show, call } = notebook;
    await show('#/data');
    await choose(page, 'Import data', [file('unscaled.npz', sample('test.npz'))]);
    const dialog = page.getByRole('dialog');
    await dialog
      .getByRole('button', { name: 'Import', exact: true })
      .and(dialog.locator(':enabled'))
      .waitFor();
    await dialog.getByLabel('Scale').fill('1');
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    const unscaled = (await call('datasets.list', {})).find(({ name }) => name === 'unscaled')!.id;
    const model = (await call('models.list', {})).find(({ name }) => name === 'resnet18-mse')!;
    await show(`#/models/${model.id}`);
    const panel = page.getByRole('region', { name: 'Does it fit a data set?' });
    await panel.getByLabel('Data set').selectOption({ label: 'shapes10-test' });
    await panel.getByRole('button', { name: 'Check' }).click();
    await panel.getByText(/^Float accuracy on 64 samples is [89]\d/).waitFor();
    expect(await panel.getByText('chance level').count()).toBe(0);

    await show(`#/data/${unscaled}`);
    const other = page.getByRole('region', { name: 'Does it fit a model?' });
    await other.getByLabel('Model').selectOption({ label: 'resnet18-mse' });
    await other.getByRole('button', { name: 'Check' }).click();
    await other.getByText(/^Float accuracy on 64 samples is /).waitFor();
    await other
      .getByText(/chance level|With another preprocessing/)
      .first()
      .waitFor();
  });
});
