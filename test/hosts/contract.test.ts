import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { methods } from '../../src/contract/index.ts';
import type { MethodName } from '../../src/contract/index.ts';
import { answerCall } from '../../src/main/hosts/call-method.ts';
import type { Answer } from '../../src/main/hosts/call-method.ts';
import { startLoopback } from '../../src/main/hosts/loopback/server.ts';
import type { Loopback } from '../../src/main/hosts/loopback/server.ts';
import { Uploads } from '../../src/main/hosts/loopback/uploads.ts';
import { openBitlab } from '../../src/main/hosts/open.ts';
import type { Bitlab } from '../../src/main/hosts/open.ts';
import { runnerEntry } from '../../src/main/hosts/program-folder.ts';
import { forkRunner } from '../../src/main/hosts/runner/fork-runner.ts';

/*
 * One notebook, reached in two ways: as the desktop's bridge calls it (structured clones) and over HTTP (JSON). Both must
 * answer alike, and as the contract says.
 */
const folder = mkdtempSync(join(tmpdir(), 'bitlab-contract-'));
const root = join(import.meta.dirname, '../..');
let bitlab: Bitlab;
let uploads: Uploads;
let host: Loopback;
let cookie: string;

beforeAll(async () => {
  mkdirSync(join(folder, 'interface'));
  writeFileSync(join(folder, 'interface/index.html'), '');
  uploads = new Uploads(1 << 30);
  bitlab = await openBitlab({
    folder: join(folder, 'notebook'),
    samples: true,
    startRunner: () => forkRunner(runnerEntry),
    uploads,
    allowPath: () => false
  });
  const { handlers, subscribe } = bitlab;
  host = await startLoopback({ handlers, subscribe, uploads, interfaceFolder: join(folder, 'interface') });
  cookie = (await fetch(host.address, { redirect: 'manual' })).headers.get('set-cookie')!.split(';')[0]!;
});

afterAll(async () => {
  await host.close();
  await bitlab.close();
  await uploads.close();
  rmSync(folder, { recursive: true, force: true });
});

type Way = (method: string, input: unknown) => Promise<Answer>;

const asBridge: Way = async (method, input) =>
  structuredClone(await answerCall(bitlab.handlers, method, structuredClone(input)));

const overHttp: Way = async (method, input) => {
  const response = await fetch(`http://127.0.0.1:${host.port}/api/${method}`, {
    method: 'POST',
    headers: { cookie, origin: `http://127.0.0.1:${host.port}`, 'content-type': 'application/json' },
    body: JSON.stringify(input)
  });
  const body: unknown = await response.json();
  return response.ok ? { value: body } : (body as Answer);
};

async function upload(fileName: string, bytes: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${host.port}/uploads?fileName=${fileName}`, {
    method: 'POST',
    headers: { cookie, origin: `http://127.0.0.1:${host.port}` },
    body: bytes
  });
  return ((await response.json()) as { upload: string }).upload;
}

async function value<M extends MethodName>(way: Way, method: M, input: unknown): Promise<unknown> {
  const answer = await way(method, input);
  if ('error' in answer) throw new Error(`${method}: ${answer.error.sentence}`);
  // The contract's own reading of the value drops what it does not know: nothing may be there that it drops.
  expect(methods[method].output.parse(answer.value)).toEqual(answer.value);
  return answer.value;
}

const file = {
  name: 'one run',
  models: ['resnet18-mse'],
  data: { evaluate: 'shapes10-test', calibrate: 'shapes10-calib', samples: 20, calibrationSamples: 20 },
  fixed: { weights: { bits: 4 }, activations: { bits: 4 } }
};

