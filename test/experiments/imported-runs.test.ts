import Database from 'better-sqlite3';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BitlabError, type ColumnUse, type MethodInput, type RunCell } from '../../src/contract/index.ts';
import { resultsFile, writtenFile } from '../imported-results/files.ts';
import { readCsv } from './csv-reader.ts';
import { bench, experimentFile, preparedBench, temporaryFolder, type Bench } from './notebook-fixture.ts';

const mlflow = { path: resultsFile('mlflow-2.db') };
/** As a person would confirm it in the preview. */
const confirmed: Record<string, ColumnUse> = {
  val_acc: { as: 'metric', metric: 'top1', percent: true },
  seed: { as: 'seed' }
};

async function refusal(action: Promise<unknown>): Promise<BitlabError> {
  const thrown = await action.then(
    () => null,
    (error: unknown) => error
  );
  if (thrown instanceof BitlabError) return thrown;
  throw new Error(`not refused: ${String(thrown)}`);
}

/** Cells of the runs that fit a filter, without their identifiers. */
async function cells(
  { call }: Bench,
  where: string,
  columns: string[],
  sort: MethodInput<'runs.query'>['sort'] = []
): Promise<RunCell[][]> {
  const { rows } = await call('runs.query', { where, columns, sort });
  return rows.map(([, ...row]) => row);
}

test('a preview stores nothing and says what would become of each column', async () => {
  const { call, notebook, events } = bench();
  const preview = await call('results.preview', { source: mlflow });
  expect(preview.counts).toEqual({ added: 8, updated: 0, unchanged: 0, trashed: 0 });
  expect(preview.experiments).toEqual([
    { name: 'Which loss', runs: 6 },
    { name: 'Default', runs: 2 }
  ]);
  expect(preview.columns.map(({ name, becomes }) => [name, becomes])).toEqual([
    ['loss', 'param.loss'],
    ['lr', 'param.lr'],
    ['batch_size', 'param.batch_size'],
    ['optimizer.momentum', 'param["optimizer.momentum"]'],
    ['seed', 'param.seed'],
    ['val_acc', 'val_acc'],
    ['val_loss', 'val_loss']
  ]);
  // Known names are offered, not taken.
  expect(preview.columns.flatMap(({ suggestion }) => suggestion ?? [])).toEqual([
    { as: 'metric', metric: 'top1', percent: true }
  ]);
  expect(preview.problems).toContainEqual({
    place: 'run 00000000000000000000000000000007, val_loss',
    text: 'Infinity is no finite number; it is left out.'
  });
  expect(await call('results.list', {})).toEqual([]);
  expect(notebook.runs.count()).toBe(0);
  expect(events).toEqual([]);
});

