import { expect, test } from 'vitest';
import {
  BitlabError,
  Configuration,
  ExperimentFile,
  type MethodInput,
  type SensitivityDetails
} from '../../src/contract/index.ts';
import { measuredConfiguration } from '../../src/main/experiments/sensitivity-request.ts';
import { bench, preparedBench, temporaryFolder, type Bench } from './notebook-fixture.ts';

const request: MethodInput<'sensitivity.start'> = {
  model: 'net-a',
  evaluate: 'shapes-test',
  samples: 150,
  calibrate: 'shapes-calib',
  calibrationSamples: 20,
  bits: [2, 4, 8]
};

/** Waits until nothing is measured any more. */
async function measured({ call }: Bench, id: string): Promise<SensitivityDetails> {
  for (;;) {
    const details = await call('sensitivity.get', { id });
    if (details.status !== 'queued' && details.status !== 'running') return details;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function measure(on: Bench, changes: Partial<typeof request> = {}): Promise<SensitivityDetails> {
  const { id } = await on.call('sensitivity.start', { ...request, ...changes });
  return measured(on, id);
}

test('every unit is measured at every width, stored and told about', async () => {
  const on = await preparedBench();
  on.events.length = 0;
  const details = await measure(on);
  expect(details).toMatchObject({
    status: 'finished',
    model: 'net-a',
    dataset: 'shapes-test',
    samples: 150,
    calibrationDataset: 'shapes-calib',
    bits: [8, 4, 2],
    subjects: ['weights', 'activations'],
    done: 6,
    total: 6,
    error: null,
    provenance: { bitlab: '0.1.0-test', onnxRuntime: 'o' }
  });
  expect(details.measures.map(({ subject, unit, bits }) => `${subject} ${unit} ${bits}`)).toEqual([
    'weights dense 8',
    'weights dense 4',
    'weights dense 2',
    'activations input 8',
    'activations input 4',
    'activations input 2'
  ]);
  const [eight, , two] = details.measures;
  expect(two!.logitsError).toBeGreaterThan(eight!.logitsError);
  expect(two!.logitsSqnrDb).toBeCloseTo(-10 * Math.log10(two!.logitsError), 9);
  expect(details.float!.top1.count).toBe(150);
  expect(await on.call('sensitivity.list', {})).toMatchObject([{ id: details.id, done: 6, total: 6 }]);
  const progress = on.events.filter((event) => event.type === 'sensitivity-progress');
  expect(progress.map(({ done, total }) => [done, total])).toEqual(
    expect.arrayContaining([
      [0, null],
      [0, 6],
      [3, 6],
      [6, 6]
    ])
  );
  expect(progress.at(-1)).toMatchObject({ status: 'finished', current: null });
});

test('nothing is measured twice, and more widths only add', async () => {
  const on = await preparedBench();
  const first = await measure(on, { bits: [8, 4], subjects: ['weights'] });
  expect(on.computer.measured).toEqual(['weights dense 8', 'weights dense 4']);
  const second = await measure(on, { bits: [4, 3], subjects: ['weights'] });
  expect(second.id).toBe(first.id);
  expect(second).toMatchObject({ bits: [8, 4, 3], done: 3, total: 3 });
  expect(on.computer.measured.slice(2)).toEqual(['weights dense 3']);
  // Rounding, bits and arithmetic do not matter where one unit is rounded to the nearest and all else is float.
  const same = await measure(on, {
    bits: [4],
    subjects: ['weights'],
    configuration: {
      arithmetic: 'integer',
      weights: { bits: 3, rounding: 'gptq' },
      layers: { first: { weights: { bits: 8 } } }
    }
  });
  expect(same.id).toBe(first.id);
  expect(same.status).toBe('finished');
  expect(on.computer.measured).toHaveLength(3);
  expect(on.computer.grounds).toBe(2);
  // Ranges do, and so do samples.
  expect((await measure(on, { configuration: { weights: { range: 'mse' } } })).id).not.toBe(first.id);
  expect((await measure(on, { samples: 'all' })).samples).toBe(200);
  expect((await measure(on, { samples: 5000 })).samples).toBe(200);
});

test('of a configuration, what a unit alone depends on is left', () => {
  const configuration = Configuration.parse({
    arithmetic: 'integer',
    prepare: ['fold-batch-norm', 'cross-layer-equalization', 'bias-correction'],
    weights: { bits: 3, rounding: 'adaround', iterations: 50, range: 'mse' },
    activations: { bits: 5, observer: 'mse' },
    accumulator: { bits: 16 },
    layers: {
      first: { weights: { bits: 8 } },
      dense: { weights: { bits: 8, grid: 'apot' }, activations: { bits: 8 } }
    },
    seed: 7
  });
  expect(measuredConfiguration(configuration)).toEqual(
    Configuration.parse({
      arithmetic: 'simulated',
      prepare: ['fold-batch-norm', 'cross-layer-equalization'],
      bias: 'float',
      weights: { range: 'mse' },
      activations: { observer: 'mse' },
      layers: { dense: { weights: { grid: 'apot' } } }
    })
  );
});

test('cancelled, crashed and closed: what was measured stays, and resuming measures the rest', async () => {
  const folder = temporaryFolder();
  const on = await preparedBench({ folder });
  const second = Promise.withResolvers<void>();
  on.computer.beforeUnit = ({ subject }, signal) => {
    if (subject === 'weights') return;
    second.resolve();
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  };
  const { id } = await on.call('sensitivity.start', request);
  await second.promise;
  await expect(on.call('sensitivity.remove', { id })).rejects.toMatchObject({ code: 'SENSITIVITY_RUNNING' });
  await expect(on.call('sensitivity.start', { ...request, bits: [5] })).rejects.toMatchObject({
    code: 'SENSITIVITY_RUNNING'
  });
  expect(await on.call('sensitivity.cancel', { id })).toMatchObject({
    status: 'cancelled',
    done: 3,
    total: 6
  });

  on.computer.beforeUnit = () => {
    throw new BitlabError('RUNNER_CRASHED', { reason: 'signal SIGKILL' });
  };
  await on.call('sensitivity.resume', { id });
  expect(await measured(on, id)).toMatchObject({
    status: 'interrupted',
    done: 3,
    error: { code: 'RUNNER_CRASHED' }
  });

  const third = Promise.withResolvers<void>();
  on.computer.beforeUnit = (_job, signal) => {
    third.resolve();
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  };
  await on.call('sensitivity.resume', { id });
  await third.promise;
  await on.close();

  const again = bench({ folder });
  expect(await again.call('sensitivity.get', { id })).toMatchObject({ status: 'interrupted', done: 3 });
  await again.call('sensitivity.resume', { id });
  expect(await measured(again, id)).toMatchObject({ status: 'finished', done: 6, error: null });
  expect(again.computer.measured).toEqual([
    'activations input 8',
    'activations input 4',
    'activations input 2'
  ]);
  expect((await again.call('notebook.verify', {})).problems).toEqual([]);
  expect(await again.call('sensitivity.remove', { id })).toEqual({ done: true });
  await expect(again.call('sensitivity.get', { id })).rejects.toMatchObject({
    code: 'SENSITIVITY_NOT_FOUND'
  });
});

test('experiments have their turn between two units', async () => {
  const on = await preparedBench();
  const file = ExperimentFile.parse({
    name: 'In between',
    models: ['net-b'],
    data: { evaluate: 'shapes-test' },
    fixed: { arithmetic: 'float' }
  });
  const runsBefore: number[] = [];
  on.computer.beforeUnit = async ({ subject }) => {
    runsBefore.push(on.computer.computed.length);
    if (subject === 'weights') await on.call('experiments.run', { file });
  };
  const { id } = await on.call('sensitivity.start', request);
  expect((await measured(on, id)).status).toBe('finished');
  expect(runsBefore).toEqual([0, 1]);
});

test('a failure is told with its code', async () => {
  const on = await preparedBench();
  on.computer.beforeUnit = () => {
    throw new BitlabError('MODEL_NOT_FINITE', { layer: 'dense', kind: 'NaN' });
  };
  expect(await measure(on)).toMatchObject({ status: 'failed', done: 0, error: { code: 'MODEL_NOT_FINITE' } });
});

test('what cannot be measured is refused, and nothing is left behind', async () => {
  const { call } = await preparedBench();
  const refused = async (changes: object, code: string) =>
    expect(call('sensitivity.start', { ...request, ...changes })).rejects.toMatchObject({ code });
  await refused({ model: 'net-c' }, 'MODEL_NOT_FOUND');
  await refused({ evaluate: 'nowhere' }, 'DATA_NOT_FOUND');
  await refused({ configuration: { weights: { rang: 'mse' } } }, 'CONFIGURATION_UNKNOWN_KEY');
  await refused({ configuration: { weights: { grid: 'float' } } }, 'CONFIGURATION_CONFLICT');
  await refused(
    { configuration: { layers: { dense: { weights: { grid: 'codebook', levels: [0, 1] } } } } },
    'CONFIGURATION_CONFLICT'
  );
  await refused(
    { configuration: { activations: { observer: 'entropy' } }, bits: [12] },
    'CONFIGURATION_CONFLICT'
  );
  expect(await call('sensitivity.list', {})).toEqual([]);
});

test('chosen bits are an experiment beside the uniform widths', async () => {
  const on = await preparedBench();
  const { id } = await measure(on);
  const settings = { id, budget: { kind: 'average-bits' as const, values: [4, 2] }, keep: {} };
  const { choices, uniform } = await on.call('sensitivity.choose', settings);
  expect(choices.map(({ weights }) => weights)).toEqual([
    [{ layer: 'dense', bits: 4 }],
    [{ layer: 'dense', bits: 2 }]
  ]);
  expect(uniform.map(({ bits }) => bits)).toEqual([8, 4, 2]);

  const { file } = await on.call('sensitivity.design', { ...settings, evaluate: 'shapes-test' });
  expect(ExperimentFile.parse(file)).toEqual(file);
  expect(file).toMatchObject({
    name: 'Mixed bits of net-a',
    models: ['net-a'],
    data: { evaluate: 'shapes-test', calibrate: 'shapes-calib', calibrationSamples: 20, samples: 'all' },
    fixed: { arithmetic: 'simulated', bias: 'float' },
    factors: {
      'weights.bits': [8, 4, 2, 4, 2],
      layers: [{}, {}, {}, { dense: { weights: { bits: 4 } } }, { dense: { weights: { bits: 2 } } }]
    },
    zip: [['weights.bits', 'layers']]
  });

  const experiment = await on.call('sensitivity.verify', { ...settings, evaluate: 'shapes-test' });
  await on.queue.idle();
  const details = await on.call('experiments.get', { id: experiment.id });
  expect(details).toMatchObject({ status: 'finished', counts: { total: 6, finished: 6 } });
  expect(details.factors).toEqual(['weights.bits', 'layers']);
  expect((await on.call('sensitivity.get', { id })).experiments).toEqual([
    { id: experiment.id, name: 'Mixed bits of net-a' }
  ]);
  // The same again is the same experiment; another gets another name.
  expect((await on.call('sensitivity.verify', { ...settings, evaluate: 'shapes-test' })).id).toBe(
    experiment.id
  );
  const other = { ...settings, evaluate: 'shapes-test', rounding: 'gptq' as const, keep: { first: 8 } };
  await expect(on.call('sensitivity.design', other)).rejects.toMatchObject({ code: 'BUDGET_TOO_SMALL' });
  const third = await on.call('sensitivity.design', { ...other, keep: {}, uniform: false });
  expect(third.file.name).toBe('Mixed bits of net-a 2');
  expect(third.file.fixed).toMatchObject({ weights: { rounding: 'gptq' } });
  expect(third.file.factors['weights.bits']).toEqual([4, 2]);
});

test('with activations too, their bits are overrides by the name of the tensor', async () => {
  const on = await preparedBench();
  const { id } = await measure(on);
  const { file } = await on.call('sensitivity.design', {
    id,
    budget: { kind: 'bops', values: [8 * 8 * 4] },
    vary: 'both',
    keep: { last: 8 },
    evaluate: 'shapes-test'
  });
  const last = file.factors['layers']!.at(-1);
  expect(last).toEqual({ dense: { weights: { bits: 8 } }, input: { activations: { bits: 4 } } });
  expect(file.factors['layers']![0]).toEqual({ last: { weights: { bits: 8 } } });
  expect(file.factors['activations.bits']).toEqual([8, 4, 2, 4]);
  expect((await on.call('experiments.plan', { file })).total).toBeGreaterThan(0);
});

test('bits are chosen only when everything is measured', async () => {
  const on = await preparedBench();
  on.computer.beforeUnit = ({ subject }) => {
    if (subject === 'activations') throw new BitlabError('RUNNER_CRASHED', { reason: 'x' });
  };
  const { id } = await measure(on);
  const settings = { id, budget: { kind: 'average-bits' as const, values: [4] } };
  await expect(on.call('sensitivity.choose', settings)).rejects.toMatchObject({
    code: 'SENSITIVITY_UNFINISHED',
    message: 'The sensitivities of net-a are not complete: 3 of 6 are measured.'
  });
});

test('sensitivities are exported with a row for each unit and width', async () => {
  const on = await preparedBench();
  const { id, measures, float } = await measure(on);
  const { fileName, text } = await on.call('exports.sensitivity', { id });
  expect(fileName).toBe('sensitivity-net-a.csv');
  const [head, ...rows] = text.trimEnd().split('\r\n');
  expect(head!.split(',').slice(2, 6)).toEqual(['subject', 'unit', 'bits', 'top1']);
  expect(rows).toHaveLength(6);
  const json = await on.call('exports.sensitivity', { id, format: 'json' });
  const [first] = JSON.parse(json.text) as Record<string, number>[];
  expect(first!['top1Drop']).toBe(float!.top1.value - measures[0]!.top1.value);
  expect(first!['values']).toBe(8);
});
