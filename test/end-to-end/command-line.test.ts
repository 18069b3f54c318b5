import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Comparison, ExperimentDetails, Run } from '../../src/contract/index.ts';
import { readNpz } from '../../src/main/datasets/index.ts';
import { npzBytes } from '../../src/main/datasets/write-npz.ts';
import { noise } from '../graph/fixtures/run-model.ts';
import { weights } from '../graph/fixtures/small-graphs.ts';
import { readCsv } from '../experiments/csv-reader.ts';
import { runCli } from '../hosts/run-cli.ts';
import { temporaryFolder } from './notebook-on-disk.ts';
import { classifier } from './small-models.ts';

/* What comes out of the command line, compared number by number with what went in and with what else comes out. */
const { folder, remove } = temporaryFolder('command-line');
const notebook = join(folder, 'notebook');
const samples = 60;
const name = 'Results, "quoted"';
let runs: Run[];

const bitlab = (...words: string[]) => runCli([...words, '--notebook', notebook]);

async function json<T>(...words: string[]): Promise<T> {
  const { code, stdout, stderr } = await bitlab(...words, '--json');
  expect({ code, stderr: stderr.includes('"error"') ? stderr : '' }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
}

function written(file: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, file), content);
  return join(folder, file);
}

beforeAll(async () => {
  const shape = [samples, 3, 8, 8];
  const y = Int32Array.from({ length: samples }, (_, index) => (index * 7) % 4);
  // Each picture has a colour of its own; otherwise the mean over its pixels would tell none from another.
  const colors = noise([samples, 3], 11, 2).data;
  const x = noise(shape, 9).data.map((value, index) => value + colors[Math.floor(index / 64)]!);
  const pictures = npzBytes(
    [
      ['x', { shape, data: x }],
      ['y', { shape: [samples], data: y }]
    ],
    true
  );
  await json('dataset', 'add', written('pictures.npz', pictures));
  await json('model', 'add', written('one.onnx', classifier()));
  const firstWeight = weights('first.weight', [4, 3, 3, 3], 77);
  await json('model', 'add', written('two.onnx', classifier({ firstWeight })));
  const design = {
    name,
    models: ['one', 'two'],
    data: { evaluate: 'pictures', calibrate: 'pictures', calibrationSamples: samples },
    factors: { 'weights.bits': [8, 2], 'activations.bits': [8, 2] },
    zip: [['weights.bits', 'activations.bits']]
  };
  const details = await json<ExperimentDetails>(
    'experiment',
    'run',
    written('design.json', stringify(design))
  );
  expect(details).toMatchObject({ status: 'finished', counts: { total: 6, finished: 6 } });
  runs = details.runs;
}, 240_000);
afterAll(remove);

/** A CSV file as objects by its header. */
function records(text: string): Record<string, string>[] {
  const [head, ...rows] = readCsv(text);
  return rows.map((row) => {
    expect(row).toHaveLength(head!.length);
    return Object.fromEntries(row.map((cell, column) => [head![column]!, cell]));
  });
}

test('the tidy table has a row for each metric of each run, with all digits', async () => {
  const file = join(folder, 'tidy.csv');
  await json('export', 'runs', '--experiment', name, '--shape', 'tidy', '--format', 'csv', '--out', file);
  const rows = records(readFileSync(file, 'utf8'));
  expect(rows).toHaveLength(runs.reduce((sum, run) => sum + Object.keys(run.metrics).length, 0));
  for (const run of runs) {
    const own = rows.filter((row) => row['run_id'] === run.id);
    expect(Object.fromEntries(own.map((row) => [row['metric'], Number(row['value'])]))).toEqual(run.metrics);
    const bits = run.baseline ? '' : String(run.configuration.weights.bits);
    for (const row of own)
      expect(row).toMatchObject({
        experiment: name,
        model: run.model,
        baseline: String(run.baseline),
        'weights.bits': bits,
        'activations.bits': bits,
        seed: '0',
        status: 'finished'
      });
    const top1 = own.find((row) => row['metric'] === 'top1')!;
    const { low, high, count } = run.top1!;
    expect([top1['low'], top1['high'], top1['n']].map(Number)).toEqual([low, high, count]);
    expect(count).toBe(samples);
  }
});

test('the wide table has a row for each run, as JSON too', async () => {
  const { stdout } = await bitlab('export', 'runs', '--experiment', name, '--shape', 'wide');
  const rows = records(stdout);
  expect(rows.map((row) => row['run_id'])).toEqual(runs.map((run) => run.id));
  // Headers name units: `averageWeightBits [bits]`.
  const headerOf = (metric: string) =>
    Object.keys(rows[0]!).find((header) => header === metric || header.startsWith(`${metric} [`))!;
  for (const [index, run] of runs.entries())
    for (const [metric, value] of Object.entries(run.metrics))
      expect(Number(rows[index]![headerOf(metric)])).toBe(value);
  // The float runs have no reference to agree with.
  expect(rows.filter((row) => row[headerOf('agreement')] === '')).toHaveLength(2);

  const words = ['export', 'runs', '--where', 'weights.bits = 2 and not baseline', '--shape', 'wide'];
  const exported = JSON.parse((await bitlab(...words, '--format', 'json')).stdout) as Record<
    string,
    unknown
  >[];
  expect(exported.map((row) => row['top1'])).toEqual(
    runs
      .filter((run) => !run.baseline && run.configuration.weights.bits === 2)
      .map((run) => run.metrics['top1'])
  );
});

