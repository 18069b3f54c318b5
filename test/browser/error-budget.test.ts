import { describe, expect, test } from 'vitest';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

describe.skipIf(noBrowser)('error budgets', () => {
  const notebook = useNotebook('samples');

  test('one click takes a run apart, and the experiment shows what each stage costs', async () => {
    const { page, show, call, settled } = notebook;
    const started = await call('experiments.run', {
      file: {
        name: 'On hardware',
        models: ['resnet18-mse'],
        data: { evaluate: 'shapes10-test', calibrate: 'shapes10-calib', calibrationSamples: 2, samples: 4 },
        fixed: {
          arithmetic: 'accelerator',
          accelerator: { tile: 64, adc: { bits: 10 }, noise: { output: 0.0005 } }
        }
      }
    });
    const status = async (id: string) => (await call('experiments.get', { id })).status;
    await expect.poll(() => status(started.id), patience).toBe('finished');
    const { runs } = await call('experiments.get', { id: started.id });
    await show(`#/runs/${runs.find((run) => !run.baseline)!.id}`);
    await page.getByRole('tab', { name: 'Error budget' }).click();
    await page.getByText('quantized, integers, ADC rounding, output noise').waitFor();
    await page.getByRole('button', { name: 'Check the identity' }).click();
    await page.getByText('all 40 logits of 4 samples are the same, bit for bit.').waitFor();
    await page.getByLabel('Seeds').fill('0');
    await page.getByText('A whole number from 1 to 1000.').waitFor();
    await page.getByLabel('Seeds').fill('2');
    await page.getByRole('button', { name: 'Compute the error budget' }).click();

    await page
      .getByRole('heading', { level: 1, name: /^Error budget: resnet18-mse, .*, 2 seeds$/ })
      .waitFor();
    const [budget] = await call('experiments.list', {});
    await expect.poll(() => status(budget!.id), patience).toBe('finished');
    await page.getByRole('img', { name: 'Error budget, resnet18-mse' }).waitFor();
    await page.getByRole('img', { name: 'Each stage alone, resnet18-mse' }).waitFor();
    await page.getByRole('img', { name: 'SQNR by layer and stage, resnet18-mse' }).waitFor();
    await settled();
    const waterfall = page.getByRole('region', { name: /^Error budget/ }).getByRole('figure');
    await waterfall.getByRole('button', { name: 'Numbers' }).click();
    for (const stage of ['float', 'quantized', 'integers', 'ADC rounding', 'output noise']) {
      await waterfall.getByText(stage, { exact: true }).first().waitFor();
    }
    // Its stages are tested against one another in the budget; one setting is no curve.
    expect(await page.getByRole('region', { name: 'Top-1 accuracy', exact: true }).count()).toBe(0);
    await page.getByText('1 pair could not be tested').waitFor();
  });

  test('runs without hardware have no such part', async () => {
    const { page, show, call } = notebook;
    const run = (await call('runs.list', { where: 'baseline' }))[0]!;
    await show(`#/runs/${run.id}`);
    await page.getByRole('tab', { name: 'Provenance and log' }).waitFor();
    expect(await page.getByRole('tab', { name: 'Error budget' }).count()).toBe(0);
  });
});
