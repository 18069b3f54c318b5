import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { build } from 'vite';
import { states } from '../../src/renderer/gallery/gallery-entry.ts';
import { gallery } from '../../src/renderer/gallery/gallery.ts';
import { noBrowser, patience } from './use-notebook.ts';

const page404 = { status: 404, body: '' };
const types: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

/** How many figures the page shows: each in each of its states. */
const drawings = Object.values(gallery).flatMap((entry) =>
  states.filter((state) => entry[state] !== null)
).length;

describe.skipIf(noBrowser)('the gallery of all figures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bitlab-gallery-'));
  const complaints: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await build({
      configFile: resolve(import.meta.dirname, '../../tools/gallery/vite.config.ts'),
      logLevel: 'error',
      build: { outDir: folder, emptyOutDir: true, minify: false }
    });
    browser = await chromium.connect(inject('browserAddress')!);
    page = await browser.newPage({ viewport: { width: 1500, height: 900 } });
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    await page.route('http://gallery.test/**', async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1) || 'index.html';
      try {
        const body = readFileSync(join(folder, name));
        await route.fulfill({ body, contentType: types[name.split('.').at(-1)!] ?? 'text/plain' });
      } catch {
        await route.fulfill(page404);
      }
    });
    await page.goto('http://gallery.test/');
  });

  afterAll(async () => {
    await page?.close();
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('draws each in both themes, without a complaint', async () => {
    // A figure has several layers of which one holds its axes and marks.
    const drawn = () => page.locator('.js-plotly-plot .main-svg:first-child').count();
    await expect.poll(drawn, { timeout: 4 * patience.timeout }).toBe(2 * drawings);
    expect(await page.getByText('cannot be drawn').count()).toBe(0);
    expect(
      await page
        .locator('[data-figure]')
        .evaluateAll((all) => all.map((each) => each.getAttribute('data-figure')))
    ).toEqual(Object.keys(gallery));
    expect(complaints).toEqual([]);
  });

  test('draws each for a paper, as XML with its texts as texts, within its page', async () => {
    await expect
      .poll(() => page.locator('section img').count(), { timeout: 4 * patience.timeout })
      .toBe(drawings);
    const papers = await page.locator('section img').evaluateAll((images) =>
      Promise.all(
        (images as HTMLImageElement[]).map(async (image) => {
          const text = await (await fetch(image.src)).text();
          const drawing = new DOMParser().parseFromString(text, 'image/svg+xml');
          const shown = document.body.appendChild(document.importNode(drawing.documentElement, true));
          const [left, right] = [shown.getBoundingClientRect().left, shown.getBoundingClientRect().right];
          // What a letter's own box has beyond its ink may stand out.
          const cut = [...shown.querySelectorAll('text')].filter((label) => {
            const box = label.getBoundingClientRect();
            return box.left < left - 2 || box.right > right + 2;
          });
          const labels = cut.map((label) => label.textContent);
          shown.remove();
          return {
            name: image.alt,
            cut: labels,
            sound: drawing.querySelector('parsererror') === null,
            width: drawing.documentElement.getAttribute('width'),
            texts: drawing.querySelectorAll('text').length,
            bitmaps: drawing.querySelectorAll('image').length
          };
        })
      )
    );
    for (const { name, sound, width, texts, bitmaps, cut } of papers) {
      expect({ name, sound, width, bitmaps, cut }).toEqual({
        name,
        sound: true,
        width: '84mm',
        bitmaps: 0,
        cut: []
      });
      expect(texts, name).toBeGreaterThan(1);
    }
    expect(complaints).toEqual([]);
  });

  test('is no part of what is shipped', () => {
    const shipped = readdirSync(inject('interfaceFolder'), { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.js')
    );
    expect(shipped.length).toBeGreaterThan(3);
    const words = 'with nothing to show';
    const inGallery = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.js')
    );
    expect(inGallery.some((name) => readFileSync(join(folder, name), 'utf8').includes(words))).toBe(true);
    for (const name of shipped)
      expect(readFileSync(join(inject('interfaceFolder'), name), 'utf8').includes(words), name).toBe(false);
  });
});
