// Takes pictures of every screen, light and dark, in a real browser, with the sample experiment computed: into shots/, and
// the two of the README into docs/pictures/.
// usage: npm run shots
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import type { Run } from '../src/contract/index.ts';
import { openLoopback } from '../src/main/hosts/loopback/open-loopback.ts';
import { interfaceFolder } from '../src/main/hosts/program-folder.ts';
import { callFrom } from '../test/browser/call.ts';
import { findChromium, howToGetOne, launchFlags } from '../test/browser/chromium.ts';
import { computeNotebook, sampleExperiment } from '../test/browser/compute-notebook.ts';
import { followRequests, untilSettled } from '../test/browser/settled.ts';

const root = join(import.meta.dirname, '..');
const shots = join(root, 'shots');
const pictures = join(root, 'docs/pictures');

const laptop = { width: 1280, height: 800 };
const desktop = { width: 1920, height: 1080 };
const small = { width: 900, height: 700 };
type Size = typeof laptop;

/** A picture: its name and the address that it shows. */
interface Shot {
  readonly name: string;
  readonly hash: string;
  /** Also in a small window. */
  readonly small?: boolean;
}

const screens = [
  'overview',
  'models',
  'data',
  'design',
  'sensitivity',
  'experiments',
  'runs',
  'compare',
  'accelerator',
  'settings'
];
const emptyShots = screens.map((name): Shot => ({ name: `empty-${name}`, hash: `#/${name}` }));
const firstShots: readonly Shot[] = [
  { name: 'first-overview', hash: '#/overview' },
  { name: 'first-design', hash: `#/design?template=${sampleExperiment}`, small: true }
];

