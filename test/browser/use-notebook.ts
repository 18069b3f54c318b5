import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from 'vitest';
import type { MethodInput, MethodName, MethodOutput } from '../../src/contract/index.ts';
import { openLoopback } from '../../src/main/hosts/loopback/open-loopback.ts';
import type { Loopback } from '../../src/main/hosts/loopback/server.ts';
import { programFolder } from '../../src/main/hosts/program-folder.ts';
import { callFrom } from './call.ts';
import { followRequests, untilSettled } from './settled.ts';

/** For `describe.skipIf`: the machine has no browser. */
export const noBrowser = inject('browserAddress') === null;

/** How long a condition may take to come true; the machine may be busy with something else. */
export const patience = { timeout: 60_000 };

export interface NotebookPage {
  readonly page: Page;
  /** What the browser complained about since the test began: errors, warnings, violations of the policy. */
  readonly complaints: string[];
  /** The address of a screen: `#/runs`. */
  show(hash: string): Promise<void>;
  /** Waits until all that the screen asks for has come, and its figures are drawn. */
  settled(): Promise<void>;
  /** A call to the notebook over HTTP, as the screens make it. */
  call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>>;
}

/**
 * Serves a notebook of its own to the tests of the describe block that this is called in, and gives each test a new page.
 * After each test the browser must have had nothing to complain about.
 * @param start `computed` has finished experiments, `samples` only the samples, `empty` not even those
 */
export function useNotebook(start: 'computed' | 'samples' | 'empty'): NotebookPage {
  const folder = mkdtempSync(join(tmpdir(), 'bitlab-browser-'));
  const complaints: string[] = [];
  let host: Loopback;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  const notebook: NotebookPage = {
    get page() {
      return page;
    },
    complaints,
    show: async (hash) => {
      await page.evaluate((next) => void (location.hash = next), hash);
    },
    settled: () => untilSettled(page),
    call: (method, input) => callFrom(page, method, input)
  };

  beforeAll(async () => {
    if (start === 'computed') cpSync(inject('computedNotebook'), folder, { recursive: true });
    host = await openLoopback({ folder, port: 0, interfaceFolder: inject('interfaceFolder') });
    browser = await chromium.connect(inject('browserAddress')!);
    context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-US',
      reducedMotion: 'reduce'
    });
    context.setDefaultTimeout(patience.timeout);
    page = await context.newPage();
    await page.goto(host.address);
    if (start === 'empty') await removeSamples(notebook);
    await page.close();
  });

  afterAll(async () => {
    await context?.close();
    await browser?.close();
    await host?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    complaints.length = 0;
    page = await context.newPage();
    followRequests(page);
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()))
        complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    });
    await page.goto(host.address);
    if (await forgetKept(notebook)) await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await keepPicture(page, task.name);
    await page.close();
    expect(complaints).toEqual([]);
  });

  return notebook;
}

/** As a person would who wants nothing but their own models and data. */
async function removeSamples({ call }: NotebookPage): Promise<void> {
  for (const { id } of await call('models.list', {})) await call('models.remove', { id });
  for (const { id } of await call('datasets.list', {})) await call('datasets.remove', { id });
}

/** Each test begins without the unsaved work of the one before. Gives whether there was any. */
async function forgetKept({ call }: NotebookPage): Promise<boolean> {
  const kept = await call('kept.list', {});
  for (const { name } of kept) await call('kept.set', { name, value: null });
  return kept.length > 0;
}

/** What a failed test looked like at its end, under out/browser. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = join(programFolder, 'out/browser');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name.replace(/\W+/g, '-').slice(0, 80)}.png`) });
}
