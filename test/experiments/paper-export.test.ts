import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { latexTable } from '../../src/main/experiments/exports/latex-table.ts';
import { texText } from '../../src/main/experiments/exports/tex-text.ts';
import { experimentFile, preparedBench, temporaryFolder } from './notebook-fixture.ts';

const noLatex =
  spawnSync('pdflatex', ['--version']).status !== 0 ||
  spawnSync('kpsewhich', ['siunitx.sty', 'booktabs.sty']).status !== 0;

async function finished(changes: Parameters<typeof experimentFile>[0] = {}) {
  const prepared = await preparedBench();
  const { id } = await prepared.call('experiments.run', { file: experimentFile(changes) });
  await prepared.queue.idle();
  return { ...prepared, id };
}

/** What pdflatex says of a body, or null where it compiles. */
function complaintOf(body: string): string | null {
  const folder = join(temporaryFolder(), 'paper');
  mkdirSync(folder);
  const document = [
    '\\documentclass{article}',
    '\\usepackage[T1]{fontenc}',
    '\\usepackage[utf8]{inputenc}',
    '\\usepackage{booktabs,siunitx}',
    '\\begin{document}',
    body,
    '\\end{document}'
  ];
  writeFileSync(join(folder, 'paper.tex'), document.join('\n'));
  const { status, stdout } = spawnSync(
    'pdflatex',
    ['-interaction=nonstopmode', '-halt-on-error', 'paper.tex'],
    {
      cwd: folder,
      encoding: 'utf8'
    }
  );
  return status === 0 ? null : stdout.slice(-1500);
}

const mean = (value: number, deviation: number | null, n: number) => ({
  n,
  mean: value,
  deviation,
  low: null,
  high: null
});
const top1 = { title: 'Top-1', unit: '%', better: 'higher', decimals: 2, factor: 100 } as const;

test('the best is bold by what is printed, in its direction, and floats do not compete', () => {
  const table = latexTable({
    keys: [{ title: 'Model', numeric: false }],
    metrics: [top1, { title: 'Cross-entropy', unit: 'nat', better: 'lower', decimals: 3, factor: 1 }],
    rows: [
      { keys: ['float'], competes: false, means: [mean(0.99, null, 1), mean(0.1, null, 1)] },
      { keys: ['a_b'], competes: true, means: [mean(0.90001, 0.0102, 3), mean(0.5, 0.01, 3)] },
      { keys: ['c & d'], competes: true, means: [mean(0.90004, 0.02, 3), mean(0.25, null, 1)] },
      { keys: ['none'], competes: true, means: [null, null] }
    ],
    caption: 'Losses: 50 % of it',
    label: 'tab:losses',
    comments: ['from\nruns']
  });
  const rows = table.split('\n').filter((line) => line.endsWith('\\\\'));
  expect(rows[0]).toContain('Top-1 (\\%) $\\uparrow$ (n)');
  expect(rows[0]).toContain('Cross-entropy (nat) $\\downarrow$ (n)');
  expect(rows.slice(1).map((row) => row.trim())).toEqual([
    'float & 99.00 & & & (1) & 0.100 & & & (1) \\\\',
    'a\\_b & \\bfseries 90.00 & $\\pm$ & 1.02 & (3) & 0.500 & $\\pm$ & 0.010 & (3) \\\\',
    'c \\& d & \\bfseries 90.00 & $\\pm$ & 2.00 & (3) & \\bfseries 0.250 & & & (1) \\\\',
    'none & {--} & & &  & {--} & & &  \\\\'
  ]);
  expect(table).toContain('\\label{tab:losses}');
  expect(table).toContain('\\caption{Losses: 50 \\% of it}');
  expect(table.startsWith('% from runs\n')).toBe(true);
});

test('the table of an experiment has its means, and says which runs they are of', async () => {
  const { call, id } = await finished({ seeds: [0, 1, 2], baseline: true });
  const { files, record } = await call('exports.make', {
    kind: 'latex',
    experimentId: id,
    metrics: ['top1', 'bops']
  });
  const [{ fileName, text }] = files as [(typeof files)[number]];
  expect(fileName).toBe('few-bits.tex');
  const runs = await call('runs.list', { experimentId: id });
  for (const run of runs) expect(text).toContain(`% ${' '.repeat(2)}${run.id} ${run.configurationHash}`);
  const { rows } = await call('runs.groups', {
    experimentId: id,
    by: ['model', 'weights.bits'],
    columns: ['model', 'weights.bits'],
    metrics: ['top1']
  });
  for (const { cells, means } of rows) {
    if (cells[1] === null) continue;
    const top = means[0]!;
    expect(text).toMatch(
      new RegExp(
        `${String(cells[0])} & ${String(cells[1])} & ${String(cells[1])} & (\\\\bfseries )?${(100 * top.mean).toFixed(2)} & \\$\\\\pm\\$ & ${(100 * top.deviation!).toFixed(2)} & \\(3\\)`
      )
    );
  }
  expect(record).toMatchObject({ format: 'bitlab-export/1', program: { version: '0.1.0-test' } });
  expect(record.runs).toHaveLength(runs.length);
});

