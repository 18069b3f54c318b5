import { AxeBuilder } from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { samplesFolder } from '../../src/main/hosts/program-folder.ts';
import { dropFiles } from './drop-files.ts';
import { expectRefusals } from './refusals.ts';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

const focusIsOn = (page: Page, selector: string) =>
  expect
    .poll(() => page.evaluate((css) => document.activeElement?.matches(css), selector), patience)
    .toBe(true);

describe.skipIf(noBrowser)('a notebook that is lived in', () => {
  const notebook = useNotebook('computed');
  const heading = (name: string) => notebook.page.getByRole('heading', { level: 1, name, exact: true });
  const palette = () => notebook.page.getByRole('dialog', { name: 'Find anything' });
  const options = () => palette().getByRole('option');

  async function openPalette() {
    await notebook.page.keyboard.press('Control+k');
    await palette().getByRole('combobox').waitFor();
  }

  async function find(text: string, first: RegExp) {
    await openPalette();
    await notebook.page.keyboard.type(text);
    await options().first().filter({ hasText: first }).waitFor();
  }

  test('the palette goes anywhere by a few letters, and remembers what it was used for', async () => {
    const { page, call } = notebook;
    await find('g exper', /Go to Experiments/);
    await page.keyboard.press('Enter');
    await heading('Experiments').waitFor();
    await focusIsOn(page, 'h1');

    const [run] = await call('runs.list', { where: 'model ~ mse and weights.bits = 4' });
    await find(run!.id, /resnet18-mse, 4-bit weights/);
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).hash, patience).toBe(`#/runs/${run!.id}`);
    await page.getByRole('tablist', { name: 'Parts of the run' }).waitFor();

    await find('label smoothing 3 bits', /resnet18-label-smoothing, 3-bit weights/);
    await page.keyboard.press('Escape');
    await palette().waitFor({ state: 'detached' });
    for (const [text, name] of [
      ['shapes10-test', 'shapes10-test'],
      ['rn18 mse', 'resnet18-mse'],
      ['small', 'Small: which loss?']
    ] as const) {
      await find(text, new RegExp(name.replace(/[?]/g, '\\?')));
      await page.keyboard.press('Enter');
      await heading(name).waitFor();
    }

    await page.reload();
    await heading('Small: which loss?').waitFor();
    await openPalette();
    const recent = palette().getByRole('group', { name: 'Recently used' }).getByRole('option');
    await expect.poll(() => recent.count(), patience).toBe(5);
    expect(await recent.first().textContent()).toContain('Small: which loss?');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await heading('resnet18-mse').waitFor();
  });

  test('the palette is a combobox over a list, says when nothing is found, and gives the focus back', async () => {
    const { page, settled, call } = notebook;
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await heading('Settings').waitFor();
    const theme = page.getByRole('radio', { name: 'As the system' }).first();
    await theme.focus();
    await openPalette();
    const field = palette().getByRole('combobox');
    await options().first().waitFor();
    for (let presses = 0; presses < 3; presses++) await page.keyboard.press('ArrowDown');
    const chosen = palette().locator('[role=option][aria-selected=true]');
    expect(await chosen.count()).toBe(1);
    expect(await field.getAttribute('aria-activedescendant')).toBe(await chosen.getAttribute('id'));
    for (const mode of ['light', 'dark'] as const) {
      await call('settings.set', { theme: mode });
      await page.locator(`html[data-theme=${mode}]`).waitFor();
      await settled();
      const { violations } = await new AxeBuilder({ page })
        .setLegacyMode()
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
        .analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])).toEqual([]);
    }
    await page.keyboard.type('xyzzy');
    await palette().getByRole('status').getByText('Nothing found for “xyzzy”').waitFor();
    await page.keyboard.press('Control+k');
    await palette().waitFor({ state: 'detached' });
    await expect
      .poll(() => theme.evaluate((element) => element === document.activeElement), patience)
      .toBe(true);
    await call('settings.set', { theme: 'system' });
  });

  test('what is done is undone with Ctrl+Z, and done again', async () => {
    const { page, show, call, settled } = notebook;
    await call('models.import', { source: await upload(page, 'spare.onnx') });
    const model = (await call('models.list', {})).find(({ name }) => name === 'spare')!;
    const toast = page.getByRole('region', { name: 'Notices' });

    await show(`#/models/${model.id}`);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Name', { exact: true }).fill('renamed');
    await page.keyboard.press('Enter');
    await heading('renamed').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    await heading('spare').waitFor();
    await toast.getByText('Undone: renamed the model spare to renamed.').waitFor();
    await page.keyboard.press('Control+Shift+z');
    await heading('renamed').waitFor();

    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await heading('Models').waitFor();
    await page.getByRole('grid', { name: 'Models' }).getByText('resnet18-mse').waitFor();
    expect(await page.getByRole('row', { name: /renamed/ }).count()).toBe(0);
    await toast.getByText('Moved the model renamed to the trash.').waitFor();
    // Its address says where it is, and brings it back.
    await show(`#/models/${model.id}`);
    await page.getByText('“renamed” is in the trash.').waitFor();
    notebook.complaints.length = 0;
    await page.getByRole('button', { name: 'Restore it' }).click();
    await heading('renamed').waitFor();

    await show('#/runs');
    const grid = page.getByRole('grid', { name: 'Runs' });
    await grid
      .getByRole('button', { name: /^Star this run/ })
      .first()
      .waitFor();
    await settled();
    const before = await call('runs.list', {});
    await grid
      .getByRole('button', { name: /^Star this run/ })
      .nth(1)
      .click();
    await expect.poll(async () => (await call('runs.list', { where: 'starred' })).length, patience).toBe(1);
    await grid.getByRole('checkbox').nth(1).check();
    await grid.getByRole('checkbox').nth(2).check();
    await page.getByRole('button', { name: 'More …' }).click();
    await page.getByRole('menuitem', { name: 'Tags …' }).click();
    await page.getByLabel('Add tags').fill('paper');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Move to trash' }).click();
    await toast.getByText('Moved 2 runs to the trash.').waitFor();
    await toast.getByRole('button', { name: 'Undo' }).click();
    await toast.getByText('Undone: moved 2 runs to the trash.').waitFor();
    expect(await call('runs.list', { where: 'tag:paper' })).toHaveLength(2);
    await page.keyboard.press('Control+z');
    await toast.getByText('Undone: changed the tags of 2 runs.').waitFor();
    await page.keyboard.press('Control+z');
    await toast.getByText('Undone: starred 1 run.').waitFor();
    expect(await call('runs.list', {})).toEqual(before);

    const [experiment] = await call('experiments.list', {});
    await show('#/experiments');
    await page.getByRole('button', { name: `Rename ${experiment!.name}` }).click();
    await page.getByLabel('Name', { exact: true }).fill('Another question');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /^Another question/ }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    await page.getByRole('button', { name: `Remove ${experiment!.name}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await toast.getByText(`Moved the experiment ${experiment!.name} to the trash.`).waitFor();
    await show('#/settings');
    await page.getByRole('grid', { name: 'Trash' }).getByRole('row', { name: experiment!.name }).waitFor();
    await heading('Settings').focus();
    await page.keyboard.press('Control+z');
    await page.getByRole('grid', { name: 'Trash' }).waitFor({ state: 'detached' });
    expect((await call('experiments.list', {})).map(({ id }) => id)).toContain(experiment!.id);
    expect(await call('runs.list', {})).toEqual(before);
  });

  test('unsaved work outlives a reload: a design, a note, a form', async () => {
    const { page, show, call } = notebook;
    await show('#/design?new=1');
    await heading('Design').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Half a thought');
    const [run] = await call('runs.list', {});
    await show(`#/runs/${run!.id}`);
    await page.getByRole('button', { name: 'Write a note' }).click();
    await page.getByRole('textbox', { name: 'Note' }).fill('The clipping looks odd');
    // At once, before the pause in which typing rests is over.
    await page.reload();
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Note' }).inputValue(), patience)
      .toBe('The clipping looks odd');
    await page.getByRole('button', { name: 'Save the note' }).click();
    await page.getByText('The clipping looks odd').waitFor();
    await page.getByRole('button', { name: 'Edit the note' }).focus();
    await page.keyboard.press('Control+z');
    await page.getByText('No note yet.').waitFor();
    const kept = async () => (await call('kept.list', {})).map(({ name }) => name);
    await expect.poll(kept, patience).not.toContain(`note:${run!.id}`);

    await show('#/design');
    await expect
      .poll(() => page.getByLabel('Name', { exact: true }).inputValue(), patience)
      .toBe('Half a thought');

    const [model] = await call('models.list', {});
    await show(`#/models/${model!.id}`);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Tags').fill('loss=typed');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await focusIsOn(page, 'button');
    await page.reload();
    await page.getByRole('button', { name: 'Edit' }).click();
    expect(await page.getByLabel('Tags').inputValue()).toBe('loss=typed');
    await page.getByText('What you typed earlier is back.').waitFor();
    await page.getByRole('button', { name: 'Start over' }).click();
    expect(await page.getByLabel('Tags').inputValue()).not.toContain('typed');
    await page.getByRole('button', { name: 'Cancel' }).click();
  });

  test('files are dropped anywhere: each goes where its kind is imported, others are refused in a sentence', async () => {
    const { page, call, complaints } = notebook;
    await heading('Overview').waitFor();
    const sample = (name: string) => readFileSync(join(samplesFolder, name));
    const file = (name: string, buffer: Buffer) => ({ name, mimeType: '', buffer });
    await dropFiles(page.locator('body'), [
      file('dropped.onnx', sample('resnet18-mse.onnx')),
      file('words.onnx', Buffer.from('words')),
      file('dropped.npz', sample('calib.npz')),
      file('notes.txt', Buffer.from('x'))
    ]);
    const models = page.getByRole('dialog', { name: 'Import 2 models' });
    await models.getByRole('alert').getByText('words.onnx cannot be read').waitFor();
    expectRefusals(complaints, 1);
    await models.getByRole('button', { name: 'Import 1 model' }).click();
    await models.getByText('Imported as dropped.').waitFor();
    await models.getByRole('button', { name: 'Close' }).last().click();
    await models.waitFor({ state: 'detached' });
    await page.getByRole('alert').getByText('Nothing imports notes.txt.').waitFor();
    expect((await call('models.list', {})).map(({ name }) => name)).toContain('dropped');

    await page.keyboard.press('g');
    await page.keyboard.press('d');
    const dialog = page.getByRole('dialog', { name: 'Import dropped.npz' });
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /dropped/ }).waitFor();

    await dropFiles(page.locator('body'), [
      file(
        'design.yaml',
        Buffer.from(
          'name: From a file\nmodels: [resnet18-mse]\ndata: {evaluate: shapes10-test, calibrate: shapes10-calib}\n'
        )
      )
    ]);
    await heading('Design').waitFor();
    await expect
      .poll(() => page.getByLabel('Name', { exact: true }).inputValue(), patience)
      .toBe('From a file');
  });

  test('an address says what is seen, and one that leads nowhere says so', async () => {
    const { page, show } = notebook;
    await show('#/runs?where=model+~+mse&by=model&sort=-runs');
    await page.getByRole('grid', { name: 'Groups of runs' }).waitFor();
    expect(await page.getByRole('combobox', { name: /^Filter/ }).inputValue()).toBe('model ~ mse');
    await page.getByText('Single runs', { exact: true }).click();
    await page.getByText('Trash', { exact: true }).click();
    await expect.poll(() => new URL(page.url()).hash, patience).toBe('#/runs?where=model+%7E+mse&trash=1');
    await show('#/runs?where=bits');
    await page.goBack();
    await page.getByText('No run fits the filter').waitFor();

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await heading('Runs').focus();
    await page.keyboard.press('y');
    await page.getByText(/^Copied http/).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());

    await show('#/nowhere/at-all');
    await page.getByText('There is no screen “nowhere”').waitFor();
    for (const screen of ['models', 'data', 'measurements', 'experiments', 'runs', 'sensitivity']) {
      await show(`#/${screen}/none`);
      await page.getByRole('alert').getByText('none').first().waitFor();
      await page.getByRole('link', { name: /^Show all / }).click();
      await expect.poll(() => new URL(page.url()).hash.split('?')[0], patience).toBe(`#/${screen}`);
    }
    notebook.complaints.length = 0;
  });

  test('contrast and motion follow the settings and the system; a screen fits at 200 %', async () => {
    const { page, show, call, settled } = notebook;
    const root = page.locator('html');
    const transition = () =>
      page.evaluate(() => getComputedStyle(document.querySelector('.button')!).transitionDuration);
    await page.emulateMedia({ reducedMotion: 'no-preference', contrast: 'no-preference' });
    await show('#/settings');
    await page.getByRole('button', { name: 'Verify the notebook' }).waitFor();
    expect(await transition()).toBe('0.12s');
    await page.getByText('Reduced', { exact: true }).click();
    await page.locator('html[data-motion=reduced]').waitFor();
    expect(await transition()).toBe('0s');
    await page.getByText('High', { exact: true }).click();
    await page.locator('html[data-contrast=more]').waitFor();
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode()
      .withRules(['color-contrast-enhanced'])
      .analyze();
    expect(violations.flatMap(({ nodes }) => nodes.map(({ html }) => html))).toEqual([]);
    await call('settings.set', { motion: 'system', contrast: 'system' });
    await page.locator('html[data-contrast=usual]').waitFor();
    await page.emulateMedia({ reducedMotion: 'reduce', contrast: 'more' });
    await expect.poll(() => root.getAttribute('data-contrast'), patience).toBe('more');
    expect(await root.getAttribute('data-motion')).toBe('reduced');
    await page.emulateMedia({ contrast: 'no-preference' });

    await page.setViewportSize({ width: 640, height: 400 });
    for (const screen of [
      'overview',
      'models',
      'data',
      'design',
      'experiments',
      'runs',
      'accelerator',
      'settings'
    ]) {
      await show(`#/${screen}`);
      await settled();
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, screen).toBeLessThanOrEqual(640);
    }
  });

  test('the system is told when an experiment ends while nobody looks', async () => {
    const { page, call, show } = notebook;
    await page.context().grantPermissions(['notifications']);
    await page.evaluate(() => {
      const told: string[] = [];
      Object.assign(window, { told });
      window.Notification = class extends EventTarget {
        static readonly permission = 'granted';
        static requestPermission = async () => 'granted';
        constructor(title: string, { body }: { body: string }) {
          super();
          told.push(`${title}: ${body}`);
        }
      } as never;
    });
    await show('#/settings');
    await page.getByRole('checkbox', { name: /^Tell me when/ }).check();
    await expect.poll(async () => (await call('settings.get', {})).notifications, patience).toBe(true);
    const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told);
    const run = async (name: string) => {
      const [experiment] = await call('experiments.list', {});
      const { file } = await call('experiments.get', { id: experiment!.id });
      const data = { ...file.data, samples: 20 };
      const fresh = { ...file, name, data, factors: {}, zip: [], errorBudget: false, baseline: true };
      await call('experiments.run', { file: { ...fresh, models: ['resnet18-mse'] } });
      await page.getByText(`“${name}” is done`).waitFor();
    };
    await run('In sight');
    expect(await told()).toEqual([]);
    await page.evaluate(() => Object.defineProperty(document, 'hidden', { get: () => true }));
    await run('Out of sight');
    expect(await told()).toEqual([expect.stringMatching(/^Out of sight: finished: \d of \d runs finished$/)]);
  });
});

/** Sends a sample to the host as a file of another name. */
async function upload(page: Page, fileName: string): Promise<{ upload: string; fileName: string }> {
  const base64 = readFileSync(join(samplesFolder, 'resnet18-mse.onnx')).toString('base64');
  const answer = await page.evaluate(
    async ([name, text]) => {
      const bytes = Uint8Array.from(atob(text!), (character) => character.charCodeAt(0));
      const response = await fetch(`/uploads?fileName=${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: bytes
      });
      return (await response.json()) as { upload: string };
    },
    [fileName, base64]
  );
  return { upload: answer.upload, fileName };
}
