import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { BitlabError, type ResultsFormat } from '../../src/contract/index.ts';
import { readResults, type FoundResults } from '../../src/main/imported-results/index.ts';
import { temporaryFolder } from '../store/notebook-fixture.ts';
import { resultsFile, writtenFile } from './files.ts';

const read = (path: string, format: ResultsFormat | null = null) => readResults(path, basename(path), format);

/** The cells of a run by the names of their columns. */
function cells({ columns, runs }: FoundResults, index: number): Record<string, string | number> {
  return Object.fromEntries(runs[index]!.cells.map(([column, value]) => [columns[column]!.name, value]));
}

/** The code and the sentence of what reading a file is refused with. */
async function refusal(path: string, format: ResultsFormat | null = null): Promise<[string, string]> {
  const thrown = await read(path, format).then(
    () => null,
    (error: unknown) => error
  );
  if (!(thrown instanceof BitlabError)) throw new Error(`not refused: ${String(thrown)}`);
  expect(thrown.remedy).not.toContain('?');
  return [thrown.code, thrown.message];
}

describe('MLflow', () => {
  test.each([
    ['mlflow-2.db', 'MLflow, SQLite, schema 3500859a5d39'],
    ['mlflow-0.9.db', 'MLflow, SQLite']
  ])('%s', async (name, formatText) => {
    const path = resultsFile(name);
    const found = await read(path);
    expect(found.formatText).toBe(formatText);
    expect(found.fileHash).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
    expect(found.runs.map((run) => [run.name, run.experiment, run.status])).toEqual([
      ['cross-entropy-0', 'Which loss', 'finished'],
      ['cross-entropy-1', 'Which loss', 'finished'],
      ['label-smoothing-0', 'Which loss', 'finished'],
      ['label-smoothing-1', 'Which loss', 'finished'],
      ['mse-0', 'Which loss', 'finished'],
      ['mse-1', 'Which loss', 'finished'],
      ['diverged', 'Default', 'failed'],
      ['still going', 'Default', 'interrupted']
    ]);
    expect(found.runs[4]).toMatchObject({
      sourceId: '00000000000000000000000000000005',
      url: 'https://mlflow.example/00000000000000000000000000000005/artifacts',
      startedAt: '2023-11-14T22:17:20.000Z',
      endedAt: '2023-11-14T22:18:02.500Z',
      durationSeconds: 42.5,
      tags: ['paper=camera-ready']
    });
    // Of each history the last value, which is neither the best nor the largest one.
    expect(cells(found, 0)).toEqual({
      loss: 'cross-entropy',
      lr: '0.05',
      batch_size: '128',
      'optimizer.momentum': '0.9',
      seed: '0',
      val_acc: 91.55,
      val_loss: 0.3125
    });
    expect(found.runs[6]!.note).toBe('Learning rate *far* too high.');
    if (name === 'mlflow-2.db')
      expect(cells(found, 6)).toMatchObject({ val_acc: 'NaN', val_loss: 'Infinity' });
    expect(found.problems.map(({ text }) => text)).toEqual([
      'Deleted in MLflow, and left out with their runs: 1.',
      'Deleted in MLflow, alone or with their experiment, and left out: 2.',
      'The tag about is longer than 60 characters; it is left out.'
    ]);
  });

  test('what stands only in the log beside the file is read, and neither is changed', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'mlflow.db');
    copyFileSync(resultsFile('mlflow-2.db'), path);
    const writer = new Database(path);
    onTestFinished(() => void writer.close());
    writer.pragma('journal_mode = WAL');
    writer.pragma('wal_autocheckpoint = 0');
    writer.exec(`UPDATE latest_metrics SET value = 77.5 WHERE key = 'val_acc'`);
    const state = () =>
      readdirSync(folder).map((name) => {
        const { size, mtimeMs } = statSync(join(folder, name));
        const hash = createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex');
        return [name, size, mtimeMs, hash];
      });
    const before = state();
    expect(before.map(([name]) => name)).toContain('mlflow.db-wal');
    expect(cells(await read(path), 0)['val_acc']).toBe(77.5);
    expect(state()).toEqual(before);
  });

  test('a transaction that was never finished is undone in the copy', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'mlflow.db');
    copyFileSync(resultsFile('mlflow-2.db'), path);
    const writer = new Database(path);
    onTestFinished(() => void writer.close());
    writer.pragma('cache_size = 1');
    // With so small a cache the pages reach the file before the transaction ends; the journal has what they were.
    writer.exec(`BEGIN; UPDATE params SET value = value || printf('%.*c', 5000, 'x')`);
    expect(existsSync(`${path}-journal`)).toBe(true);
    const abandoned = join(temporaryFolder(), 'abandoned.db');
    copyFileSync(path, abandoned);
    copyFileSync(`${path}-journal`, `${abandoned}-journal`);
    expect(readFileSync(abandoned).equals(readFileSync(resultsFile('mlflow-2.db')))).toBe(false);
    expect(cells(await read(abandoned), 0)).toMatchObject({ lr: '0.05' });
    writer.exec('ROLLBACK');
  });

  const broken = (name: string, sql: string): string => {
    const path = join(temporaryFolder(), name);
    copyFileSync(resultsFile('mlflow-2.db'), path);
    const database = new Database(path);
    database.pragma('foreign_keys = OFF');
    database.exec(sql);
    database.close();
    return path;
  };

  test('what is no database of MLflow', async () => {
    expect(await refusal(writtenFile('text.db', 'not a database'), 'mlflow')).toEqual([
      'RESULTS_NOT_MLFLOW',
      'text.db is no database of MLflow: it is no SQLite file.'
    ]);
    const bytes = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(5000, 7)]);
    expect((await refusal(writtenFile('noise.db', bytes)))[0]).toBe('RESULTS_NOT_MLFLOW');
    expect(await refusal(broken('a.db', 'DROP TABLE params'))).toEqual([
      'RESULTS_NOT_MLFLOW',
      'a.db is no database of MLflow: it has no table params.'
    ]);
    expect((await refusal(broken('b.db', 'ALTER TABLE metrics RENAME COLUMN value TO worth')))[1]).toContain(
      'its table metrics has no value'
    );
    expect((await refusal(resultsFile('mlflow-2.db'), 'wandb'))[0]).toBe('RESULTS_INVALID');
  });

  test('a view in the place of a table is not asked what it computes', async () => {
    const endless = `ALTER TABLE runs RENAME TO kept;
      CREATE VIEW runs AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
        SELECT printf('%032x', i) AS run_uuid, 1 AS experiment_id FROM n;`;
    expect((await refusal(broken('view.db', endless)))[1]).toContain('it has no table runs');
  });

  test('nothing left to import, and one identifier twice', async () => {
    expect((await refusal(broken('c.db', `UPDATE runs SET lifecycle_stage = 'deleted'`)))[0]).toBe(
      'RESULTS_EMPTY'
    );
    const twice = `ALTER TABLE runs RENAME TO kept;
      CREATE TABLE runs AS SELECT * FROM kept UNION ALL SELECT * FROM kept;`;
    expect((await refusal(broken('d.db', twice)))[0]).toBe('RESULTS_DUPLICATE');
  });

  test('no copy is left behind, whatever happens', async () => {
    const damaged = broken('e.db', 'DROP TABLE runs');
    vi.stubEnv('TMPDIR', temporaryFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    await read(resultsFile('mlflow-2.db'));
    await refusal(damaged);
    expect(readdirSync(tmpdir())).toEqual([]);
  });
});

