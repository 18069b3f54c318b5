import { describe, expect, test } from 'vitest';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

const design = `
name: To be interrupted
models: [resnet18-mse, resnet18-cross-entropy]
data: {evaluate: shapes10-test, calibrate: shapes10-calib, samples: 600, calibrationSamples: 64}
fixed: {arithmetic: simulated}
factors:
  weights.bits: [8, 7, 6, 5, 4]
  activations.bits: [8, 7, 6, 5, 4]
zip: [[weights.bits, activations.bits]]
`;

describe.skipIf(noBrowser)('running an experiment', () => {
  const notebook = useNotebook('samples');

  test('cancelled, what is finished stays; resumed, only the rest is computed', async () => {
    const { page, show, call } = notebook;
    await show('#/design');
    await page.getByRole('textbox', { name: 'Experiment file in YAML' }).fill(design);
    await page.getByRole('button', { name: 'Run 12 runs' }).click();

    const toolbar = page.locator('header').filter({ has: page.getByRole('heading', { level: 1 }) });
    const strip = page.getByRole('region', { name: 'Computing now' });
    await strip.getByRole('link', { name: 'To be interrupted' }).waitFor();
    const finishedRows = page
      .getByRole('grid', { name: 'Runs of this experiment' })
      .getByRole('row')
      .filter({ hasText: 'finished' });
    await expect.poll(() => finishedRows.count(), patience).toBeGreaterThanOrEqual(2);
    await toolbar.getByRole('button', { name: 'Cancel' }).click();
    await toolbar.getByText('cancelled').waitFor();
    await strip.waitFor({ state: 'detached' });

    const [experiment] = await call('experiments.list', {});
    const { id, counts } = experiment!;
    expect(counts.finished).toBeGreaterThanOrEqual(2);
    expect(counts.cancelled).toBe(12 - counts.finished);
    expect(counts.cancelled).toBeGreaterThan(0);
    const before = (await call('experiments.get', { id })).runs.filter((run) => run.status === 'finished');

    await page.reload();
    await toolbar.getByRole('button', { name: `Resume ${counts.cancelled} run` }).click();
    await toolbar.getByText('finished').waitFor();
    await expect.poll(() => finishedRows.count(), patience).toBe(12);
    const { runs } = await call('experiments.get', { id });
    expect(runs).toHaveLength(12);
    // What was finished then is as it was: the same start, the same end.
    expect(runs.filter((run) => before.some((old) => old.id === run.id))).toEqual(before);
    expect(await toolbar.getByRole('button', { name: /Cancel|Resume/ }).count()).toBe(0);
  });

  test('the strip at the bottom follows to every screen, and cancels from there', async () => {
    const { page, show, call } = notebook;
    await show('#/design');
    const text = design
      .replace('To be interrupted', 'Seen from elsewhere')
      .replace('samples: 600', 'samples: 700');
    await page.getByRole('textbox', { name: 'Experiment file in YAML' }).fill(text);
    await page.getByRole('button', { name: 'Run 12 runs' }).click();
    const strip = page.getByRole('region', { name: 'Computing now' });
    for (const screen of ['models', 'runs', 'settings']) {
      await show(`#/${screen}`);
      await strip.getByRole('progressbar', { name: 'Seen from elsewhere' }).waitFor();
    }
    // A run that waits says so on its own page, and what became of it.
    const last = (await call('runs.list', { where: 'samples = 700 and status = queued' })).at(-1)!;
    await show(`#/runs/${last.id}`);
    await page.getByText(/^The run waits for its turn: \d+ of 12 runs of Seen from elsewhere/).waitFor();
    await strip.getByRole('button', { name: 'Cancel' }).click();
    await strip.waitFor({ state: 'detached' });
    await page.getByText('The run was cancelled', { exact: false }).first().waitFor();
    await page.getByRole('link', { name: 'Open “Seen from elsewhere” to compute it again' }).waitFor();
    const { status } = (await call('experiments.list', {})).find(
      ({ name }) => name === 'Seen from elsewhere'
    )!;
    expect(status).toBe('cancelled');
    await show('#/experiments');
    await page.getByRole('row', { name: /Seen from elsewhere.*cancelled/ }).waitFor();
  });
});