test('an export is current until its runs are others, and can be made again to the byte', async () => {
  const { call, id } = await finished();
  for (const kind of ['runs', 'latex', 'methods', 'figure'] as const) {
    const made = await call('exports.make', { kind, experimentId: id });
    expect(await call('exports.check', { record: made.record })).toEqual({ state: 'current', reasons: [] });
    const again = await call('exports.make', made.record.request);
    expect(again.files).toEqual(made.files);
  }
  const { record } = await call('exports.make', { kind: 'runs', where: 'weights.bits <= 4' });
  const [run] = await call('runs.list', { where: 'weights.bits = 4' });
  await call('runs.remove', { ids: [run!.id] });
  expect(await call('exports.check', { record })).toEqual({
    state: 'stale',
    reasons: ['1 of its runs is not there any more.']
  });
  const other = await call('exports.make', { kind: 'runs', where: 'weights.bits <= 4' });
  await call('runs.restore', { ids: [run!.id] });
  expect(await call('exports.check', { record: other.record })).toEqual({
    state: 'stale',
    reasons: ['1 more run fits now.']
  });
  expect(await call('exports.check', { record })).toMatchObject({ state: 'current' });
});

test('the methods paragraph names what was set and cites what was used, and no more', async () => {
  const { call, id } = await finished({
    fixed: {
      weights: { rounding: 'gptq' },
      activations: { observer: 'entropy' },
      prepare: ['fold-batch-norm', 'cross-layer-equalization']
    }
  });
  const { files } = await call('exports.make', { kind: 'methods', experimentId: id });
  const [paragraph, bib] = files.map(({ text }) => text) as [string, string];
  expect(paragraph).toContain('We quantized the networks net-a and net-b after training with Bitlab');
  expect(paragraph).toContain('Weights had 8, 4 or 2 bits');
  expect(paragraph).toContain('by GPTQ~\\cite{frantar2023gptq}');
  expect(paragraph).toContain(
    'the least relative entropy~\\cite{migacz2017int8} on 20 samples of shapes-calib'
  );
  expect(paragraph).toContain('200 samples of shapes-test');
  const cited = [...paragraph.matchAll(/\\cite\{([^}]+)\}/g)].map(([, key]) => key!);
  const entries = [...bib.matchAll(/@\w+\{([^,]+),/g)].map(([, key]) => key!);
  expect(entries).toEqual([...new Set(cited)].sort());
  expect(bib).not.toContain('nagel2020adaround');
});

test('a crate describes each run as an action of Bitlab, and refers only to what it has', async () => {
  const { call, id } = await finished();
  const { files } = await call('exports.crate', { experimentId: id });
  const metadata = JSON.parse(files[0]!.text) as { '@graph': Record<string, unknown>[] };
  const graph = metadata['@graph'];
  const ids = graph.map((entity) => entity['@id']);
  expect(new Set(ids).size).toBe(ids.length);
  const referred: string[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (value !== null && typeof value === 'object') {
      const entries = Object.entries(value);
      if (entries.length === 1 && entries[0]![0] === '@id') referred.push(entries[0]![1] as string);
      else entries.forEach(([, inner]) => collect(inner));
    }
  };
  graph.forEach(collect);
  const known = new Set(ids);
  expect(referred.filter((each) => !known.has(each) && !/^https?:/.test(each))).toEqual([]);
  const actions = graph.filter((entity) => entity['@type'] === 'CreateAction');
  expect(actions).toHaveLength((await call('runs.list', { experimentId: id })).length);
  const parts = graph.find((entity) => entity['@id'] === './')!['hasPart'] as { '@id': string }[];
  expect(parts.map((part) => part['@id'])).toEqual(files.slice(1).map(({ fileName }) => fileName));
});

describe.skipIf(noLatex)('where LaTeX is installed', () => {
  test('tables and paragraphs compile', { timeout: 120_000 }, async () => {
    const { call, id } = await finished({
      seeds: [0, 1],
      name: 'A % of "50_bits" & more ~ {x} \\y <z> | ± #1 $2 ^3'
    });
    const table = await call('exports.make', {
      kind: 'latex',
      experimentId: id,
      metrics: ['top1', 'crossEntropy', 'bops']
    });
    const methods = await call('exports.make', { kind: 'methods', experimentId: id });
    expect(complaintOf([table.files[0]!.text, methods.files[0]!.text].join('\n\n'))).toBeNull();
  });

  test('any text compiles once it is escaped', { timeout: 120_000 }, () => {
    const characters = fc.constantFrom(...'\\{}$&#_%~^<>|"±−×≤≥… abcäöü0123.-\'`'.split(''));
    const texts = fc.sample(fc.string({ unit: characters, minLength: 1, maxLength: 40 }), {
      numRuns: 60,
      seed: 7
    });
    expect(complaintOf(texts.map((text) => `x${texText(text)}x\n\n`).join(''))).toBeNull();
  });
});