describe('Weights & Biases', () => {
  test('the table of runs', async () => {
    const found = await read(resultsFile('wandb.csv'));
    expect(found.format).toBe('wandb');
    expect(found.columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'batch_size setting',
      'loss setting',
      'lr setting',
      'seed setting',
      'val/top1_acc metric',
      'val/top5_acc metric',
      'train_loss metric',
      'epoch setting'
    ]);
    expect(found.runs[1]).toMatchObject({
      place: 'line 3',
      sourceId: '2b3c4d5e',
      name: 'brisk-cloud-13',
      experiment: null,
      status: 'finished',
      startedAt: '2024-03-05T12:01:02.000Z',
      durationSeconds: 3650,
      tags: ['baseline'],
      note: 'Second seed, "same" settings'
    });
    expect(found.runs.map(({ status }) => status)).toEqual(['finished', 'finished', 'failed', 'interrupted']);
    expect(found.runs[0]!.note).toBe('');
  });

  test('states and times that are not known are told of', async () => {
    const csv = 'Name,State,Created,acc\na,sleeping,yesterday,0.5\nb,constructor,2024-03-05 10:22:31,0.6\n';
    const found = await read(writtenFile('odd.csv', csv));
    expect(found.problems).toEqual([
      { place: 'line 2', text: 'The state sleeping is not known; the run counts as interrupted.' },
      { place: 'line 2', text: 'Created is yesterday, which is no time; it is left out.' },
      { place: 'line 3', text: 'The state constructor is not known; the run counts as interrupted.' }
    ]);
    expect(found.runs[1]).toMatchObject({ status: 'interrupted', startedAt: '2024-03-05T10:22:31.000Z' });
  });

  test('another table is refused where it is to be one of theirs', async () => {
    expect((await refusal(resultsFile('tensorboard-hparams.csv'), 'wandb'))[1]).toContain('Name and State');
  });
});

