import { expect, test } from 'vitest';
import { experimentFile, preparedBench, writeJson } from './notebook-fixture.ts';

const noise = (sigma = 0.01) => writeJson('lab noise.csv', `value,sigma\n-1,${sigma}\n1,${sigma}\n`);
const transfer = () => writeJson('dac.csv', 'code,value\n0,0\n1,0.4\n2,0.6\n3,1\n');

const onAccelerator = (accelerator: Record<string, unknown>, name = 'On hardware') =>
  experimentFile({
    name,
    fixed: { arithmetic: 'accelerator', accelerator: accelerator as never },
    factors: {},
    zip: [],
    baseline: false,
    models: ['net-a']
  });

test('a measurement is previewed, imported, shown and removed', async () => {
  const { call, notebook, events } = await preparedBench();
  events.length = 0;
  const blobs = notebook.blobs.list().length;
  const path = noise();
  const table = { kind: 'noise', values: [-1, 1], sigmas: [0.01, 0.01] };
  expect(await call('measurements.preview', { source: { path } })).toEqual(table);
  expect(await call('measurements.list', {})).toEqual([]);

  const added = await call('measurements.import', { source: { path } });
  expect(added).toMatchObject({ name: 'lab noise', kind: 'noise', rows: 2, columns: 2 });
  expect(events).toEqual([{ type: 'changed', kind: 'measurements' }]);
  expect(await call('measurements.list', {})).toEqual([added]);
  expect(await call('measurements.get', { id: added.id })).toMatchObject({ table, runCount: 0 });

  await expect(call('measurements.import', { source: { path } })).rejects.toMatchObject({
    code: 'MEASUREMENT_NAME_TAKEN'
  });
  await expect(call('measurements.import', { source: { path }, name: 'twin' })).rejects.toMatchObject({
    code: 'MEASUREMENT_KNOWN',
    details: { name: 'lab noise' }
  });

  await call('measurements.remove', { id: added.id });
  expect(notebook.blobs.list()).toHaveLength(blobs);
  await expect(call('measurements.get', { id: added.id })).rejects.toMatchObject({
    code: 'MEASUREMENT_NOT_FOUND'
  });
});

test('a bad table is not stored', async () => {
  const { call, notebook } = await preparedBench();
  const blobs = notebook.blobs.list();
  const bad = writeJson('bad.csv', 'value,sigma\n0,1\n1,-1\n');
  await expect(call('measurements.import', { source: { path: bad } })).rejects.toMatchObject({
    code: 'MEASUREMENT_INVALID',
    details: { file: 'bad.csv', place: 'line 3, column 2' }
  });
  const empty = writeJson('empty.csv', '');
  await expect(call('measurements.import', { source: { path: empty } })).rejects.toMatchObject({
    code: 'MEASUREMENT_EMPTY'
  });
  expect(notebook.blobs.list()).toEqual(blobs);
  expect(await notebook.verify()).toMatchObject({ sound: true });
});

test('a plan has the hash in place of the name, and the job has the file', async () => {
  const { call, notebook, computer, queue } = await preparedBench();
  const added = await call('measurements.import', { source: { path: noise() } });
  const jobs: unknown[] = [];
  computer.before = (job) => void jobs.push(job.measurements);
  const { id } = await call('experiments.run', { file: onAccelerator({ noise: { table: 'lab noise' } }) });
  await queue.idle();
  const [run] = await call('runs.list', { experimentId: id });
  expect(run!.configuration.accelerator?.noise.table).toBe(added.hash);
  const path = notebook.blobs.path(added.hash);
  expect(jobs).toEqual([[{ name: 'lab noise', path, hash: added.hash, kind: 'noise' }]]);
  expect(await call('measurements.get', { id: added.id })).toMatchObject({ runCount: 1 });

  // The same content is the same run, by its name or by its hash.
  const again = onAccelerator({ noise: { table: added.hash } }, 'By its hash');
  expect(await call('experiments.plan', { file: again })).toMatchObject({ total: 1, known: 1 });
});

