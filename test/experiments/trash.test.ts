import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { restoreNotebook } from '../../src/main/store/index.ts';
import { migrations, temporaryFolder } from '../store/notebook-fixture.ts';
import { bench, experimentFile, preparedBench } from './notebook-fixture.ts';

test('a model in the trash is out of sight with its file kept, and comes back as it was', async () => {
  const { call, notebook, events } = await preparedBench();
  const [model] = await call('models.list', {});
  const others = (await call('models.list', {})).slice(1);
  const blobs = notebook.blobs.list().length;
  await call('models.remove', { id: model!.id, toTrash: true });
  expect(await call('models.list', {})).toEqual(others);
  await expect(call('models.get', { id: model!.id })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  expect(await call('trash.list', {})).toMatchObject({
    runs: 0,
    items: [{ kind: 'models', id: model!.id, name: model!.name }]
  });
  expect(notebook.blobs.list()).toHaveLength(blobs);

  events.length = 0;
  await call('trash.restore', { items: [{ kind: 'models', id: model!.id }] });
  expect(events).toEqual([{ type: 'changed', kind: 'models' }]);
  expect(await call('models.list', {})).toEqual([model, ...others]);
  expect(await call('trash.list', {})).toEqual({ runs: 0, items: [] });
  await expect(call('trash.restore', { items: [{ kind: 'models', id: model!.id }] })).rejects.toMatchObject({
    code: 'TRASH_ITEM_MISSING'
  });
});

test('removing one thing for good leaves what else is in the trash there', async () => {
  const { call, notebook } = await preparedBench();
  const [first, second] = await call('models.list', {});
  await call('models.remove', { id: first!.id, toTrash: true });
  await call('models.remove', { id: second!.id });
  expect((await call('trash.list', {})).items.map(({ id }) => id)).toEqual([first!.id]);
  await call('runs.emptyTrash', {});
  expect((await call('trash.list', {})).items).toEqual([]);
  expect(notebook.models.get(first!.id)).toBeNull();
  expect((await call('notebook.verify', {})).problems).toEqual([]);
});

test('an experiment comes back with its runs, without other experiments, under a free name', async () => {
  const { call, queue } = await preparedBench();
  const file = experimentFile({ name: 'First', models: ['net-a'] });
  const first = await call('experiments.run', { file });
  const second = await call('experiments.run', { file: { ...file, name: 'Second' } });
  await queue.idle();
  await call('experiments.remove', { id: first.id });
  expect(await call('runs.list', {})).toHaveLength(4);
  await call('experiments.remove', { id: second.id });
  expect(await call('runs.list', {})).toHaveLength(0);
  await call('trash.restore', { items: [{ kind: 'experiments', id: second.id }] });
  expect((await call('experiments.list', {})).map(({ name }) => name)).toEqual(['Second']);
  expect(await call('runs.list', { experimentId: second.id })).toHaveLength(4);

  const taken = await call('experiments.run', { file: { ...file, name: 'First', seeds: [7] } });
  await queue.idle();
  await call('trash.restore', { items: [{ kind: 'experiments', id: first.id }] });
  const restored = await call('experiments.get', { id: first.id });
  expect(restored).toMatchObject({ name: 'First (restored)', file: { name: 'First (restored)' } });
  expect((await call('experiments.get', { id: taken.id })).name).toBe('First');

  const renamed = await call('experiments.rename', { id: first.id, name: 'Third' });
  expect(renamed.name).toBe('Third');
  expect((await call('experiments.get', { id: first.id })).file.name).toBe('Third');
  await expect(call('experiments.rename', { id: first.id, name: 'Second' })).rejects.toMatchObject({
    code: 'EXPERIMENT_NAME_TAKEN'
  });
});

test('what is kept outlives the notebook being closed, and settings are not mixed with it', async () => {
  const folder = temporaryFolder();
  const before = bench({ folder });
  await before.call('kept.set', { name: 'design', value: { text: 'half a thought' } });
  await before.call('kept.set', { name: 'theme', value: 'not a theme' });
  await before.call('kept.set', { name: 'gone', value: 1 });
  await before.call('kept.set', { name: 'gone', value: null });
  await before.close();
  const { call } = bench({ folder });
  expect(await call('kept.list', {})).toEqual([
    { name: 'design', value: { text: 'half a thought' } },
    { name: 'theme', value: 'not a theme' }
  ]);
  expect((await call('settings.get', {})).theme).toBe('system');
  const huge = { name: 'huge', value: 'x'.repeat(1_000_001) };
  await expect(call('kept.set', huge)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
});

test('a backup from the window is a file from which the notebook is restored', async () => {
  const { call, notebook } = await preparedBench();
  const { file } = await call('notebook.backup', {});
  expect(file.startsWith(join(notebook.folder, 'backups'))).toBe(true);
  expect(existsSync(file)).toBe(true);
  const folder = temporaryFolder();
  await restoreNotebook(file, folder, migrations, '2026-01-01T00:00:00.000Z');
  const models = (await call('models.list', {})).map(({ name }) => name);
  expect((await bench({ folder }).call('models.list', {})).map(({ name }) => name)).toEqual(models);
});