const executablePath = findChromium();
if (executablePath === null) {
  console.error(howToGetOne);
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'bitlab-shots-'));
const browser = await chromium.launch({ executablePath, args: [...launchFlags] });
try {
  rmSync(shots, { recursive: true, force: true });
  for (const each of [shots, pictures]) mkdirSync(each, { recursive: true });
  await takeAll(browser, join(folder, 'empty'), removeSamples, async () => emptyShots);
  await takeAll(
    browser,
    join(folder, 'first'),
    async () => {},
    async () => firstShots
  );
  console.error('Computing the sample experiment …');
  const full = join(folder, 'full');
  await computeNotebook(full, (sample) => [
    {
      ...sample,
      name: 'Weights or activations?',
      question: 'Which of the two costs more accuracy when it loses bits?',
      models: ['resnet18-mse'],
      data: { ...sample.data, samples: 500 },
      factors: { 'weights.bits': [8, 6, 4, 3], 'activations.bits': [8, 6, 4, 3] },
      zip: [],
      baseline: false
    },
    {
      ...sample,
      name: 'On light',
      question: 'What does each stage of a photonic accelerator cost?',
      models: ['resnet18-mse'],
      data: { ...sample.data, samples: 100 },
      fixed: {
        arithmetic: 'accelerator',
        weights: { bits: 4 },
        activations: { bits: 4, observer: 'mse' },
        accelerator: { preset: 'holylight-mam', link: { laserPowerDbm: 22 } }
      },
      factors: {},
      zip: [],
      seeds: [0, 1, 2],
      errorBudget: true
    },
    sample
  ]);
  await takeAll(browser, full, async () => {}, fullShots);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Serves a notebook and takes its pictures in every theme and size. */
async function takeAll(
  browser: Browser,
  notebook: string,
  prepare: (page: Page) => Promise<void>,
  list: (page: Page) => Promise<readonly Shot[]>
): Promise<void> {
  const host = await openLoopback({ folder: notebook, port: 0, interfaceFolder });
  const context = await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce' });
  try {
    const page = await context.newPage();
    followRequests(page);
    await page.goto(host.address);
    await prepare(page);
    for (const shot of await list(page)) {
      for (const theme of ['light', 'dark'] as const) {
        await callFrom(page, 'settings.set', { theme });
        for (const size of [laptop, desktop, ...(shot.small === true ? [small] : [])]) {
          await take(page, shot, size, join(shots, `${shot.name}-${theme}-${size.width}.png`));
        }
        await takeWhole(page, join(shots, `${shot.name}-${theme}-whole.png`));
        if (shot.name === 'experiment' && theme === 'light')
          await take(page, shot, { width: 1280, height: 860 }, join(pictures, 'experiment-light.png'));
        if (shot.name === 'first-design' && theme === 'dark')
          await take(page, shot, { width: 1280, height: 860 }, join(pictures, 'design-dark.png'));
      }
      console.error(shot.name);
    }
  } finally {
    await context.close();
    await host.close();
  }
}

async function take(page: Page, shot: Shot, size: Size, path: string): Promise<void> {
  await page.setViewportSize(size);
  // Through another screen, so that each picture begins at the top and with nothing opened.
  await page.evaluate(() => void (location.hash = '#/compare'));
  await untilSettled(page);
  await page.evaluate((hash) => void (location.hash = hash), shot.hash);
  await untilSettled(page);
  await page.screenshot({ path });
}

/** What the last picture shows, with all that is scrolled out of sight; nothing where all is in sight. */
async function takeWhole(page: Page, path: string): Promise<void> {
  await page.setViewportSize(laptop);
  await untilSettled(page);
  const hidden = await page.evaluate(() => {
    const content = document.querySelector('.content');
    return content === null ? 0 : content.scrollHeight - content.clientHeight;
  });
  if (hidden <= 0) return;
  await page.setViewportSize({ width: laptop.width, height: Math.min(laptop.height + hidden, 6000) });
  await untilSettled(page);
  await page.screenshot({ path });
}

async function removeSamples(page: Page): Promise<void> {
  for (const { id } of await callFrom(page, 'models.list', {})) await callFrom(page, 'models.remove', { id });
  for (const { id } of await callFrom(page, 'datasets.list', {}))
    await callFrom(page, 'datasets.remove', { id });
}

/** Measures the weights of a model, verifies bits chosen from that, and gives its identifier when both are done. */
async function measured(page: Page): Promise<string> {
  const data = { evaluate: 'shapes10-calib', samples: 128, calibrate: 'shapes10-calib' } as const;
  const { id } = await callFrom(page, 'sensitivity.start', {
    ...data,
    model: 'resnet18-mse',
    subjects: ['weights']
  });
  const until = async (isDone: () => Promise<boolean>) => {
    while (!(await isDone())) await page.waitForTimeout(500);
  };
  await until(async () => (await callFrom(page, 'sensitivity.get', { id })).status === 'finished');
  const experiment = await callFrom(page, 'sensitivity.verify', {
    id,
    budget: { kind: 'average-bits', values: [5, 4, 3.5, 3, 2.5] },
    evaluate: 'shapes10-test',
    samples: 500
  });
  await until(
    async () => (await callFrom(page, 'experiments.get', { id: experiment.id })).status === 'finished'
  );
  return id;
}

/** Every screen of a notebook in use. */
async function fullShots(page: Page): Promise<readonly Shot[]> {
  const [model] = await callFrom(page, 'models.list', {});
  const [dataset] = await callFrom(page, 'datasets.list', {});
  const experiments = await callFrom(page, 'experiments.list', {});
  const named = (name: string) => experiments.find((each) => each.name === name)!.id;
  const sample = named('Which loss withstands few bits?');
  const { runs } = await callFrom(page, 'experiments.get', { id: sample });
  const at = (bits: number) => (run: Run) => !run.baseline && run.configuration.weights.bits === bits;
  const run = runs.find((each) => at(4)(each) && each.model === 'resnet18-mse')!;
  const onLight = named('On light');
  const hardware = (await callFrom(page, 'experiments.get', { id: onLight })).runs.findLast(
    ({ configuration }) => configuration.arithmetic === 'accelerator'
  )!;
  const layer = encodeURIComponent('/layer1/layer1.0/conv1/Conv');
  const compared = runs.filter(at(4)).map(({ id }) => id);
  return [
    { name: 'overview', hash: '#/overview', small: true },
    { name: 'models', hash: '#/models' },
    { name: 'model', hash: `#/models/${model!.id}` },
    { name: 'data', hash: '#/data' },
    { name: 'data-set', hash: `#/data/${dataset!.id}` },
    { name: 'design', hash: `#/design?template=${sampleExperiment}` },
    { name: 'sensitivities', hash: '#/sensitivity' },
    { name: 'sensitivity', hash: `#/sensitivity/${await measured(page)}`, small: true },
    { name: 'experiments', hash: '#/experiments' },
    { name: 'experiment', hash: `#/experiments/${sample}`, small: true },
    { name: 'experiment-crossed', hash: `#/experiments/${named('Weights or activations?')}` },
    { name: 'experiment-budget', hash: `#/experiments/${onLight}`, small: true },
    { name: 'runs', hash: '#/runs', small: true },
    { name: 'runs-none-found', hash: '#/runs?where=weights.bits+%3D+12' },
    { name: 'run', hash: `#/runs/${run.id}` },
    { name: 'run-layers', hash: `#/runs/${run.id}?tab=layers` },
    { name: 'run-layer', hash: `#/runs/${run.id}?tab=layers&layer=${layer}`, small: true },
    { name: 'run-integers', hash: `#/runs/${run.id}?tab=integers` },
    { name: 'run-on-hardware', hash: `#/runs/${hardware.id}` },
    { name: 'run-on-hardware-layers', hash: `#/runs/${hardware.id}?tab=layers` },
    { name: 'run-on-hardware-budget', hash: `#/runs/${hardware.id}?tab=budget` },
    { name: 'run-confusion', hash: `#/runs/${run.id}?tab=confusion` },
    { name: 'run-wrong', hash: `#/runs/${run.id}?tab=wrong` },
    { name: 'run-provenance', hash: `#/runs/${run.id}?tab=provenance` },
    { name: 'compare', hash: `#/compare?ids=${compared.join(',')}` },
    { name: 'compare-classes', hash: `#/compare?ids=${compared.join(',')}&tab=classes` },
    { name: 'compare-layers', hash: `#/compare?ids=${compared.join(',')}&tab=layers`, small: true },
    { name: 'compare-pictures', hash: `#/compare?ids=${compared.join(',')}&tab=pictures`, small: true },
    { name: 'accelerator', hash: '#/accelerator', small: true },
    { name: 'measurements', hash: '#/measurements' },
    { name: 'settings', hash: '#/settings' }
  ];
}
