// Measures the table of runs in Chromium, over the loopback host: notebooks of 10,000 and 100,000 runs, 40 metrics and 30
// factors each. Prints a table, and writes it into docs/benchmarks-runs.md when it is asked to.
// usage: npm run bench:runs -- [--write] [--keep FOLDER] [NUMBER OF RUNS ...]
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright';
import type { MethodInput, MethodName } from '../../src/contract/index.ts';
import { openLoopback } from '../../src/main/hosts/loopback/open-loopback.ts';
import { interfaceFolder } from '../../src/main/hosts/program-folder.ts';
import { findChromium, howToGetOne, launchFlags } from '../../test/browser/chromium.ts';
import { fillNotebook } from './fill-notebook.ts';

const { values: options, positionals } = parseArgs({
  options: { write: { type: 'boolean' }, keep: { type: 'string' } },
  allowPositionals: true
});
const sizes = positionals.length === 0 ? [10_000, 100_000] : positionals.map(Number);
const repeats = 7;

interface Measured {
  readonly what: string;
  /** Milliseconds: the median of several, and the shortest. */
  readonly median: number;
  readonly shortest: number;
  /** What is asked for at 10,000 runs; four times that at 100,000. */
  readonly promise: number | null;
  /** Processor time of the host for one, in milliseconds, the median: other programs do not lengthen it. */
  readonly processor?: number;
  /** Whether the promise is the same for any number of runs. */
  readonly always?: boolean;
}

const executablePath = findChromium();
if (executablePath === null) {
  console.error(howToGetOne);
  process.exit(1);
}
const root = join(import.meta.dirname, '../..');
const browser = await chromium.launch({ executablePath, args: [...launchFlags] });
const sections: string[] = [];
for (const size of sizes) {
  const folder = join(options.keep ?? mkdtempSync(join(tmpdir(), 'bitlab-bench-')), String(size));
  if (!existsSync(folder)) {
    console.error(`Filling a notebook with ${size} runs …`);
    await fillNotebook(folder, size);
  }
  try {
    sections.push(section(size, await measure(browser, folder)));
  } finally {
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}
await browser.close();
const text = [
  '# Benchmarks of the table of runs',
  '',
  'Written by `npm run bench:runs -- --write`: Chromium on the loopback host, notebooks with 40 metrics, 30 factors and a seed in',
  `each run, five seeds of each treatment; the median of ${repeats} and the shortest. _Call_ is from the page's request to its answer, _shown_ to`,
  'the frame in which the rows stand.',
  '',
  `Processor: ${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores; Node ${process.versions.node}. Programs that wanted a core meanwhile, on average: ${loadavg()[0]!.toFixed(0)}.`,
  '',
  ...sections
].join('\n');
if (options.write === true) writeFileSync(join(root, 'docs/benchmarks-runs.md'), text);
console.log(text);

function section(size: number, rows: readonly Measured[]): string {
  const factor = size > 10_000 ? 4 : 1;
  return [
    `## ${size.toLocaleString('en-US')} runs`,
    '',
    '| what | median | shortest | host, processor time | asked for | |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(({ what, median, shortest, processor, promise, always }) => {
      const times = [median, shortest, processor].map((ms) =>
        ms === undefined ? '' : `${ms.toFixed(1)} ms`
      );
      const cells = [what, ...times];
      if (promise === null) return `| ${cells.join(' | ')} | | |`;
      const most = promise * (always === true ? 1 : factor);
      const inProcessorTime = processor !== undefined && processor <= most;
      const verdict =
        median <= most
          ? 'kept'
          : shortest <= most
            ? 'kept by the shortest'
            : inProcessorTime
              ? 'kept in processor time'
              : 'missed';
      return `| ${cells.join(' | ')} | ${most.toFixed(promise < 20 ? 1 : 0)} ms | ${verdict} |`;
    }),
    ''
  ].join('\n');
}

async function measure(browser: Browser, folder: string): Promise<Measured[]> {
  const host = await openLoopback({ folder, port: 0, interfaceFolder });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    await page.goto(host.address);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const rows: Measured[] = [];
    rows.push(row('the table opens, shown', await repeat(() => opened(page)), 200));
    for (const [what, method, input, promise] of calls()) {
      const processor: number[] = [];
      const times = await repeat(async (index) => {
        const before = process.cpuUsage();
        const ms = await called(page, method, input(index));
        const { user, system } = process.cpuUsage(before);
        processor.push((user + system) / 1000);
        return ms;
      });
      rows.push({
        ...row(`${what}, call`, times, promise),
        processor: row(what, processor, null).median
      });
    }
    rows.push(row('a filter is typed, shown', await repeat((index) => filtered(page, index)), null));
    rows.push(...(await scrolled(page)));
    return rows;
  } finally {
    await page.close();
    await host.close();
  }
}