test('imported runs are filtered, sorted, grouped, starred, exported and trashed beside computed ones', async () => {
  const bitlab = await preparedBench();
  const { call, queue, notebook } = bitlab;
  await call('experiments.run', { file: experimentFile() });
  await queue.idle();
  const report = await call('results.import', { source: mlflow, uses: confirmed });
  expect(report).toMatchObject({ total: 8, counts: { added: 8 } });

  expect(
    await cells(
      bitlab,
      'imported and param.loss = mse',
      ['name', 'top1', 'seed', 'param.lr', 'source', 'model'],
      [{ column: 'top1', direction: 'descending' }]
    )
  ).toEqual(
    [
      ['mse-0', 0.923, 0, 0.05, 'mlflow-2.db', null],
      ['mse-1', 0.9225, 1, 0.05, 'mlflow-2.db', null],
      ['still going', 0.3325, null, 0.001, 'mlflow-2.db', null],
      ['diverged', null, 0, 5, 'mlflow-2.db', null]
    ].map((row) =>
      row.map((cell) => (typeof cell === 'number' ? (expect.closeTo(cell, 12) as number) : cell))
    )
  );
  // A column in which one run has a word is one of words throughout.
  expect(await cells(bitlab, 'param.batch_size = "128"', ['name'])).toHaveLength(6);
  expect(await cells(bitlab, 'imported and param["optimizer.momentum"] > 0.5', ['name'])).toHaveLength(6);
  expect(await cells(bitlab, 'param.optimizer.momentum > 0.5', ['name'])).toHaveLength(6);
  expect(await cells(bitlab, 'tag:"paper=camera-ready"', ['name'])).toHaveLength(3);
  expect(await cells(bitlab, 'experiment = "Which loss" and status = finished', ['name'])).toHaveLength(6);
  expect(await cells(bitlab, 'not imported', ['imported', 'name', 'baseline'])).toContainEqual([
    false,
    null,
    true
  ]);
  expect(await cells(bitlab, 'imported and baseline', [])).toEqual([]);
  // Settings of Bitlab's have other names: nothing imported passes for them.
  expect(await cells(bitlab, 'weights.bits >= 0', ['imported'])).not.toContainEqual([true]);

  const groups = await call('runs.groups', {
    where: 'imported',
    by: 'all-but-seed',
    columns: ['param.loss'],
    metrics: ['top1'],
    sort: [{ column: 'runs', direction: 'descending' }]
  });
  expect(groups.rows.map(({ cells: [loss], runs }) => [loss, runs]).slice(0, 3)).toEqual([
    ['cross-entropy', 2],
    ['label-smoothing', 2],
    ['mse', 2]
  ]);
  expect(groups.rows[0]!.means[0]).toMatchObject({ n: 2, mean: expect.closeTo(0.91525, 12) as number });

  const columns = await call('runs.columns', {});
  expect(columns.find(({ name }) => name === 'param.lr')).toMatchObject({
    kind: 'setting',
    type: 'number',
    title: 'lr',
    varies: true
  });

  const [first, second] = (await call('results.list', {})).map(({ id }) => id);
  await call('runs.mark', { ids: [first!], starred: true, addTags: ['mine'] });
  await call('results.annotate', { id: second!, starred: true, note: 'Seen.' });
  expect(await call('results.get', { id: second! })).toMatchObject({ starred: true, note: 'Seen.' });
  expect(await cells(bitlab, 'starred', ['name', 'tags'])).toEqual([
    ['cross-entropy-0', ['mine', 'paper=camera-ready']],
    ['cross-entropy-1', []]
  ]);

  const { text } = await call('exports.runs', { where: 'imported', shape: 'wide', format: 'csv' });
  const [header, ...lines] = readCsv(text);
  expect(lines).toHaveLength(8);
  const line = Object.fromEntries(header!.map((name, index) => [name, lines[0]![index]]));
  expect(line).toMatchObject({
    run_id: first,
    imported: 'true',
    source: 'mlflow-2.db',
    'param.lr': '0.05',
    'top1 [1]': '0.9155',
    'top1_low [1]': '',
    val_loss: '0.3125'
  });
  const all = await call('exports.make', { kind: 'runs', shape: 'tidy', format: 'json' });
  expect(all.record.runs).toHaveLength(notebook.runs.count());
  expect((await call('exports.check', { record: all.record })).state).toBe('current');

  await call('runs.remove', { ids: [first!] });
  expect(await cells(bitlab, 'imported', [])).toHaveLength(7);
  await call('runs.restore', { ids: [first!] });
  expect(await cells(bitlab, 'imported', [])).toHaveLength(8);
  await call('runs.remove', { ids: (await call('results.list', {})).map(({ id }) => id) });
  expect(await call('runs.emptyTrash', {})).toEqual({ removed: 8 });
  expect(await call('results.list', {})).toEqual([]);
  expect(notebook.tags.names()).toEqual([]);
  expect(notebook.metrics.names()).not.toContain('val_loss');
  expect((await notebook.verify()).problems).toEqual([]);
});

test('imported runs are never computed, replayed, compared or reused', async () => {
  const bitlab = await preparedBench();
  const { call, queue, computer } = bitlab;
  const experiment = await call('experiments.run', { file: experimentFile() });
  await queue.idle();
  const computed = computer.computed.length;
  await call('results.import', { source: mlflow, uses: confirmed });
  const [run] = await call('results.list', {});
  const others = await call('runs.list', { experimentId: experiment.id });
  expect(await call('runs.list', {})).toHaveLength(others.length);

  const replayed = await refusal(call('runs.replay', { id: run!.id }));
  expect(replayed.code).toBe('RUN_IMPORTED');
  expect(replayed.message).toContain('but not computed again');
  const compared = await refusal(call('runs.compare', { ids: [run!.id, others[0]!.id] }));
  expect(compared.message).toBe(
    'The run cross-entropy-0 was imported from mlflow-2.db: Bitlab has neither its model nor its predictions for each sample, so it can be listed and averaged, but not compared.'
  );
  for (const ask of [
    call('runs.get', { id: run!.id }),
    call('runs.predictions', { id: run!.id }),
    call('runs.integers', { id: run!.id }),
    call('runs.layerHistograms', { id: run!.id, layer: 'dense' })
  ])
    expect((await refusal(ask)).code).toBe('RUN_IMPORTED');

  await call('experiments.run', { file: experimentFile({ name: 'Once more' }) });
  await queue.idle();
  expect(computer.computed).toHaveLength(computed);
});