describe('TensorBoard', () => {
  test('metrics begin at the first column that sounds measured', async () => {
    const found = await read(resultsFile('tensorboard-hparams.csv'));
    expect(found.format).toBe('tensorboard');
    expect(found.columns.filter(({ kind }) => kind === 'metric').map(({ name }) => name)).toEqual([
      'epoch_accuracy',
      'epoch_loss'
    ]);
    expect(cells(found, 4)).toEqual({
      lr: '1.2e-05',
      optimizer: 'sgd, nesterov',
      seed: '0.0',
      quantized: 'False',
      epoch_accuracy: '0.4125'
    });
  });

  test('where none does, the last column is the metric', async () => {
    const found = await read(writtenFile('plain.csv', 'temperature,current\n270.0,10.0\n280.0,51.0\n'));
    expect(found.columns.map(({ kind }) => kind)).toEqual(['setting', 'metric']);
  });
});

describe('tables that are none', () => {
  test.each([
    ['', 'RESULTS_EMPTY', 'has no runs'],
    ['Name,State,acc\n', 'RESULTS_EMPTY', 'has no runs'],
    ['0.1,0.2,0.9\n0.1,0.3,0.8\n', 'RESULTS_INVALID', 'line 1: it has no header'],
    ['lr,acc\n0.1,0.9\n0.1\n', 'RESULTS_INVALID', 'line 3: it has 1 cells and the header has 2'],
    ['lr,acc\n0.1,0.9,7\n', 'RESULTS_INVALID', 'line 2: it has 3 cells'],
    ['lr,lr\n0.1,0.9\n', 'RESULTS_INVALID', 'two columns are named lr'],
    ['lr,acc\n"0.1,0.9\n', 'RESULTS_INVALID', 'line '],
    [`${'x'.repeat(251)},acc\n1,0.9\n`, 'RESULTS_INVALID', 'a name has 251 characters'],
    [new Uint8Array([0x6c, 0x72, 0xff, 0xfe, 0x0a]), 'RESULTS_INVALID', 'it is no text in UTF-8']
  ])('%j', async (contents, code, sentence) => {
    const [found, message] = await refusal(writtenFile('runs.csv', contents));
    expect(found).toBe(code);
    expect(message).toContain(sentence);
  });

  test('a file that is not there', async () => {
    expect((await refusal('/nowhere/at/all.csv'))[0]).toBe('FILE_NOT_FOUND');
  });
});
