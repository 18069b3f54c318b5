import { copyFileSync, linkSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { ExperimentDetails } from '../../src/contract/index.ts';
import {
  copyNotebook,
  makeSampleNotebook,
  recordTransitions,
  runsOf,
  temporaryFolder,
  transitionsOf
} from './notebook-on-disk.ts';
import type { RunRow } from './notebook-on-disk.ts';
import { childrenOf, isGone, launcher, startNode, startProgram, until } from './processes.ts';
import type { Program } from './processes.ts';

/*
 * The demo's experiment on fewer pictures and bit widths, killed in the middle by SIGKILL, which no process can answer.
 * SQLite records every change of a run's status by a trigger, so that computations can be counted.
 */
const { folder, remove } = temporaryFolder('killed');
const template = join(folder, 'template');
const design = join(folder, 'design.yaml');
const name = 'Killed in the middle';
const total = 12;
let reference: Map<string, Result>;

interface Result {
  readonly logits: string | null;
  readonly predicted: string | null;
  readonly metrics: string | null;
}

const start = (notebook: string, ...words: string[]): Program =>
  startProgram([...words, '--json', '--notebook', notebook]);

beforeAll(async () => {
  const file = parse(
    readFileSync(join(import.meta.dirname, '../../resources/experiments/which-loss.yaml'), 'utf8')
  ) as { data: object };
  const bits = [8, 4, 2];
  const data = { ...file.data, samples: 100, calibrationSamples: 32 };
  const factors = { 'weights.bits': bits, 'activations.bits': bits };
  writeFileSync(design, stringify({ ...file, name, data, factors }));
  await makeSampleNotebook(template);

  const uninterrupted = copyNotebook(template, join(folder, 'uninterrupted'));
  expect(await start(uninterrupted, 'experiment', 'run', design).ended).toMatchObject({ code: 0 });
  reference = resultsOf(uninterrupted);
  expect(reference.size).toBe(total);
}, 240_000);
afterAll(remove);

function notebookToKill(title: string): string {
  const notebook = copyNotebook(template, join(folder, title));
  recordTransitions(notebook);
  return notebook;
}

/** What every finished run found, by what it computed. */
function resultsOf(notebook: string): Map<string, Result> {
  return new Map(
    finishedOf(notebook).map((run) => [
      `${run.model} ${run.configuration_hash}`,
      { logits: run.logits_hash, predicted: run.predicted_hash, metrics: run.metrics }
    ])
  );
}

const finishedOf = (notebook: string): RunRow[] =>
  runsOf(notebook).filter((run) => run.status === 'finished');

const finishedAtLeast = (notebook: string, count: number) =>
  until(`${count} runs were finished`, () => finishedOf(notebook).length >= count);

/** The process that computes for a program that keeps a notebook. */
const runnerOf = (program: Program) => until('a runner was started', () => childrenOf(program.id)[0] ?? null);

/** The run that stands as running once nothing moves any more. */
async function steadyRun(notebook: string): Promise<string> {
  let steady = 0;
  let last: string | null = null;
  while (last === null || steady < 20) {
    await setTimeout(50);
    const running: string | null = runsOf(notebook).find((run) => run.status === 'running')?.id ?? null;
    steady = running === last ? steady + 1 : 0;
    last = running;
  }
  return last;
}

async function shown(notebook: string): Promise<ExperimentDetails> {
  const { code, stdout } = await start(notebook, 'experiment', 'show', name).ended;
  expect(code).toBe(0);
  return JSON.parse(stdout) as ExperimentDetails;
}

/** What was computed before stands as it stood, and was not computed again. */
function expectKept(before: readonly RunRow[], notebook: string): void {
  const after = new Map(runsOf(notebook).map((run) => [run.id, run]));
  for (const run of before) expect(after.get(run.id)).toEqual(run);
}

function expectComplete(notebook: string): void {
  expect(runsOf(notebook)).toHaveLength(total);
  expect(resultsOf(notebook)).toEqual(reference);
  for (const [id, statuses] of transitionsOf(notebook)) {
    const count = (status: string) => statuses.filter((each) => each === status).length;
    expect({ id, finished: count('finished'), last: statuses.at(-1) }).toEqual({
      id,
      finished: 1,
      last: 'finished'
    });
  }
}

async function expectSound(notebook: string): Promise<void> {
  const { code, stdout } = await start(notebook, 'verify').ended;
  expect(JSON.parse(stdout)).toMatchObject({ sound: true, problems: [] });
  expect(code).toBe(0);
}

describe.skipIf(process.platform === 'win32')('killed', { timeout: 240_000 }, () => {
  test('the runner: one run stops, the experiment goes on, and resuming computes only that run', async () => {
    const notebook = notebookToKill('runner');
    const program = start(notebook, 'experiment', 'run', design);
    await finishedAtLeast(notebook, 3);
    const runner = await runnerOf(program);
    // Stopped first, so that it is certain which run it computes when it dies.
    process.kill(runner, 'SIGSTOP');
    const victim = await steadyRun(notebook);
    process.kill(runner, 'SIGKILL');
    const next = await until('another runner was started', () => {
      const [child] = childrenOf(program.id);
      return child !== undefined && child !== runner ? child : null;
    });
    expect(isGone(runner)).toBe(true);

    const { code, stdout, stderr } = await program.ended;
    expect(code).toBe(1);
    expect(stderr).toContain('The computing process ended unexpectedly (signal SIGKILL). [RUNNER_CRASHED]');
    expect(stderr).toContain(`Resume with: bitlab experiment resume "${name}"`);
    const details = JSON.parse(stdout) as ExperimentDetails;
    expect(details).toMatchObject({
      status: 'interrupted',
      counts: { total, finished: total - 1, interrupted: 1, failed: 0 }
    });
    const stopped = details.runs.filter((run) => run.status !== 'finished');
    expect(stopped).toMatchObject([{ id: victim, error: { code: 'RUNNER_CRASHED' } }]);
    expect(isGone(next)).toBe(true);

    const before = finishedOf(notebook);
    const resumed = await start(notebook, 'experiment', 'resume', name).ended;
    expect(resumed.code).toBe(0);
    expectKept(before, notebook);
    expectComplete(notebook);
    const once = ['queued', 'running', 'finished'];
    for (const [id, statuses] of transitionsOf(notebook))
      expect(statuses).toEqual(id === victim ? ['queued', 'running', 'interrupted', ...once] : once);
    await expectSound(notebook);
  });

  test('the program, twice: the runner ends by itself, nothing finished is lost or computed again', async () => {
    const notebook = notebookToKill('program');
    const first = start(notebook, 'experiment', 'run', design);
    await finishedAtLeast(notebook, 3);
    const firstRunner = await runnerOf(first);
    process.kill(first.id, 'SIGKILL');
    expect((await first.ended).code).toBe(null);
    await until('the runner ended by itself', () => isGone(firstRunner));

    // As it was left; opening makes interrupted what stood as running or waited.
    const left = runsOf(notebook);
    expect(left.filter((run) => run.status === 'running').length).toBeLessThanOrEqual(1);
    const kept = finishedOf(notebook);
    const details = await shown(notebook);
    expect(details).toMatchObject({
      status: 'interrupted',
      counts: { total, finished: kept.length, interrupted: total - kept.length, running: 0, queued: 0 }
    });
    expectKept(kept, notebook);

    // The second time its launcher, which another Node runs, as npm run does with the system's Node.
    const otherNode = join(folder, 'other-node');
    try {
      linkSync(process.execPath, otherNode);
    } catch {
      copyFileSync(process.execPath, otherNode);
    }
    const words = [launcher, 'experiment', 'resume', name, '--notebook', notebook];
    const second = startNode(otherNode, words);
    await finishedAtLeast(notebook, kept.length + 3);
    const [program] = childrenOf(second.id);
    const [secondRunner] = childrenOf(program!);
    process.kill(second.id, 'SIGKILL');
    await second.ended;
    await until('the program ended with its launcher', () => isGone(program!));
    await until('the runner ended with the program', () => isGone(secondRunner!));
    const keptNow = finishedOf(notebook);
    expect(keptNow.length).toBeLessThan(total);
    expectKept(kept, notebook);

    const third = await start(notebook, 'experiment', 'resume', name).ended;
    expect(third.code).toBe(0);
    expect(JSON.parse(third.stdout)).toMatchObject({ status: 'finished', counts: { finished: total } });
    expectKept(keptNow, notebook);
    expectComplete(notebook);

    // Each was computed once; but for the runs, two at most, during which the program was killed.
    const starts = [...transitionsOf(notebook).values()].map(
      (statuses) => statuses.filter((status) => status === 'running').length
    );
    expect(starts.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(total + 2);
    expect(Math.max(...starts)).toBeLessThanOrEqual(3);
    await expectSound(notebook);
  });

  test('a finished experiment that is resumed or run again computes nothing', async () => {
    const notebook = join(folder, 'uninterrupted');
    const before = runsOf(notebook);
    for (const words of [
      ['experiment', 'resume', name],
      ['experiment', 'run', design]
    ])
      expect(await start(notebook, ...words).ended).toMatchObject({ code: 0 });
    expect(runsOf(notebook)).toEqual(before);
  });
});