test('what is read is the same both ways, and as the contract says', async () => {
  const [model] = (await value(asBridge, 'models.list', {})) as { id: string }[];
  const [dataset] = (await value(asBridge, 'datasets.list', {})) as { id: string }[];
  const calls: [MethodName, unknown][] = [
    ['notebook.overview', {}],
    ['notebook.verify', {}],
    ['settings.get', {}],
    ['models.list', {}],
    ['models.get', { id: model!.id }],
    ['datasets.list', {}],
    ['datasets.get', { id: dataset!.id }],
    ['datasets.pictures', { id: dataset!.id, samples: [0, 5] }],
    ['experiments.list', {}],
    ['kept.list', {}],
    ['experiments.format', { file, text: 'name: one run # mine' }],
    ['experiments.parse', { text: 'name: [' }],
    ['experiments.parse', { text: JSON.stringify(file) }],
    ['experiments.plan', { file }],
    ['runs.list', {}],
    [
      'runs.query',
      { columns: ['model', 'weights.bits', 'top1'], sort: [{ column: 'top1', direction: 'descending' }] }
    ],
    ['runs.groups', { by: 'all-but-seed', columns: ['model'], metrics: ['top1'] }],
    ['runs.columns', {}],
    ['runs.complete', { text: 'weights.b', caret: 9 }],
    ['views.list', {}],
    ['exports.list', {}],
    ['exports.runs', {}]
  ];
  for (const [method, input] of calls)
    expect(await value(overHttp, method, input), method).toEqual(await value(asBridge, method, input));
});

test('what is refused is refused with the same report both ways', async () => {
  const calls: [string, unknown][] = [
    ['models.get', { id: 'none' }],
    ['models.get', {}],
    ['models.get', { id: 'a', more: 1 }],
    ['models.import', { source: { path: join(root, 'package.json') } }],
    ['models.import', { source: { upload: 'none', fileName: 'a.onnx' } }],
    ['datasets.pictures', { id: 'none', samples: [] }],
    ['experiments.run', { file: { ...file, models: ['resnet18-mes'] } }],
    ['runs.get', { id: 'none' }],
    ['runs.list', { where: 'bits <' }],
    ['runs.query', { columns: ['bitz'] }],
    [
      'runs.groups',
      { by: ['model'], columns: [], metrics: [], sort: [{ column: 'top1', direction: 'ascending' }] }
    ],
    ['nothing', {}]
  ];
  for (const [method, input] of calls) {
    const answer = await overHttp(method, input);
    expect(answer, method).toHaveProperty('error.code');
    expect(answer, method).toEqual(await asBridge(method, input));
  }
});

test('a run can be followed from either side to its predictions', async () => {
  const events: string[] = [];
  bitlab.subscribe((event) => events.push(event.type));
  const { id } = (await value(overHttp, 'experiments.run', { file })) as { id: string };
  await expect
    .poll(async () => ((await value(asBridge, 'experiments.get', { id })) as { status: string }).status, {
      timeout: 50_000
    })
    .toBe('finished');
  const runs = (await value(overHttp, 'runs.list', { experimentId: id })) as { id: string }[];
  expect(runs).toHaveLength(2);
  for (const [method, input] of [
    ['runs.get', { id: runs[0]!.id }],
    ['runs.predictions', { id: runs[0]!.id }],
    ['runs.compare', { ids: runs.map((run) => run.id) }],
    ['runs.classes', { ids: runs.map((run) => run.id), reference: runs[0]!.id }],
    ['runs.layers', { ids: runs.map((run) => run.id) }],
    ['runs.disagreements', { ids: runs.map((run) => run.id), reference: runs[0]!.id }],
    ['experiments.get', { id }],
    ['experiments.pairs', { id }],
    ['exports.runs', { experimentId: id, shape: 'wide', format: 'json' }]
  ] as [MethodName, unknown][])
    expect(await value(overHttp, method, input), method).toEqual(await value(asBridge, method, input));
  expect(new Set(events)).toEqual(new Set(['experiment-progress', 'run-changed', 'changed']));
});

test('an upload is imported, and gone afterwards whether it was good or not', async () => {
  const good = await upload(
    'again.npz',
    new Uint8Array(readFileSync(join(root, 'resources/samples/calib.npz')))
  );
  const source = { upload: good, fileName: 'again.npz' };
  expect(await value(overHttp, 'datasets.import', { source, name: 'again' })).toMatchObject({ samples: 512 });
  const bad = await upload('bad.onnx', 'no model');
  const refused = await overHttp('models.import', { source: { upload: bad, fileName: 'bad.onnx' } });
  expect(refused).toMatchObject({ error: { code: 'MODEL_NOT_ONNX' } });
  for (const id of [good, bad]) expect(() => uploads.path(id, 'a')).toThrow('is not there any more');
});
