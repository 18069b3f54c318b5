import { expect, test } from 'vitest';
import { BitlabError, type Run } from '../../src/contract/index.ts';
import { bench, experimentFile, preparedBench, temporaryFolder } from './notebook-fixture.ts';
import { SmallComputer } from './small-computer.ts';

const statuses = (runs: readonly Run[]) => runs.map((run) => run.status);

test('an experiment is stored, computed model after model with the baseline first, and told about', async () => {
  const { call, queue, computer, events } = await preparedBench();
  events.length = 0;
  const started = await call('experiments.run', { file: experimentFile() });
  expect(started).toMatchObject({ name: 'Few bits', status: 'running', counts: { total: 8 } });
  await queue.idle();

  const details = await call('experiments.get', { id: started.id });
  expect(details.status).toBe('finished');
  expect(details.factors).toEqual(['weights.bits', 'activations.bits']);
  expect(details.secondsLeft).toBeNull();
  expect(details.runs.map((run) => [run.model, run.baseline, run.configuration.weights.bits])).toEqual([
    ['net-a', true, 8],
    ['net-a', false, 8],
    ['net-a', false, 4],
    ['net-a', false, 2],
    ['net-b', true, 8],
    ['net-b', false, 8],
    ['net-b', false, 4],
    ['net-b', false, 2]
  ]);
  expect(computer.computed).toEqual(details.runs.map((run) => run.id));
  expect(details.runs[0]!.top1!.count).toBe(200);

  const changes = events.filter((event) => event.type === 'run-changed');
  expect(changes.map((event) => event.run.status)).toEqual(Array(8).fill(['running', 'finished']).flat());
  const progress = events.filter((event) => event.type === 'experiment-progress');
  expect(progress.at(-1)).toMatchObject({
    status: 'finished',
    counts: { total: 8, finished: 8, queued: 0, running: 0 },
    secondsLeft: 0,
    current: null
  });
});

test('a run has its layers, predictions, confusion, log and provenance', async () => {
  const { call, queue } = await preparedBench();
  await call('settings.set', { threads: 3 });
  const { id } = await call('experiments.run', { file: experimentFile({ models: ['net-a'] }) });
  await queue.idle();
  const { runs } = await call('experiments.get', { id });
  const run = await call('runs.get', { id: runs[2]!.id });
  expect(run.layers).toMatchObject([{ name: 'dense', weights: { bits: 4, low: -8, high: 7 } }]);
  expect(run.confusion!.flat().reduce((sum, count) => sum + count, 0)).toBe(200);
  expect((run.confusion![0]![0]! + run.confusion![1]![1]!) / 200).toBe(run.top1!.value);
  expect(run.classNames).toEqual(['no', 'yes']);
  expect(run.calibrationDataset).toBe('shapes-calib');
  expect(run.log).toEqual([{ at: '2026-01-02T03:04:05.678Z', text: 'computed with 3 threads' }]);
  expect(run.provenance).toMatchObject({
    bitlab: '0.1.0-test',
    threads: 3,
    calibrationSamples: 20,
    replays: []
  });
  expect(run.experiments).toEqual([{ id, name: 'Few bits' }]);

  const wrong = await call('runs.predictions', { id: run.id, only: 'wrong' });
  expect(wrong.total).toBe(200 - Math.round(run.top1!.value * 200));
  expect(wrong.rows.length).toBeGreaterThan(0);
  for (const row of wrong.rows) {
    expect(row.prediction).not.toBe(row.label);
    expect(row.top[0]!.class).toBe(row.prediction);
    expect(row.top.reduce((sum, each) => sum + each.probability, 0)).toBeCloseTo(1, 12);
  }
  const page = await call('runs.predictions', { id: run.id, offset: 198, limit: 5 });
  expect(page.rows.map((row) => row.sample)).toEqual([198, 199]);
});

