import Database from 'better-sqlite3';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openNotebook } from '../../src/main/store/index.ts';
import { applicationId } from '../../src/main/store/connection.ts';
import { at, clock, migrations, temporaryFolder, temporaryNotebook } from './notebook-fixture.ts';

const hash = (digit: string) => digit.repeat(64);

/** A run as its import plans it. */
const content = {
  format: 'mlflow',
  sourceKey: 'abc',
  sourceId: 'abc',
  fileName: 'mlflow.db',
  fileHash: hash('f'),
  url: null,
  experiment: 'Default',
  name: 'first',
  status: 'finished',
  seed: 1,
  settings: { lr: 0.1, loss: 'mse' },
  metrics: [{ name: 'top1', sourceName: 'acc', value: 0.75 }],
  startedAt: null,
  endedAt: null,
  durationSeconds: null,
  tags: [],
  note: '',
  contentHash: hash('1')
} as const;

/** A notebook as it was before runs could be imported, with a run that has all that the step touches. */
function olderNotebook(): string {
  const folder = temporaryFolder();
  const database = new Database(join(folder, 'notebook.sqlite'));
  database.pragma(`application_id = ${applicationId}`);
  for (const { name, sql } of migrations.filter((each) => each.name < '0010')) {
    database.exec(sql);
    database
      .prepare('INSERT INTO schema_migrations (number, name, applied_at) VALUES (?, ?, ?)')
      .run(Number(name.slice(0, 4)), name, at);
  }
  database.pragma('user_version = 9');
  const configuration = JSON.stringify({ arithmetic: 'integer', weights: { bits: 4 }, seed: 3 });
  database.exec(`
    INSERT INTO blobs (hash, bytes, created_at) VALUES ('${hash('a')}', 1, '${at}'), ('${hash('b')}', 1, '${at}');
    INSERT INTO models (id, name, hash, file_name, bytes, opset, producer, input_shape, classes, parameters, macs, layer_count,
      layers, operators, float_operators, created_at)
      VALUES ('model_1', 'net', '${hash('a')}', 'net.onnx', 1, 17, '', '[1]', 2, 1, 1, 0, '[]', '{}', '[]', '${at}');
    INSERT INTO datasets (id, name, hash, file_name, bytes, format, samples, shape, element_type, layout, classes, class_names,
      class_counts, preprocessing, created_at)
      VALUES ('data_1', 'shapes', '${hash('b')}', 'x.npz', 1, 'npz', 10, '[1,1,1]', 'uint8', 'nchw', 2, '[]', '[5,5]', '{}', '${at}');
    INSERT INTO runs (id, status, model_id, dataset_id, samples, calibration_samples, configuration, configuration_hash, reuse_key,
      created_at) VALUES ('run_1', 'finished', 'model_1', 'data_1', 10, 0, '${configuration}', '${hash('c')}', '${hash('d')}', '${at}');
    INSERT INTO treatments (hash) VALUES ('${hash('e')}');
    INSERT INTO run_rows (run_id, treatment, model_id, dataset_id, samples, calibration_samples, arithmetic, seed, status,
      created_at, trashed) VALUES ('run_1', 1, 'model_1', 'data_1', 10, 0, 'integer', 3, 'finished', '${at}', 0);
    INSERT INTO metrics (run_id, name, value) VALUES ('run_1', 'top1', 0.5);
    INSERT INTO tags (run_id, tag) VALUES ('run_1', 'keep');
    INSERT INTO stars (run_id, starred_at) VALUES ('run_1', '${at}');
    INSERT INTO notes (run_id, text, changed_at) VALUES ('run_1', 'As it was.', '${at}');`);
  database.close();
  return folder;
}

test('a notebook from before keeps its rows, tags, stars and notes', async () => {
  const folder = olderNotebook();
  const notebook = temporaryNotebook(folder);
  expect((await notebook.verify()).problems.filter((each) => !each.includes('stored file'))).toEqual([]);
  const [run] = notebook.runTable.list({});
  expect(run).toMatchObject({ id: 'run_1', seed: 3, starred: true, tags: ['keep'], metrics: { top1: 0.5 } });
  expect(notebook.notes.ofRun('run_1')).toBe('As it was.');
  expect(
    notebook.runTable.list({
      condition: { kind: 'compare', field: { kind: 'metric', name: 'top1' }, operator: '>', value: 0.4 }
    })
  ).toHaveLength(1);

  // What stood in the tables' references stands in triggers now.
  notebook.transaction(() => {
    notebook.trash.removeRuns(['run_1'], at);
    expect(notebook.trash.empty()).toBe(1);
  });
  notebook.close();
  const database = new Database(join(folder, 'notebook.sqlite'), { readonly: true });
  for (const table of ['run_rows', 'metric_columns', 'tags', 'stars', 'notes'])
    expect(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(0);
  database.close();
});

test('an imported run is written, changed and deleted with its rows and columns', async () => {
  const notebook = temporaryNotebook();
  notebook.transaction(() => notebook.importedRuns.insert('imported_1', content, at));
  const lr = { kind: 'setting', path: ['param', 'lr'] } as const;
  const ask = () =>
    notebook.runQueries.ask('rows', {
      trash: false,
      columns: [
        { kind: 'field', field: lr, flag: false },
        { kind: 'field', field: { kind: 'metric', name: 'top1' }, flag: false },
        { kind: 'field', field: { kind: 'column', name: 'seed' }, flag: false },
        { kind: 'field', field: { kind: 'column', name: 'imported' }, flag: true },
        { kind: 'shown', name: 'top1.interval' }
      ],
      order: [],
      offset: 0,
      limit: 10
    });
  expect((await ask()).rows).toEqual([['imported_1', 0.1, 0.75, 1, true, null]]);
  expect(notebook.runs.get('imported_1')).toBeNull();
  expect(notebook.runs.byReuseKeys([hash('1'), 'abc'])).toEqual(new Map());

  notebook.transaction(() =>
    notebook.importedRuns.update(
      'imported_1',
      {
        ...content,
        seed: null,
        settings: { lr: 0.2 },
        metrics: [{ name: 'top5', sourceName: 'acc5', value: 1 }]
      },
      at
    )
  );
  expect((await ask()).rows).toEqual([['imported_1', 0.2, null, null, true, null]]);
  expect(() => notebook.transaction(() => notebook.importedRuns.insert('imported_2', content, at))).toThrow(
    /UNIQUE/
  );
  expect((await ask()).total).toBe(1);
  expect((await notebook.verify()).problems).toEqual([]);
});

test('opening a notebook again does not take imported runs for missing ones', () => {
  const folder = olderNotebook();
  const first = openNotebook(folder, { migrations, clock });
  first.transaction(() => first.importedRuns.insert('imported_1', content, at));
  first.close();
  const again = openNotebook(folder, { migrations, clock });
  expect(again.runs.count()).toBe(2);
  expect(again.importedRuns.get('imported_1')?.settings).toEqual(content.settings);
  again.close();
});