test('filters select what they say', async () => {
  const ids = async (where: string) =>
    (await json<Run[]>('runs', 'list', '--where', where)).map((run) => run.id).sort();
  const expected = (keep: (run: Run) => boolean) =>
    runs
      .filter(keep)
      .map((run) => run.id)
      .sort();
  expect(await ids('baseline')).toEqual(expected((run) => run.baseline));
  expect(await ids('model = two and (weights.bits < 8 or baseline)')).toEqual(
    expected((run) => run.model === 'two' && (run.baseline || run.configuration.weights.bits < 8))
  );
  expect(await ids('agreement < 1')).toEqual(expected((run) => run.metrics['agreement']! < 1));
  expect(expected((run) => run.metrics['agreement']! < 1).length).toBeGreaterThan(0);
});

async function predictionsOf(run: Run): Promise<{ file: string; right: boolean[] }> {
  const file = join(folder, `${run.id}.npz`);
  await json('run', 'predictions', run.id, '--out', file);
  const arrays = await readNpz(file);
  const [prediction, label] = [arrays.get('prediction')!.data, arrays.get('label')!.data];
  return { file, right: Array.from(label.keys(), (index) => label[index] === prediction[index]) };
}

test('runs are compared as their predictions say', async () => {
  const [a, b] = [runs[0]!, runs[2]!];
  const { pairs, differences } = await json<Comparison>('runs', 'compare', a.id, b.id);
  const [first, second] = [(await predictionsOf(a)).right, (await predictionsOf(b)).right];
  const count = (keep: (index: number) => boolean) => [...first.keys()].filter(keep).length;
  expect(pairs).toEqual([
    {
      a: a.id,
      b: b.id,
      onlyA: count((index) => first[index]! && !second[index]!),
      onlyB: count((index) => !first[index]! && second[index]!),
      difference: expect.closeTo(b.metrics['top1']! - a.metrics['top1']!, 12),
      low: expect.any(Number),
      high: expect.any(Number),
      pValue: expect.any(Number)
    }
  ]);
  const [{ low, difference, high }] = pairs as [(typeof pairs)[number]];
  expect(low).toBeLessThan(difference);
  expect(difference).toBeLessThan(high);
  expect(differences.find(({ path }) => path === 'arithmetic')?.values).toEqual(['float', 'integer']);
});

const hasNumPy = (() => {
  try {
    execFileSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!hasNumPy)('NumPy reads the predictions and finds the same accuracy', async () => {
  const run = runs.at(-1)!;
  const { file } = await predictionsOf(run);
  const program = [
    'import json, sys, numpy',
    'a = numpy.load(sys.argv[1])',
    'same = (a["logits"].argmax(1) == a["prediction"]).all()',
    'print(json.dumps([sorted(a.files), a["logits"].dtype.str, a["logits"].shape, bool(same),',
    '  float((a["prediction"] == a["label"]).mean())]))'
  ].join('\n');
  const found = execFileSync('python3', ['-c', program, file], { encoding: 'utf8' });
  expect(JSON.parse(found)).toEqual([
    ['label', 'logits', 'prediction', 'sample'],
    '<f4',
    [samples, 4],
    true,
    expect.closeTo(run.metrics['top1']!, 12)
  ]);
});

test('a replay finds the same logits, and is recorded', async () => {
  const { id } = runs[1]!;
  const replay = await json<{ same: boolean; recorded: string; found: string }>('run', 'replay', id);
  expect(replay).toMatchObject({ same: true, recorded: replay.found });
  expect(await json('run', 'show', id)).toMatchObject({
    provenance: { logitsHash: replay.found, replays: [{ same: true, logitsHash: replay.found }] }
  });
});

test('a damaged notebook is found out, and restored from its backup', async () => {
  const backup = join(folder, 'notebook.backup');
  await json('backup', backup);
  const before = await json<Run[]>('runs', 'list');

  const blobs = join(notebook, 'blobs');
  const blob = readdirSync(blobs, { recursive: true, encoding: 'utf8' }).find((path) =>
    /[0-9a-f]{64}$/.test(path)
  )!;
  writeFileSync(join(blobs, blob), 'damage');
  const damaged = await bitlab('verify');
  expect(damaged.code).toBe(1);
  expect(damaged.stdout).toContain(`The stored file ${blob.slice(-64)} does not match its hash.`);

  const { replaced } = await json<{ replaced: string }>('restore', backup);
  expect(readFileSync(join(replaced, 'blobs', blob), 'utf8')).toBe('damage');
  expect(await json('verify')).toMatchObject({ sound: true, problems: [] });
  expect(await json('runs', 'list')).toEqual(before);
  expect(await json('run', 'replay', runs[1]!.id)).toMatchObject({ same: true });

  const refused = await bitlab('restore', written('no.backup', 'text'));
  expect(refused.stderr).toContain('[NOTEBOOK_FOREIGN]');
  expect(await json('runs', 'list')).toHaveLength(before.length);
});
