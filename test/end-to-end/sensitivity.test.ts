import Database from 'better-sqlite3';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExperimentFile } from '../../src/contract/index.ts';
import type { BitChoices, SensitivityDetails } from '../../src/contract/index.ts';
import { parse } from 'yaml';
import { copyNotebook, makeSampleNotebook, temporaryFolder } from './notebook-on-disk.ts';
import { childrenOf, startProgram, until } from './processes.ts';

/*
 * The command line, from measuring to an experiment, on a sample network with few pictures; and what is left where its process
 * is killed by SIGKILL, which no process can answer.
 */
const { folder, remove } = temporaryFolder('sensitivity');
const template = join(folder, 'template');
const measuring = [
  ...['sensitivity', 'run', '--model', 'resnet18-label-smoothing', '--data', 'shapes10-calib'],
  ...['--samples', '40', '--calibration-samples', '16', '--only', 'weights', '--bits', '4,2']
];

beforeAll(() => makeSampleNotebook(template), 120_000);
afterAll(remove);

const inNotebook =
  (notebook: string) =>
  (...words: string[]) =>
    startProgram([...words, '--notebook', notebook]);

/** Measures that stand in the file. */
function measuresIn(notebook: string): { unit: string; bits: number; logits_error: number }[] {
  const database = new Database(join(notebook, 'notebook.sqlite'), { readonly: true, timeout: 5000 });
  try {
    return database
      .prepare<[], { unit: string; bits: number; logits_error: number }>(
        'SELECT unit, bits, logits_error FROM sensitivity_measures ORDER BY unit, bits'
      )
      .all();
  } finally {
    database.close();
  }
}

describe('sensitivities on the command line', () => {
  let notebook: string;
  const start = (...words: string[]) => inNotebook(notebook)(...words);

  beforeAll(async () => {
    notebook = copyNotebook(template, join(folder, 'measured'));
    const { code, stdout, stderr } = await start(...measuring, '--json').ended;
    expect(stderr).toContain('42 of 42 measures');
    expect(code).toBe(0);
    const details = JSON.parse(stdout) as SensitivityDetails;
    expect(details).toMatchObject({ status: 'finished', done: 42, total: 42, subjects: ['weights'] });
  }, 120_000);

  test('what is measured is shown, the most sensitive layer first, listed and exported', async () => {
    const shown = await start('sensitivity', 'show', 'resnet18-label-smoothing').ended;
    expect(shown.code).toBe(0);
    const rows = shown.stdout.split('\n').filter((line) => line.startsWith('/'));
    expect(rows).toHaveLength(21);
    const losses = rows.map((row) => Number(row.trim().split(/\s+/).at(-2)));
    expect(losses.toSorted((a, b) => a - b)).toEqual(losses);
    expect((await start('sensitivity', 'list').ended).stdout).toContain('42 of 42');
    const file = join(folder, 'sensitivity.csv');
    expect((await start('export', 'sensitivity', 'resnet18-label-smoothing', '--out', file).ended).code).toBe(
      0
    );
    expect(readFileSync(file, 'utf8').trimEnd().split('\r\n')).toHaveLength(43);
  });

  test('the same again computes nothing', async () => {
    const before = measuresIn(notebook);
    const { code, stderr } = await start(...measuring).ended;
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/\b2 of 42/);
    expect(measuresIn(notebook)).toEqual(before);
  });

  test('bits are chosen, and an impossible budget names the smallest', async () => {
    const chosen = await start('bits', 'choose', 'resnet18-label-smoothing', '--average', '3', '--json')
      .ended;
    const { choices } = JSON.parse(chosen.stdout) as BitChoices;
    expect(choices[0]!.averageBits).toBeLessThanOrEqual(3);
    expect(choices[0]!.averageBits).toBeGreaterThan(2.9);
    const refused = await start('bits', 'choose', 'resnet18-label-smoothing', '--average', '1.5').ended;
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('the smallest possible is a mean of 2 bits for a weight');
    const both = await start('bits', 'choose', 'resnet18-label-smoothing').ended;
    expect(both).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Give one of --average') as string
    });
  });

  test('chosen bits are written as an experiment file, or run', async () => {
    const words = ['bits', 'run', 'resnet18-label-smoothing', '--average', '3', '--data', 'shapes10-test'];
    const file = join(folder, 'mixed.yaml');
    expect((await start(...words, '--samples', '100', '--out', file).ended).code).toBe(0);
    expect(existsSync(file)).toBe(true);
    const written = ExperimentFile.parse(parse(readFileSync(file, 'utf8')));
    expect(written.factors['weights.bits']).toEqual([4, 2, 3]);
    expect(Object.keys(written.factors['layers']!.at(-1) as object)).toHaveLength(21);
    const run = await start(...words, '--samples', '100', '--no-uniform', '--json').ended;
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ counts: { total: 2, finished: 2 } });
    const details = JSON.parse(
      (await start('sensitivity', 'show', 'resnet18-label-smoothing', '--json').ended).stdout
    ) as SensitivityDetails;
    expect(details.experiments).toHaveLength(1);
  });
});

test.each(['the program', 'the runner'] as const)(
  '%s is killed: the notebook is sound, what was measured stays, and the rest can be measured',
  async (victim) => {
    const notebook = copyNotebook(template, join(folder, victim.replace(' ', '-')));
    const start = inNotebook(notebook);
    const program = start(...measuring);
    await until('ten measures were stored', () => measuresIn(notebook).length >= 10);
    process.kill(victim === 'the program' ? program.id : childrenOf(program.id)[0]!, 'SIGKILL');
    const { code, stderr } = await program.ended;
    expect(code).not.toBe(0);
    if (victim === 'the runner') expect(stderr).toContain('RUNNER_CRASHED');
    const kept = measuresIn(notebook);
    expect(kept.length).toBeGreaterThanOrEqual(10);
    expect(kept.length).toBeLessThan(42);
    expect((await start('verify').ended).code).toBe(0);
    const unfinished = await start('bits', 'choose', 'resnet18-label-smoothing', '--average', '3').ended;
    expect(unfinished.stderr).toContain('SENSITIVITY_UNFINISHED');
    expect((await start('sensitivity', 'resume', 'resnet18-label-smoothing').ended).code).toBe(0);
    const all = measuresIn(notebook);
    expect(all).toHaveLength(42);
    for (const measure of kept) expect(all).toContainEqual(measure);
  }
);
