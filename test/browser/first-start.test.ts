import { describe, expect, test } from 'vitest';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

/** Milliseconds that 24 runs on 2,000 pictures may take; it is a tenth of that on two cores with nothing else to do. */
const wholeExperiment = 200_000;

describe.skipIf(noBrowser)('the first start', () => {
  const notebook = useNotebook('samples');

  test('shows the samples, and what to do with them', async () => {
    const { page } = notebook;
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    const counts = page.getByRole('region', { name: 'This notebook' });
    await counts.getByRole('link', { name: '3 models' }).waitFor();
    await counts.getByRole('link', { name: '2 data sets' }).waitFor();
    await counts.getByRole('link', { name: '0 experiments' }).waitFor();
    await page.getByRole('heading', { name: 'Which loss withstands few bits?' }).waitFor();
    await page.getByText('24 runs', { exact: false }).first().waitFor();
    const steps = page.getByRole('listitem').filter({ has: page.getByText('(done)') });
    expect(await steps.getByRole('link').allTextContents()).toEqual(['Import models', 'Import data']);
  });

  test(
    'two clicks run the sample experiment, and its figure fills in while it runs',
    async () => {
      const { page, call } = notebook;
      await page.getByRole('link', { name: 'Open in the designer' }).click();
      await page.getByRole('button', { name: 'Run 24 runs' }).click();

      const toolbar = page.locator('header').filter({ has: page.getByRole('heading', { level: 1 }) });
      await toolbar.getByText('Which loss withstands few bits?').waitFor();
      await toolbar.getByText('running').waitFor();
      const bars = page.getByRole('progressbar', { name: 'Which loss withstands few bits?' });
      const words = async () => (await bars.first().getAttribute('aria-valuetext')) ?? '';
      await expect.poll(words, patience).toMatch(/^([1-9]|1\d|2[0-3]) of 24 runs/);
      await expect.poll(words, patience).toMatch(/left$/);

      const figure = page.getByRole('figure', { name: /top-1 accuracy/ });
      const points = figure.locator('.scatterlayer .point');
      await expect.poll(() => points.count(), patience).toBeGreaterThan(0);
      expect(await toolbar.getByText('running').count()).toBe(1);

      await toolbar.getByText('finished').waitFor({ timeout: wholeExperiment });
      await expect.poll(() => points.count(), patience).toBe(21);
      expect(await bars.count()).toBe(0);

      const [experiment] = await call('experiments.list', {});
      expect(experiment).toMatchObject({
        status: 'finished',
        counts: { total: 24, finished: 24, failed: 0 }
      });
      // The losses part at four bits, and not in the order of their float accuracy: the point of the sample.
      const { runs } = await call('experiments.get', { id: experiment!.id });
      const top1 = (model: string, bits: number | null) =>
        runs.find(
          (run) => run.model === model && (run.baseline ? null : run.configuration.weights.bits) === bits
        )!.top1!.value;
      expect(top1('resnet18-mse', null)).toBeGreaterThan(top1('resnet18-label-smoothing', null));
      expect(top1('resnet18-mse', 4)).toBeLessThan(top1('resnet18-label-smoothing', 4) - 0.05);
    },
    2 * wholeExperiment
  );
});