test('what was finished is never computed again, whichever experiment asks for it', async () => {
  const { call, queue, computer } = await preparedBench();
  const first = await call('experiments.run', { file: experimentFile() });
  await queue.idle();
  expect(await call('experiments.plan', { file: experimentFile() })).toMatchObject({
    total: 8,
    known: 8,
    duplicates: 0,
    estimatedSeconds: 0
  });

  // The same file again is the same experiment.
  const again = await call('experiments.run', { file: experimentFile({ question: 'Another?' }) });
  expect(again.id).toBe(first.id);
  await queue.idle();
  expect(computer.computed).toHaveLength(8);
  expect((await call('experiments.get', { id: first.id })).question).toBe('Another?');

  // A wider grid computes only what is new.
  const wider = experimentFile({
    name: 'Wider',
    factors: { 'weights.bits': [8, 4, 3], 'activations.bits': [8, 4, 3] }
  });
  expect(await call('experiments.plan', { file: wider })).toMatchObject({ total: 8, known: 6 });
  await call('experiments.run', { file: wider });
  await queue.idle();
  expect(computer.computed).toHaveLength(10);

  // Another number of samples or of calibration samples is another result.
  const fewer = experimentFile({ name: 'Fewer', data: { ...experimentFile().data, samples: 100 } });
  expect((await call('experiments.plan', { file: fewer })).known).toBe(0);
  const calibrated = experimentFile({
    name: 'Calibrated',
    data: { ...experimentFile().data, calibrationSamples: 30 }
  });
  // The float baselines do not depend on calibration.
  expect((await call('experiments.plan', { file: calibrated })).known).toBe(2);
});

test('another design under the same name is refused', async () => {
  const { call, queue } = await preparedBench();
  await call('experiments.run', { file: experimentFile() });
  await queue.idle();
  await expect(call('experiments.run', { file: experimentFile({ seeds: [1] }) })).rejects.toMatchObject({
    code: 'EXPERIMENT_NAME_TAKEN'
  });
});

test('a run that fails fails alone, and a crash interrupts one run; both can be resumed', async () => {
  const { call, queue, computer } = await preparedBench();
  let position = 0;
  computer.before = () => {
    position++;
    if (position === 2) throw new BitlabError('MODEL_NOT_FINITE', { layer: 'dense', kind: 'Gemm' });
    if (position === 3) throw new BitlabError('RUNNER_CRASHED', { reason: 'signal SIGKILL' });
    if (position === 4) throw new Error('something else');
  };
  const { id } = await call('experiments.run', { file: experimentFile({ models: ['net-a'] }) });
  await queue.idle();
  const after = await call('experiments.get', { id });
  expect(statuses(after.runs)).toEqual(['finished', 'failed', 'interrupted', 'failed']);
  expect(after.runs.map((run) => run.error?.code)).toEqual([
    undefined,
    'MODEL_NOT_FINITE',
    'RUNNER_CRASHED',
    'INTERNAL'
  ]);
  expect(after.status).toBe('interrupted');

  await call('experiments.resume', { id });
  await queue.idle();
  const resumed = await call('experiments.get', { id });
  expect(resumed).toMatchObject({ status: 'finished', counts: { finished: 4 } });
  expect(resumed.runs.every((run) => run.error === null)).toBe(true);
  expect(computer.computed).toHaveLength(4);
  expect(new Set(computer.computed).size).toBe(4);
});

test('cancelling stops the current run and the rest, and resuming does what is left', async () => {
  const { call, queue, computer } = await preparedBench();
  const reached = Promise.withResolvers<void>();
  computer.before = async (_job, signal) => {
    if (computer.computed.length < 2) return;
    reached.resolve();
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  };
  const { id } = await call('experiments.run', { file: experimentFile() });
  const waiting = await call('experiments.run', { file: experimentFile({ name: 'Second', seeds: [5] }) });
  expect(waiting.status).toBe('queued');
  await reached.promise;
  const second = await call('experiments.cancel', { id: waiting.id });
  expect(second).toMatchObject({ status: 'cancelled', counts: { cancelled: 6 } });
  const cancelled = await call('experiments.cancel', { id });
  expect(cancelled).toMatchObject({ status: 'cancelled', counts: { finished: 2, cancelled: 6 } });
  await queue.idle();

  computer.before = () => undefined;
  await call('experiments.resume', { id });
  await call('experiments.resume', { id: waiting.id });
  await queue.idle();
  expect((await call('experiments.get', { id })).counts).toMatchObject({ finished: 8 });
  expect((await call('experiments.get', { id: waiting.id })).counts).toMatchObject({ finished: 8 });
  expect(computer.computed).toHaveLength(14);
  expect(new Set(computer.computed).size).toBe(14);
});

