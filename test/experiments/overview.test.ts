import { expect, test } from 'vitest';
import { methods, usualSettings } from '../../src/contract/index.ts';
import { createHandlers } from '../../src/main/experiments/index.ts';
import { bench, experimentFile, preparedBench } from './notebook-fixture.ts';

test('there is a handler for every method', () => {
  expect(Object.keys(createHandlers(bench().context)).sort()).toEqual(Object.keys(methods).sort());
});

test('the overview counts, lists the latest experiments, and offers the templates', async () => {
  const { call, queue, notebook } = await preparedBench();
  for (let seed = 0; seed < 6; seed++) {
    await call('experiments.run', {
      file: experimentFile({ name: `E${seed}`, seeds: [seed], baseline: false, models: ['net-a'] })
    });
  }
  await queue.idle();
  const overview = await call('notebook.overview', {});
  expect(overview).toMatchObject({
    folder: notebook.folder,
    version: '0.1.0-test',
    counts: { models: 2, datasets: 2, experiments: 6, runs: 18 }
  });
  expect(overview.recent.map((experiment) => experiment.name)).toEqual(['E5', 'E4', 'E3', 'E2', 'E1']);
  expect(overview.templates.map((template) => [template.id, template.experimentId])).toEqual([
    ['which-loss', null],
    ['adc-bits', null],
    ['adc-range', null],
    ['laser-power', null],
    ['photonic-presets', null],
    ['slices', null],
    ['which-method', null]
  ]);
});

test('a template knows the experiment that was made of it', async () => {
  const { call, notebook, context } = bench();
  const [template] = (await call('notebook.overview', {})).templates;
  const { designHash } = await import('../../src/main/experiments/plan.ts');
  const id = notebook.newIdentifier('experiment');
  const { file } = template!;
  notebook.experiments.insert({
    id,
    file,
    designHash: designHash(file),
    createdAt: context.clock().toISOString()
  });
  expect((await call('notebook.overview', {})).templates[0]!.experimentId).toBe(id);
});

test('settings have defaults and are kept', async () => {
  const { call, notebook } = bench();
  expect(await call('settings.get', {})).toEqual(usualSettings);
  expect(await call('settings.set', { threads: 4 })).toEqual({ ...usualSettings, threads: 4 });
  expect(await call('settings.set', { theme: 'dark', threads: null })).toEqual({
    ...usualSettings,
    theme: 'dark'
  });
  notebook.settings.set('theme', 'purple');
  expect((await call('settings.get', {})).theme).toBe('system');
});

test('runs are starred, tagged and annotated', async () => {
  const { call, queue, events } = await preparedBench();
  await call('experiments.run', { file: experimentFile({ models: ['net-a'], baseline: false }) });
  await queue.idle();
  const [run] = await call('runs.list', {});
  events.length = 0;
  const annotated = await call('runs.annotate', {
    id: run!.id,
    starred: true,
    tags: ['b', 'a', 'b'],
    note: '# Odd'
  });
  expect(annotated).toMatchObject({ starred: true, tags: ['a', 'b'], note: '# Odd' });
  expect(events).toMatchObject([
    { type: 'run-changed', run: { id: run!.id, starred: true } },
    // A note is no part of the run's row.
    { type: 'changed', kind: 'runs' }
  ]);
  const cleared = await call('runs.annotate', { id: run!.id, starred: false, tags: [], note: '' });
  expect(cleared).toMatchObject({ starred: false, tags: [], note: '' });
});

test('what does not exist is not found', async () => {
  const { call } = bench();
  for (const method of ['models.get', 'models.remove'] as const) {
    await expect(call(method, { id: 'none' })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  }
  await expect(call('datasets.get', { id: 'none' })).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
  for (const method of [
    'experiments.get',
    'experiments.resume',
    'experiments.cancel',
    'experiments.remove',
    'experiments.pairs'
  ] as const) {
    await expect(call(method, { id: 'none' })).rejects.toMatchObject({ code: 'EXPERIMENT_NOT_FOUND' });
  }
  for (const method of ['runs.get', 'runs.predictions', 'runs.replay', 'runs.annotate'] as const) {
    await expect(call(method, { id: 'none' })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  }
});