describe('the same file again', () => {
  test('changes nothing where nothing changed, and brings up to date what did', async () => {
    const { call } = bench();
    const file = join(temporaryFolder(), 'mlflow.db');
    copyFileSync(mlflow.path, file);
    const source = { path: file };
    await call('results.import', { source, uses: confirmed });
    const [before] = await call('results.list', {});
    await call('runs.mark', { ids: [before!.id], starred: true, addTags: ['mine'] });

    expect((await call('results.import', { source, uses: confirmed })).counts).toEqual({
      added: 0,
      updated: 0,
      unchanged: 8,
      trashed: 0
    });
    expect(await call('results.list', {})).toHaveLength(8);

    const database = new Database(file);
    const [run] = (await call('results.list', {})).filter(({ name }) => name === 'still going');
    database.exec(`UPDATE runs SET status = 'FINISHED', end_time = start_time + 5000 WHERE run_uuid = '${run!.sourceId}';
      UPDATE latest_metrics SET value = 88.5 WHERE run_uuid = '${run!.sourceId}';
      INSERT INTO params (key, value, run_uuid) VALUES ('warmup', '5', '${run!.sourceId}');
      INSERT INTO runs (run_uuid, experiment_id, status, lifecycle_stage) VALUES ('new', 1, 'FINISHED', 'active');`);
    database.close();
    await call('runs.remove', { ids: [before!.id] });
    expect((await call('results.preview', { source, uses: confirmed })).counts).toEqual({
      added: 1,
      updated: 1,
      unchanged: 6,
      trashed: 1
    });
    expect((await call('results.import', { source, uses: confirmed })).counts.updated).toBe(1);
    expect(await call('results.get', { id: run!.id })).toMatchObject({
      status: 'finished',
      durationSeconds: 5,
      metrics: { top1: 0.885 },
      settings: { warmup: 5 }
    });
    await call('runs.restore', { ids: [before!.id] });
    expect(await call('results.get', { id: before!.id })).toMatchObject({
      starred: true,
      tags: ['mine', 'paper=camera-ready']
    });
  });

  test('another meaning of a column is an update, too', async () => {
    const bitlab = bench();
    const { call } = bitlab;
    const source = { path: resultsFile('tensorboard-hparams.csv') };
    expect((await call('results.import', { source })).counts.added).toBe(5);
    const uses = { epoch_accuracy: { as: 'metric', metric: 'top1' } as const };
    expect((await call('results.import', { source, uses })).counts).toMatchObject({
      added: 0,
      updated: 4,
      unchanged: 1
    });
    expect(await cells(bitlab, 'top1 > 0.9', ['name', 'epoch_loss'])).toHaveLength(2);
    expect(await cells(bitlab, 'epoch_accuracy > 0', [])).toEqual([]);
    expect(await cells(bitlab, 'param.quantized = True', ['name'])).toEqual([
      ['lr 0.01, optimizer adam, dropout 0.2, seed 0, quantized True'],
      ['lr 0.001, optimizer adam, dropout 0.2, seed 0, quantized True']
    ]);
  });
});

