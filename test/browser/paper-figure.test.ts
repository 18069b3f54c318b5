import { describe, expect, test } from 'vitest';
import { savedBy } from './saved.ts';
import { noBrowser, patience, useNotebook } from './use-notebook.ts';

describe.skipIf(noBrowser)('a figure for a paper', () => {
  const notebook = useNotebook('computed');

  async function openDialog() {
    const { page, call, show } = notebook;
    const [experiment] = (await call('experiments.list', {})).filter(
      ({ name }) => name === 'Small: which loss?'
    );
    await show(`#/experiments/${experiment!.id}`);
    const figure = page.getByRole('figure').first();
    await expect.poll(() => figure.locator('.scatterlayer .point').count(), patience).toBe(9);
    await figure.getByRole('button', { name: 'For a paper …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Figure for a paper' });
    await dialog.getByLabel('Width').fill('84');
    await dialog.getByLabel('Height').fill('63.5');
    await dialog.getByLabel('Letters').fill('7');
    return dialog;
  }

  test('is an SVG of the millimetres and letters asked for, with texts', async () => {
    const dialog = await openDialog();
    const { bytes } = await savedBy(dialog.getByRole('button', { name: 'Save the figure' }));
    const drawn = await notebook.page.evaluate((text) => {
      const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
      const holder = document.createElement('div');
      holder.innerHTML = text;
      document.body.append(holder);
      const letters = holder.querySelector('text')!;
      const scale = letters.getBoundingClientRect().height / (letters as SVGGraphicsElement).getBBox().height;
      const found = {
        root: root.localName,
        width: root.getAttribute('width'),
        height: root.getAttribute('height'),
        texts: root.querySelectorAll('text').length,
        letterPt: (parseFloat(getComputedStyle(letters).fontSize) * scale * 72) / 96
      };
      holder.remove();
      return found;
    }, bytes.toString('utf8'));
    expect(drawn).toMatchObject({ root: 'svg', width: '84mm', height: '63.5mm' });
    expect(drawn.texts).toBeGreaterThan(5);
    expect(drawn.letterPt).toBeCloseTo(7, 0);
  });

  test('is a PNG of 600 dots to the inch, which says so', async () => {
    const dialog = await openDialog();
    await dialog.getByText('PNG', { exact: true }).click();
    const { bytes } = await savedBy(dialog.getByRole('button', { name: 'Save the figure' }));
    expect(Math.abs(bytes.readUInt32BE(16) - (84 / 25.4) * 600)).toBeLessThan(12);
    expect(bytes.subarray(37, 41).toString('latin1')).toBe('pHYs');
    expect(bytes.readUInt32BE(41)).toBe(23622);
  });

  test('is a PDF page of its size, with its text as text', async () => {
    const { page } = notebook;
    const dialog = await openDialog();
    await dialog.getByText('PDF', { exact: true }).click();
    // The dialog for printing would wait for a person; what it would print is printed below.
    await page.evaluate(() => {
      window.print = () => document.body.setAttribute('data-printed', '');
    });
    await dialog.getByRole('button', { name: 'Print the figure' }).click();
    await page.locator('body[data-printed]').waitFor({ state: 'attached' });
    const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
    const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)!;
    expect((Number(width) * 25.4) / 72).toBeCloseTo(84, 0);
    expect((Number(height) * 25.4) / 72).toBeCloseTo(63.5, 0);
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
    expect(pdf).toMatch(/\/Type \/Font\b/);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await page.locator('#printed-figure').count()).toBe(0);
  });
});
