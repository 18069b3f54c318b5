import { expect, test } from 'vitest';
import { mcNemarExact } from '../../src/main/numeric/statistics.ts';
import { experimentFile, preparedBench, type Bench } from './notebook-fixture.ts';

/** Right or wrong for each sample, from the predictions that a person sees. */
async function rightSamples({ call }: Bench, id: string): Promise<Set<number>> {
  const { rows } = await call('runs.predictions', { id, limit: 500 });
  return new Set(rows.filter((row) => row.prediction === row.label).map((row) => row.sample));
}

test('a comparison shows only what differs and tests every pair on the same samples', async () => {
  const prepared = await preparedBench();
  const { call, queue } = prepared;
  const { id } = await call('experiments.run', { file: experimentFile() });
  await queue.idle();
  const { runs } = await call('experiments.get', { id });
  const [a, b, c] = [runs[1]!, runs[3]!, runs[7]!];
  const comparison = await call('runs.compare', { ids: [a.id, b.id, c.id] });
  expect(comparison.differences).toEqual([
    { path: 'model', values: ['net-a', 'net-a', 'net-b'] },
    { path: 'activations.bits', values: [8, 2, 2] },
    { path: 'weights.bits', values: [8, 2, 2] }
  ]);
  expect(comparison.pairs.map((pair) => [pair.a, pair.b])).toEqual([
    [a.id, b.id],
    [a.id, c.id],
    [b.id, c.id]
  ]);
  const rightA = await rightSamples(prepared, a.id);
  const rightB = await rightSamples(prepared, b.id);
  const [pair] = comparison.pairs;
  expect(pair!.onlyA).toBe([...rightA].filter((sample) => !rightB.has(sample)).length);
  expect(pair!.onlyB).toBe([...rightB].filter((sample) => !rightA.has(sample)).length);
  expect(pair!.onlyA).toBeGreaterThan(0);
  expect(pair!.difference).toBeCloseTo(b.top1!.value - a.top1!.value, 12);
  expect(pair!.pValue).toBe(mcNemarExact(pair!.onlyA, pair!.onlyB));
});

test('runs on other samples are not compared pairwise', async () => {
  const { call, queue, computer } = await preparedBench();
  const fewer = experimentFile({
    name: 'Fewer',
    data: { ...experimentFile().data, samples: 50 },
    models: ['net-a']
  });
  const all = await call('experiments.run', { file: experimentFile({ models: ['net-a'] }) });
  const some = await call('experiments.run', { file: fewer });
  await queue.idle();
  const first = (await call('experiments.get', { id: all.id })).runs;
  const second = (await call('experiments.get', { id: some.id })).runs;
  await expect(call('runs.compare', { ids: [first[0]!.id, second[0]!.id] })).rejects.toMatchObject({
    code: 'RUNS_NOT_COMPARABLE',
    details: { reason: 'they were evaluated on different samples' }
  });
  const three = await call('runs.compare', { ids: [first[0]!.id, second[0]!.id, first[1]!.id] });
  expect(three.pairs).toHaveLength(1);
  expect(three.differences.find((each) => each.path === 'samples')?.values).toEqual([200, 50, 200]);

  computer.before = () => Promise.reject(new Error('broken'));
  const broken = await call('experiments.run', { file: experimentFile({ name: 'Broken', seeds: [3] }) });
  await queue.idle();
  const failed = (await call('experiments.get', { id: broken.id })).runs.find(
    (run) => run.status === 'failed'
  )!;
  await expect(call('runs.compare', { ids: [first[0]!.id, failed.id] })).rejects.toMatchObject({
    code: 'RUNS_NOT_COMPARABLE'
  });
  await expect(call('runs.predictions', { id: failed.id })).rejects.toMatchObject({
    code: 'RUN_NOT_FINISHED'
  });
  await expect(call('runs.replay', { id: failed.id })).rejects.toMatchObject({ code: 'RUN_NOT_FINISHED' });
  await expect(call('runs.compare', { ids: [first[0]!.id, 'none'] })).rejects.toMatchObject({
    code: 'RUN_NOT_FOUND'
  });
});
