import { expect, test } from 'vitest';
import { mcNemarExact, pairedDifference, wilsonInterval } from '../../src/main/numeric/statistics.ts';
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
  expect(pair).toMatchObject(pairedDifference(pair!.onlyA, pair!.onlyB, 200));
});

test('classes are compared with a reference, whichever run it is', async () => {
  const prepared = await preparedBench();
  const { call, queue } = prepared;
  const { id } = await call('experiments.run', { file: experimentFile() });
  await queue.idle();
  const { runs } = await call('experiments.get', { id });
  const [a, b] = [runs[1]!.id, runs[3]!.id];
  const { rows } = await call('runs.predictions', { id: a, limit: 500 });
  const [rightA, rightB] = [await rightSamples(prepared, a), await rightSamples(prepared, b)];
  const ofClass = (label: number, fits: (sample: number) => boolean) =>
    rows.filter((row) => row.label === label && fits(row.sample)).length;

  const found = await call('runs.classes', { ids: [a, b], reference: b });
  expect(found.classNames).toEqual(['no', 'yes']);
  expect(found.runs.map((run) => run.id)).toEqual([a, b]);
  for (const label of [0, 1]) {
    expect(found.samples[label]).toBe(ofClass(label, () => true));
    const onlyReference = ofClass(label, (sample) => rightB.has(sample) && !rightA.has(sample));
    const onlyRun = ofClass(label, (sample) => rightA.has(sample) && !rightB.has(sample));
    expect(found.runs[0]!.onlyReference[label]).toBe(onlyReference);
    expect(found.runs[0]!.onlyRun[label]).toBe(onlyRun);
    expect(found.runs[0]!.pValue[label]).toBe(mcNemarExact(onlyReference, onlyRun));
    const { low, high } = wilsonInterval(found.runs[0]!.right[label]!, found.samples[label]!);
    expect([found.runs[0]!.low[label], found.runs[0]!.high[label]]).toEqual([low, high]);
  }
  expect(found.runs[0]!.right.reduce((sum, count) => sum + count)).toBe(rightA.size);
  expect(found.runs[0]!.onlyRun.reduce((sum, count) => sum + count)).toBeGreaterThan(0);
  expect(found.runs[1]).toMatchObject({ onlyReference: [0, 0], onlyRun: [0, 0], adjusted: [1, 1] });
  await expect(call('runs.classes', { ids: [a], reference: b })).rejects.toMatchObject({
    code: 'REQUEST_INVALID'
  });
});

test('samples that runs disagree about come by kind, by label and page by page', async () => {
  const prepared = await preparedBench();
  const { call, queue } = prepared;
  const { id } = await call('experiments.run', { file: experimentFile() });
  await queue.idle();
  const { runs } = await call('experiments.get', { id });
  const ids = [runs[1]!.id, runs[3]!.id, runs[7]!.id];
  const right = await Promise.all(ids.map((each) => rightSamples(prepared, each)));
  const samples = Array.from({ length: 200 }, (_, sample) => sample);
  const lost = samples.filter((at) => right[0]!.has(at) && right.some((each) => !each.has(at)));
  const gained = samples.filter((at) => !right[0]!.has(at) && right.some((each) => each.has(at)));
  const ask = { ids, reference: ids[0]! };

  const all = await call('runs.disagreements', { ...ask, limit: 100 });
  // Of two classes, those who are all wrong say the same.
  expect(all.counts).toEqual({
    any: lost.length + gained.length,
    lost: lost.length,
    gained: gained.length,
    wrong: 0
  });
  expect(gained.length).toBeGreaterThan(1);
  const some = await call('runs.disagreements', { ...ask, kind: 'gained', offset: 1, limit: 3 });
  expect(some.rows.map((row) => row.sample)).toEqual(gained.slice(1, 4));
  for (const row of some.rows) {
    for (const [index, answer] of row.answers.entries()) {
      const { rows } = await call('runs.predictions', { id: ids[index]!, limit: 500 });
      const same = rows.find(({ sample }) => sample === row.sample)!;
      expect(row.label).toBe(same.label);
      expect(answer.prediction).toBe(same.prediction);
      expect(answer.probability).toBeCloseTo(same.top[0]!.probability, 12);
    }
  }
  const pair = await call('runs.disagreements', { ...ask, against: ids[1]!, kind: 'lost', limit: 100 });
  expect(pair.rows.map((row) => row.sample)).toEqual(
    samples.filter((at) => right[0]!.has(at) && !right[1]!.has(at))
  );
  const yes = await call('runs.disagreements', { ...ask, label: 1, limit: 100 });
  expect(yes.rows.map((row) => row.sample)).toEqual(
    all.rows.filter((row) => row.label === 1).map((row) => row.sample)
  );
  expect(yes.counts.any).toBe(yes.rows.length);
});

test('layers are compared as numbers, and a float run has none', async () => {
  const { call, queue } = await preparedBench();
  const { id } = await call('experiments.run', { file: experimentFile({ models: ['net-a'] }) });
  await queue.idle();
  const ids = (await call('experiments.get', { id })).runs.map((run) => run.id);
  const { runs, layers, quantities } = await call('runs.layers', { ids });
  expect([runs, layers]).toEqual([ids, ['dense']]);
  expect(quantities.weightBits).toEqual([[null, 8, 4, 2]]);
  expect(quantities.outputSqnrDb).toEqual([[null, null, null, null]]);
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
  const other = { ids: [first[0]!.id, second[0]!.id], reference: first[0]!.id };
  expect((await call('runs.compare', { ids: other.ids })).pairs).toEqual([]);
  expect((await call('runs.classes', other)).runs).toHaveLength(1);
  expect(await call('runs.disagreements', other)).toMatchObject({ runs: [first[0]!.id], rows: [] });
  await expect(call('runs.compare', { ids: [first[0]!.id, first[0]!.id] })).rejects.toMatchObject({
    code: 'RUNS_NOT_COMPARABLE'
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
  expect(await call('runs.compare', { ids: [first[0]!.id, failed.id] })).toMatchObject({
    runs: [{ status: 'finished' }, { status: 'failed' }],
    pairs: []
  });
  await expect(
    call('runs.classes', { ids: [first[0]!.id, failed.id], reference: failed.id })
  ).rejects.toMatchObject({ code: 'RUN_NOT_FINISHED' });
  await expect(call('runs.predictions', { id: failed.id })).rejects.toMatchObject({
    code: 'RUN_NOT_FINISHED'
  });
  await expect(call('runs.replay', { id: failed.id })).rejects.toMatchObject({ code: 'RUN_NOT_FINISHED' });
  await expect(call('runs.compare', { ids: [first[0]!.id, 'none'] })).rejects.toMatchObject({
    code: 'RUN_NOT_FOUND'
  });
});