test('a measurement that runs use stays, and comes back with them from the trash', async () => {
  const { call, queue, notebook } = await preparedBench();
  const added = await call('measurements.import', { source: { path: noise() } });
  await call('experiments.run', { file: onAccelerator({ noise: { table: 'lab noise' } }) });
  await queue.idle();
  await expect(call('measurements.remove', { id: added.id })).rejects.toMatchObject({
    code: 'MEASUREMENT_IN_USE',
    details: { name: 'lab noise', runs: 1 }
  });
  const ids = (await call('runs.list', {})).map((run) => run.id);
  await call('runs.remove', { ids });
  await call('measurements.remove', { id: added.id });
  expect(await call('measurements.list', {})).toEqual([]);
  await call('runs.restore', { ids });
  expect(await call('measurements.list', {})).toEqual([added]);
  await call('runs.remove', { ids });
  await call('measurements.remove', { id: added.id });
  await call('runs.emptyTrash', {});
  expect(notebook.measurements.get(added.id)).toBeNull();
  expect(await notebook.verify()).toMatchObject({ sound: true, problems: [] });
});

test('tables that are too small for every layer are refused before anything runs', async () => {
  const { call } = await preparedBench();
  await call('measurements.import', { source: { path: transfer() } });
  const products = writeJson('small.csv', '0,0,0,0\n0,1,2,3\n');
  await call('measurements.import', { source: { path: products }, kind: 'products' });
  const outcome = async (accelerator: Record<string, unknown>) => {
    try {
      await call('experiments.plan', { file: onAccelerator(accelerator) });
      return null;
    } catch (error) {
      return error;
    }
  };
  const refused = (reason: RegExp) =>
    expect.objectContaining({ code: 'CONFIGURATION_CONFLICT', message: expect.stringMatching(reason) });
  const [weights, activations] = ['weights', 'activations'].map((what) => ({
    converters: { [what]: { transfer: 'dac' } }
  }));
  expect(await outcome(weights!)).toEqual(refused(/dac has 4 codes for weights, and they need 128 or more/));
  expect(await outcome(activations!)).toEqual(refused(/dac has 4 codes for activations/));
  expect(await outcome({ adc: { bits: 3, transfer: 'dac' } })).toEqual(refused(/dac has 4 codes, .* 8/));
  expect(await outcome({ products: 'small', slicing: { activations: 2, weights: 2 } })).toEqual(
    refused(/small has 2 codes for activations, and they need 4/)
  );
  // Cut to what the tables have, they serve.
  expect(await outcome({ ...weights, slicing: { weights: 2 } })).toBeNull();
  expect(await outcome({ adc: { bits: 2, transfer: 'dac' } })).toBeNull();
  expect(await outcome({ products: 'small', slicing: { activations: 1, weights: 2 } })).toBeNull();
});

test('runs, their differences and their export call a table by its name, as it is now', async () => {
  const { call, queue } = await preparedBench();
  const added = await call('measurements.import', { source: { path: noise() } });
  const file = onAccelerator({ noise: { table: null } });
  await call('experiments.run', {
    file: { ...file, factors: { 'accelerator.noise.table': [null, 'lab noise'] } }
  });
  await queue.idle();
  const runs = await call('runs.list', {});
  const [without, withTable] = [null, added.hash].map((table) =>
    runs.find(({ configuration }) => configuration.accelerator?.noise.table === table)!
  );
  expect(without!.measurements).toBeUndefined();
  expect(withTable!.measurements).toEqual({ [added.hash]: 'lab noise' });
  const { differences } = await call('runs.compare', { ids: [without!.id, withTable!.id] });
  expect(differences).toEqual([{ path: 'accelerator.noise.table', values: [null, 'lab noise'] }]);
});

test('unknown names and tables of another kind are refused before anything runs', async () => {
  const { call } = await preparedBench();
  await call('measurements.import', { source: { path: noise() } });
  await call('measurements.import', { source: { path: transfer() } });
  await expect(
    call('experiments.run', { file: onAccelerator({ noise: { table: 'lab nois' } }) })
  ).rejects.toMatchObject({
    code: 'MEASUREMENT_NOT_FOUND',
    details: { name: 'lab nois', suggestion: 'Did you mean lab noise?' }
  });
  await expect(
    call('experiments.run', { file: onAccelerator({ noise: { table: 'dac' } }) })
  ).rejects.toMatchObject({
    code: 'MEASUREMENT_UNSUITABLE',
    message: expect.stringMatching(/^accelerator\.noise\.table names dac, which is a table of a transfer/)
  });
  expect(await call('experiments.list', {})).toEqual([]);
});
