import { expect, test } from 'vitest';
import { pairedDifference, tInterval } from '../../src/main/numeric/statistics.ts';
import { experimentFile, preparedBench } from './notebook-fixture.ts';

const hardware = (changes: Record<string, unknown> = {}) => ({
  arithmetic: 'accelerator',
  accelerator: { adc: { bits: 6 }, noise: { output: 0.3 }, ...changes }
});

const noisyRun = (name: string) =>
  experimentFile({ name, models: ['net-a'], fixed: hardware() as never, factors: {}, zip: [] });

test('one call takes the hardware of a run apart: each stage with those before and alone', async () => {
  const { call, queue, notebook, computer } = await preparedBench();
  const { id } = await call('experiments.run', { file: noisyRun('Noisy') });
  await queue.idle();
  const run = (await call('experiments.get', { id })).runs.find((each) => !each.baseline)!;

  const budget = await call('runs.budget', { id: run.id, seeds: [0, 1, 2, 3] });
  await queue.idle();
  const details = await call('experiments.get', { id: budget.id });
  expect(details.status).toBe('finished');
  // Float, simulated, integer, ADC twice (once alone, with equal settings: merged), noise 4 times with the ADC and 4 times alone.
  expect(details.runs).toHaveLength(1 + 1 + 1 + 1 + 4 + 4);
  expect(details.runs.some((each) => each.id === run.id)).toBe(true);
  // Only the runs of the configuration itself stand for what was asked.
  expect(details.stageRuns).toHaveLength(7);
  const whole = details.runs.filter((each) => !each.baseline && !details.stageRuns.includes(each.id));
  expect(whole.map((each) => each.seed)).toEqual([0, 1, 2, 3]);
  expect(new Set(whole.map((each) => JSON.stringify({ ...each.configuration, seed: 0 }))).size).toBe(1);

  const { choices, budget: found } = await call('experiments.budget', { id: budget.id });
  expect(choices).toEqual([{ model: 'net-a', levels: {} }]);
  expect(found.layers).toEqual(['dense']);
  expect(found.stages.map((stage) => stage.id)).toEqual([
    'float',
    'quantized',
    'integer',
    'adc-rounding',
    'noise-output'
  ]);
  const [float, quantized, , , noise] = found.stages;
  expect(float!.cumulative.change).toBeNull();

  // Without anything random a change is paired by picture.
  const runOf = (stage: typeof float) =>
    details.runs.find((each) => each.id === stage!.cumulative.runIds[0])!;
  const { pairs } = await call('runs.compare', { ids: [runOf(float).id, runOf(quantized).id] });
  const { difference, low, high } = pairedDifference(pairs[0]!.onlyA, pairs[0]!.onlyB, 200);
  expect(quantized!.cumulative.change).toEqual({
    value: difference,
    low,
    high,
    standardDeviation: null,
    seeds: 1
  });

  // With noise it is paired by seed; the stage before stands for every seed.
  const before = runOf(found.stages[3]).metrics['top1']!;
  const differences = whole.map((each) => each.metrics['top1']! - before);
  const expected = tInterval(differences);
  expect(noise!.cumulative.runIds).toEqual(whole.map((each) => each.id));
  expect(noise!.cumulative.change).toEqual({
    value: expected.mean,
    low: expected.low,
    high: expected.high,
    standardDeviation: expected.standardDeviation,
    seeds: 4
  });
  expect(noise!.alone!.runIds).toHaveLength(4);
  expect(quantized!.alone).toBeNull();

  // The same again is the same experiment, and nothing is computed.
  const computed = computer.computed.length;
  expect((await call('runs.budget', { id: run.id, seeds: [0, 1, 2, 3] })).id).toBe(budget.id);
  await queue.idle();
  expect(computer.computed).toHaveLength(computed);
  expect(await notebook.verify()).toMatchObject({ sound: true });
});

test('an experiment file has a budget for each model and combination', async () => {
  const { call, queue } = await preparedBench();
  const file = experimentFile({
    name: 'Budgets',
    fixed: hardware() as never,
    factors: { 'accelerator.adc.bits': [6, 4] },
    zip: [],
    seeds: [0, 1],
    errorBudget: true
  });
  const plan = await call('experiments.plan', { file });
  // For each model: float, simulated and integer once, then 2 ADCs, 2 x 2 with noise, and 2 with noise alone.
  expect(plan.total).toBe(2 * (3 + 2 + 4 + 2));
  const { id } = await call('experiments.run', { file });
  await queue.idle();
  const { choices } = await call('experiments.budget', { id });
  expect(choices.map(({ model, levels }) => [model, levels['accelerator.adc.bits']])).toEqual([
    ['net-a', 6],
    ['net-a', 4],
    ['net-b', 6],
    ['net-b', 4]
  ]);
  const { budget } = await call('experiments.budget', { id, choice: 3 });
  expect(budget).toMatchObject({ model: 'net-b', levels: { 'accelerator.adc.bits': 4 } });
  expect(budget.stages.every((stage) => stage.cumulative.top1 !== null)).toBe(true);
  await expect(call('experiments.budget', { id, choice: 4 })).rejects.toMatchObject({
    code: 'REQUEST_INVALID'
  });
});

test('what is not computed yet is missing, not zero', async () => {
  const { call, queue, computer } = await preparedBench();
  computer.before = (job) => {
    if (job.configuration.arithmetic === 'accelerator') throw new Error('no hardware today');
  };
  const file = { ...noisyRun('Without hardware'), errorBudget: true };
  const { id } = await call('experiments.run', { file });
  await queue.idle();
  const { budget } = await call('experiments.budget', { id });
  expect(budget.stages.map((stage) => stage.cumulative.top1 === null)).toEqual([
    false,
    false,
    false,
    true,
    true
  ]);
  expect(budget.stages[3]).toMatchObject({ cumulative: { change: null }, alone: { change: null } });
});

test('hardware cannot be taken apart where there is none', async () => {
  const { call, queue } = await preparedBench();
  const { id } = await call('experiments.run', { file: experimentFile() });
  await queue.idle();
  const [run] = (await call('experiments.get', { id })).runs;
  await expect(call('runs.budget', { id: run!.id })).rejects.toMatchObject({
    code: 'CONFIGURATION_CONFLICT'
  });
  await expect(call('experiments.budget', { id })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  const file = experimentFile({ name: 'No hardware', errorBudget: true });
  await expect(call('experiments.run', { file })).rejects.toMatchObject({
    code: 'CONFIGURATION_CONFLICT',
    details: { advice: 'Set arithmetic: accelerator, or leave errorBudget out.' }
  });
});
