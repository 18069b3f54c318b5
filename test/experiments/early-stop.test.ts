import { expect, test } from 'vitest';
import { Configuration, type Run } from '../../src/contract/index.ts';
import { sparedRuns } from '../../src/main/experiments/early-stop.ts';
import { tInterval } from '../../src/main/numeric/statistics.ts';
import { experimentFile, preparedBench } from './notebook-fixture.ts';

const rule = { metric: 'top1', halfWidth: 0.02, leastSeeds: 3 };

/** Runs of one configuration, seed after seed; null is one that is not computed yet, NaN one that failed. */
function repeats(values: readonly (number | null)[], bits = 8): Run[] {
  return values.map((top1, seed) => {
    const failed = top1 !== null && Number.isNaN(top1);
    return {
      id: `${bits}-${seed}`,
      status: failed ? 'failed' : top1 === null ? 'queued' : 'finished',
      modelId: 'm',
      dataset: 'd',
      samples: 100,
      configuration: Configuration.parse({ weights: { bits }, seed }),
      metrics: top1 === null || failed ? {} : { top1 }
    } as unknown as Run;
  });
}

const ids = (runs: readonly Run[]) => runs.map((run) => run.id);

test('repeats stop at the first seed after which the interval is narrow enough', () => {
  // t = 4.303 at 3 values, 3.182 at 4: half widths 0.0249 and 0.0130.
  const runs = repeats([0.5, 0.51, 0.52, 0.51, null, null]);
  const { mean, high } = tInterval([0.5, 0.51, 0.52]);
  expect(high! - mean).toBeCloseTo((4.303 * 0.01) / Math.sqrt(3), 4);
  expect(ids(sparedRuns(runs, rule))).toEqual(['8-4', '8-5']);
  expect(sparedRuns(repeats([0.5, 0.51, 0.52, null]), rule)).toEqual([]);
});

test('few seeds that agree do not stop before there are enough of them', () => {
  expect(sparedRuns(repeats([0.5, 0.5, null, null]), rule)).toEqual([]);
  expect(ids(sparedRuns(repeats([0.5, 0.5, 0.5, null]), rule))).toEqual(['8-3']);
});

test('what was known already does not change where repeats stop', () => {
  expect(ids(sparedRuns(repeats([0.5, 0.5, 0.5, 0.9, 0.1]), rule))).toEqual(['8-3', '8-4']);
  // A gap cannot be looked over: the seed before decides first.
  expect(sparedRuns(repeats([0.5, null, 0.5, 0.5]), rule)).toEqual([]);
});

test('a failed run counts for nothing, and groups are judged each for itself', () => {
  const runs = [...repeats([0.5, NaN, 0.5, 0.5, null]), ...repeats([0.4, 0.6, 0.5, null], 4)];
  expect(ids(sparedRuns(runs, rule))).toEqual(['8-4']);
});

test('an experiment leaves out what it does not need, says so, and can be resumed and run again', async () => {
  const { call, queue, computer, notebook } = await preparedBench();
  const file = experimentFile({
    name: 'Noisy',
    models: ['net-a', 'net-b'],
    fixed: { arithmetic: 'accelerator', accelerator: { noise: { output: 0.3 } } },
    factors: {},
    zip: [],
    seeds: Array.from({ length: 12 }, (_, seed) => seed)
  });
  file.stopEarly = { metric: 'top1', halfWidth: 0.03, leastSeeds: 3 };
  const { id } = await call('experiments.run', { file });
  await queue.idle();
  const details = await call('experiments.get', { id });
  expect(details.status).toBe('finished');
  expect(details.spared).toBeGreaterThan(0);
  expect(details.runs).toHaveLength(26 - details.spared);
  expect(details.counts.total).toBe(details.runs.length);
  // What was left out was never computed and is not in the notebook.
  expect(computer.computed).toHaveLength(details.runs.length);
  expect(await call('runs.list', {})).toHaveLength(details.runs.length);
  for (const model of ['net-a', 'net-b']) {
    const values = details.runs
      .filter((run) => run.model === model && !run.baseline)
      .map((run) => run.metrics['top1']!);
    const interval = tInterval(values);
    expect(values.length).toBeLessThan(12);
    expect(interval.high! - interval.mean).toBeLessThanOrEqual(0.03);
    if (values.length === 3) continue;
    const before = tInterval(values.slice(0, -1));
    expect(before.high! - before.mean).toBeGreaterThan(0.03);
  }

  // The same file again is the same experiment with the same runs, and nothing is computed.
  await call('experiments.run', { file });
  await queue.idle();
  const again = await call('experiments.get', { id });
  expect(again.runs.map((run) => run.id)).toEqual(details.runs.map((run) => run.id));
  expect(again.spared).toBe(details.spared);
  expect(computer.computed).toHaveLength(details.runs.length);
  expect(await notebook.verify()).toMatchObject({ sound: true });
});

test('stopped in the middle, an experiment ends with the same runs', async () => {
  const noisy = (name: string) => ({
    ...experimentFile({
      name,
      models: ['net-a'],
      fixed: { arithmetic: 'accelerator', accelerator: { noise: { output: 0.3 } } },
      factors: {},
      zip: [],
      seeds: Array.from({ length: 10 }, (_, seed) => seed)
    }),
    stopEarly: { metric: 'top1', halfWidth: 0.03, leastSeeds: 3 }
  });
  const whole = await preparedBench();
  const { id } = await whole.call('experiments.run', { file: noisy('Whole') });
  await whole.queue.idle();
  const seeds = (await whole.call('experiments.get', { id })).runs.map((run) => run.seed);

  const cut = await preparedBench();
  const reached = Promise.withResolvers<void>();
  cut.computer.before = async (_job, signal) => {
    if (cut.computer.computed.length < 2) return;
    reached.resolve();
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  };
  const started = await cut.call('experiments.run', { file: noisy('Cut') });
  await reached.promise;
  await cut.call('experiments.cancel', { id: started.id });
  cut.computer.before = () => undefined;
  await cut.call('experiments.resume', { id: started.id });
  await cut.queue.idle();
  const resumed = await cut.call('experiments.get', { id: started.id });
  expect(resumed.status).toBe('finished');
  expect(resumed.runs.map((run) => run.seed)).toEqual(seeds);
});

test('means over seeds are exported with deviation, number and interval', async () => {
  const { call, queue } = await preparedBench();
  const file = experimentFile({
    models: ['net-a'],
    fixed: { arithmetic: 'accelerator', accelerator: { noise: { output: 0.3 } } },
    factors: { 'weights.bits': [8, 4] },
    zip: [],
    seeds: [0, 1, 2, 3],
    baseline: false
  });
  const { id } = await call('experiments.run', { file });
  await queue.idle();
  const { runs } = await call('experiments.get', { id });
  const { text } = await call('exports.runs', { experimentId: id, shape: 'repeats', format: 'json' });
  const rows = (JSON.parse(text) as Record<string, unknown>[]).filter((row) => row['metric'] === 'top1');
  expect(rows.map((row) => row['weights.bits'])).toEqual([8, 4]);
  for (const row of rows) {
    const values = runs
      .filter((run) => run.configuration.weights.bits === row['weights.bits'])
      .map((run) => run.metrics['top1']!);
    const { mean, standardDeviation, low, high } = tInterval(values);
    expect(row).toMatchObject({ n: 4, mean, standard_deviation: standardDeviation, low, high });
    expect(row['seeds']).toBe('0 1 2 3');
  }
});