test('after a stop in the middle, the notebook opens with interrupted runs, and resuming computes each of them once', async () => {
  const folder = temporaryFolder();
  const computer = new SmallComputer();
  const first = await preparedBench({ folder, computer });
  const reached = Promise.withResolvers<void>();
  computer.before = async (_job, signal) => {
    if (computer.computed.length < 3) return;
    reached.resolve();
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  };
  const { id } = await first.call('experiments.run', { file: experimentFile() });
  await reached.promise;
  await first.close();

  computer.before = () => undefined;
  const second = bench({ folder, computer });
  const opened = await second.call('experiments.get', { id });
  expect(opened.status).toBe('interrupted');
  expect(statuses(opened.runs)).toEqual([...Array(3).fill('finished'), ...Array(5).fill('interrupted')]);
  await second.call('experiments.resume', { id });
  await second.queue.idle();
  expect((await second.call('experiments.get', { id })).status).toBe('finished');
  expect(computer.computed).toEqual(opened.runs.map((run) => run.id));
});

test('a replay finds the same logits, or says that it does not', async () => {
  const { call, queue, computer, notebook } = await preparedBench();
  await call('settings.set', { threads: 2 });
  const { id } = await call('experiments.run', { file: experimentFile({ models: ['net-a'] }) });
  await queue.idle();
  await call('settings.set', { threads: 5 });
  const { runs } = await call('experiments.get', { id });
  const threads: number[] = [];
  computer.before = (job) => void threads.push(job.threads);
  const replay = await call('runs.replay', { id: runs[1]!.id });
  expect(replay).toMatchObject({ same: true, found: replay.recorded });
  expect(threads).toEqual([2]);

  notebook.transaction(() => {
    // As if the machine had computed something else when the run was recorded.
    const compute = computer.compute.bind(computer);
    computer.compute = async (...given) => ({ ...(await compute(...given)), logitsHash: 'f'.repeat(64) });
  });
  const differing = await call('runs.replay', { id: runs[1]!.id });
  expect(differing).toMatchObject({ same: false, recorded: replay.recorded, found: 'f'.repeat(64) });
  const details = await call('runs.get', { id: runs[1]!.id });
  expect(details.provenance!.replays.map((each) => each.same)).toEqual([true, false]);
  expect(details.status).toBe('finished');
});

test('what computes cannot be removed', async () => {
  const { call, queue, computer, notebook } = await preparedBench();
  const release = Promise.withResolvers<void>();
  computer.before = () => release.promise;
  const { id } = await call('experiments.run', { file: experimentFile() });
  const [run] = notebook.runTable.list({ experimentId: id });
  await expect(call('experiments.remove', { id })).rejects.toMatchObject({ code: 'EXPERIMENT_RUNNING' });
  await expect(call('runs.remove', { ids: [run!.id] })).rejects.toMatchObject({ code: 'EXPERIMENT_RUNNING' });
  const [model] = await call('models.list', {});
  await expect(call('models.remove', { id: model!.id })).rejects.toMatchObject({ code: 'MODEL_IN_USE' });
  release.resolve();
  await queue.idle();
  await call('experiments.remove', { id });
  expect(await call('runs.list', {})).toEqual([]);
  expect(await call('runs.list', { trash: true })).toHaveLength(8);
  expect(await call('runs.emptyTrash', {})).toEqual({ removed: 8 });
  expect((await call('notebook.verify', {})).problems).toEqual([]);
  expect(await call('models.remove', { id: model!.id })).toEqual({ done: true });
});