/** Each question differs a little from the last, so that no answer is remembered. */
function calls(): [string, MethodName, (index: number) => MethodInput<MethodName>, number][] {
  const columns = ['model', 'weights.bits', 'activations.bits', 'status', 'top1', 'top1.interval', 'started'];
  const top1 = [{ column: 'top1', direction: 'descending' as const }];
  const other = (index: number) => `samples > ${index + Math.floor(performance.now() % 1000)}`;
  return [
    [
      'filter by a setting and a metric',
      'runs.query',
      (index) => ({ columns, where: `weights.bits <= 4 and top1 > 0.5${index + 1}` }),
      50
    ],
    [
      'filter by a setting, a model and a tag',
      'runs.query',
      (index) => ({
        columns,
        where: `weights.bits <= 4 and model ~ mse and tag:camera-ready and ${other(index)}`
      }),
      50
    ],
    ['order by a metric', 'runs.query', (index) => ({ columns, where: other(index), sort: top1 }), 50],
    [
      'group by model and weight bits',
      'runs.groups',
      (index) => ({
        by: ['model', 'weights.bits'],
        columns: ['model'],
        metrics: ['top1'],
        where: other(index)
      }),
      150
    ],
    [
      'group by everything but the seed',
      'runs.groups',
      (index) => ({ by: 'all-but-seed', columns: ['model'], metrics: ['top1'], where: other(index) }),
      150
    ],
    [
      'complete a value',
      'runs.complete',
      (index) => ({ text: `${' '.repeat(index)}activations.observer = hi`, caret: index + 25 }),
      50
    ]
  ];
}

function row(what: string, times: readonly number[], promise: number | null): Measured {
  const sorted = [...times].sort((a, b) => a - b);
  return { what, median: sorted[Math.floor(sorted.length / 2)]!, shortest: sorted[0]!, promise };
}

async function repeat(work: (index: number) => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < repeats; index++) times.push(await work(index));
  return times;
}

/** From the address to the frame in which rows stand. */
async function opened(page: Page): Promise<number> {
  await page.evaluate(() => void (location.hash = '#/models'));
  await page.getByRole('grid', { name: 'Models' }).waitFor();
  return page.evaluate(async () => {
    const start = performance.now();
    location.hash = '#/runs';
    const runs = '[role=grid][aria-label=Runs] tr[data-row] a';
    while (document.querySelector(runs) === null) await new Promise(requestAnimationFrame);
    return performance.now() - start;
  });
}

async function called(page: Page, method: MethodName, input: object): Promise<number> {
  return page.evaluate(
    async ([address, body]) => {
      const start = performance.now();
      const answer = await fetch(address!, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: body!
      });
      if (!answer.ok) throw new Error(await answer.text());
      await answer.json();
      return performance.now() - start;
    },
    [`/api/${method}`, JSON.stringify(input)]
  );
}

/** From the last letter of a filter to the frame in which the number of runs found is another one. */
async function filtered(page: Page, index: number): Promise<number> {
  return page.evaluate(
    async (text) => {
      const field = document.querySelector<HTMLInputElement>('[data-search]')!;
      const found = () => document.querySelector('.screen')!.textContent!.match(/[\d\s]+ runs? found/)?.[0];
      const before = found();
      const start = performance.now();
      field.value = text;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      while (found() === before) await new Promise(requestAnimationFrame);
      return performance.now() - start;
    },
    `weights.bits <= ${(index % 6) + 2} and top1 > 0.3${index}`
  );
}

/**
 * Scrolls 120 pixels a frame, for two seconds at 60 frames a second: how long a frame of the screen took, and how much of it the
 * page's own thread computed (in processor time, which other programs do not lengthen).
 */
async function scrolled(page: Page): Promise<Measured[]> {
  await page.evaluate(() => {
    const field = document.querySelector<HTMLInputElement>('[data-search]')!;
    field.value = '';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await page.waitForTimeout(1000);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busySeconds = async () =>
    (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')!.value;
  const before = await busySeconds();
  const frames = await page.evaluate(async () => {
    const scroller = document.querySelector('tr[data-row]')!.closest('table')!.parentElement!;
    const times: number[] = [];
    let last = await new Promise<number>(requestAnimationFrame);
    for (let frame = 0; frame < 120; frame++) {
      scroller.scrollTop += 120;
      const now = await new Promise<number>(requestAnimationFrame);
      times.push(now - last);
      last = now;
    }
    return times;
  });
  const busyMs = (1000 * ((await busySeconds()) - before)) / frames.length;
  const frame = 1000 / 60;
  return [
    { ...row('a frame of scrolling, by the clock', frames, frame + 0.1), always: true },
    { ...row('a frame of scrolling, computing', [busyMs], frame), always: true }
  ];
}