describe('what cannot be meant', () => {
  const csv = (text: string) => ({ path: writtenFile('runs.csv', text) });

  test.each([
    [{ val: { as: 'metric', metric: 'top1' } }, 'RESULTS_COLUMN_UNKNOWN', 'has no column val'],
    [{ acc: { as: 'metric', metric: 'top9' } }, 'RESULTS_MAPPING', 'it is no metric of Bitlab'],
    [{ acc: { as: 'metric', metric: 'constructor' } }, 'RESULTS_MAPPING', 'it is no metric of Bitlab'],
    [{ acc: { as: 'metric', metric: 'bops', percent: true } }, 'RESULTS_MAPPING', 'it is in bit operations'],
    [{ lr: { as: 'seed' }, width: { as: 'seed' } }, 'RESULTS_MAPPING', 'the column lr does already']
  ] as const)('%j', async (uses, code, sentence) => {
    const { call } = bench();
    const source = csv('lr,width,acc\n1,8,0.5\n2,8,0.6\n');
    const refused = await refusal(call('results.import', { source, uses }));
    expect(refused.code).toBe(code);
    expect(refused.message).toContain(sentence);
    expect(await call('results.list', {})).toEqual([]);
  });

  test('runs that nothing tells apart, and experiments that are not there', async () => {
    const { call } = bench();
    const same = await refusal(call('results.import', { source: csv('lr,acc\n1,0.5\n2,0.6\n1,0.7\n') }));
    expect(same.message).toContain('at line 2 and line 4: they have the same settings');
    const named = csv('Name,State,acc\na,finished,0.5\na,finished,0.6\n');
    expect((await refusal(call('results.import', { source: named }))).remedy).toContain('the column ID');
    const other = await refusal(call('results.import', { source: mlflow, experiment: 'Which los' }));
    expect(other.code).toBe('RESULTS_EXPERIMENT_NOT_FOUND');
    expect(other.remedy).toBe('Did you mean Which loss?');
    expect((await call('results.import', { source: mlflow, experiment: 'Default' })).counts.added).toBe(2);
  });

  test('what does not fit its column is left out, with its place', async () => {
    const { call } = bench();
    const uses = { acc: { as: 'metric', metric: 'top1' }, seed: { as: 'seed' } } as const;
    const source = csv('lr,seed,acc\n1,0,0.5\n2,half,91.5\n3,-1,high\n');
    const report = await call('results.import', { source, uses });
    expect(report.problems).toEqual([
      { place: 'line 3, seed', text: 'half is no whole number from 0; the seed is left out.' },
      {
        place: 'line 3, acc',
        text: '91.5 is no share between 0 and 1; the column may be in per cent. It is left out.'
      },
      { place: 'line 4, seed', text: '-1 is no whole number from 0; the seed is left out.' },
      { place: 'line 4, acc', text: 'high is no finite number; it is left out.' }
    ]);
    expect((await call('results.list', {})).map(({ metrics, seed }) => [metrics, seed])).toEqual([
      [{ top1: 0.5 }, 0],
      [{}, null],
      [{}, null]
    ]);
  });

  test('metrics that are called like something else keep apart from it', async () => {
    const bitlab = bench();
    const header = 'lr,top1,status,weights.bits,val acc,__proto__';
    const uses = Object.fromEntries(
      header
        .split(',')
        .slice(1)
        .map((name) => [name, { as: 'metric' }])
    ) as Record<string, ColumnUse>;
    const source = csv(`${header}\n1,0.9,7,4,0.8,2\n`);
    await bitlab.call('results.import', { source, uses });
    const [run] = await bitlab.call('results.list', {});
    expect(new Map(Object.entries(run!.metrics))).toEqual(
      new Map([
        ['imported.top1', 0.9],
        ['imported.status', 7],
        ['imported.weights.bits', 4],
        ['val acc', 0.8],
        ['__proto__', 2]
      ])
    );
    expect(await cells(bitlab, '"val acc" > 0.5 and imported.top1 = 0.9', ['val acc', 'top1'])).toEqual([
      [0.8, null]
    ]);
    const completion = await bitlab.call('runs.complete', { text: 'val', caret: 3 });
    expect(completion.options.map(({ text }) => text)).toContain('"val acc"');
  });

  test('an import that fails half-way leaves nothing', async () => {
    const { call, notebook } = bench();
    const insert = notebook.importedRuns.insert.bind(notebook.importedRuns);
    let left = 5;
    notebook.importedRuns.insert = (...parameters) => {
      if (left-- === 0) throw new Error('the disk is full');
      insert(...parameters);
    };
    await expect(call('results.import', { source: mlflow })).rejects.toThrow('the disk is full');
    expect(await call('results.list', {})).toEqual([]);
    expect(notebook.runs.count()).toBe(0);
    expect(notebook.metrics.names()).toEqual([]);
    expect((await notebook.verify()).problems).toEqual([]);
  });
});
