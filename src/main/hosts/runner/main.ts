/*
 * The computing process: reads files, owns ONNX Runtime and computes. It knows nothing of the notebook; a crash here ends
 * one run. Runs are computed one at a time, with as many threads as the job says; everything else is answered at once.
 */
import { BitlabError, toReport, type Picture } from '../../../contract/index.ts';
import {
  openDataset,
  openMeasurement,
  packDataset,
  PictureCache,
  previewDataset,
  screenPicture
} from '../../datasets/index.ts';
import { readResults } from '../../imported-results/index.ts';
import { noHardwareSources } from '../../inference/accelerator-context.ts';
import { inspectModel } from '../../inference/inspect-model.ts';
import { layerHistograms } from '../../inference/layer-histograms.ts';
import { RunComputation } from '../../inference/compute-run.ts';
import type { DatasetFile, RunPhase } from '../../experiments/computer.ts';
import { linkNoise } from '../../simulation/photonic/index.ts';
import { acceleratorThreads } from './accelerator-kernels.ts';
import { integerKernels } from './integer-kernels.ts';
import { linearAlgebra } from './linear-algebra.ts';
import { runCodeMaps, runDivergence, runIntegers, runOnnx } from './run-integers.ts';
import { runSensitivityGround, runUnit } from './run-sensitivity.ts';
import type { FromRunner, Request, ToRunner } from './protocol.ts';
import { statisticsKernels } from './statistics-kernels.ts';

const progressIntervalMs = 100;

const caches = new Map<string, PictureCache>();
const openSource = ({ path, format, preprocessing, name, hash, cache }: DatasetFile) =>
  openDataset(
    path,
    format,
    preprocessing,
    name,
    cache === undefined ? null : { hash, cache: cacheIn(cache.folder, cache.limitBytes) }
  );
const computation = new RunComputation(
  openSource,
  { linearAlgebra, integer: integerKernels, statistics: statisticsKernels, accelerator: acceleratorThreads },
  { ...noHardwareSources, linkNoise },
  ({ path, name, kind }) => openMeasurement(path, name, kind)
);
const cancellations = new Map<number, AbortController>();
let queue: Promise<unknown> = Promise.resolve();

const send = connect(receive);

function receive(message: ToRunner): void {
  if (message.type === 'cancel') return cancellations.get(message.id)?.abort();
  answer(message).then(
    (value) => send({ type: 'result', id: message.id, value }),
    (error: unknown) => send({ type: 'failure', id: message.id, report: toReport(error) })
  );
}

async function answer(request: Request): Promise<unknown> {
  switch (request.method) {
    case 'inspectModel':
      return inspectModel(request.input.path, request.input.fileName, request.input.origin);
    case 'packDataset': {
      const { request: asked, containerPath } = request.input;
      const report = progressOf(request.id);
      return packDataset(asked, containerPath, (done, total) => report('preparing', done / total));
    }
    case 'previewDataset':
      return previewDataset(request.input);
    case 'readMeasurement':
      return openMeasurement(request.input.path, request.input.fileName, request.input.kind);
    case 'readResults':
      return readResults(request.input.path, request.input.fileName, request.input.format);
    case 'pictures':
      return pictures(request.input.dataset, request.input.samples);
    case 'measureFit':
      return inTurn(request.id, (signal) => computation.fit(request.input, signal));
    case 'identity': {
      const { job, samples } = request.input;
      return inTurn(request.id, (signal) => computation.identity(job, samples, signal));
    }
    case 'compute':
      return inTurnWithProgress(request.id, (report, signal) =>
        computation.compute(request.input, report, signal)
      );
    case 'integers':
      return inTurn(request.id, (signal) =>
        runIntegers(computation, request.input.job, request.input.samples, signal)
      );
    case 'quantizedOnnx':
      return inTurn(request.id, (signal) => runOnnx(computation, request.input.job, signal));
    case 'divergence':
      return inTurn(request.id, (signal) =>
        runDivergence(computation, request.input.job, request.input.samples, signal)
      );
    case 'codeMaps':
      return inTurn(request.id, (signal) =>
        runCodeMaps(computation, request.input.job, request.input.sample, signal)
      );
    case 'sensitivityGround':
      return inTurnWithProgress(request.id, (report, signal) =>
        runSensitivityGround(computation, request.input, report, signal)
      );
    case 'measureUnit':
      return inTurn(request.id, (signal) => runUnit(computation, request.input, signal));
    case 'layerHistograms': {
      const { job, layer, part } = request.input;
      return inTurn(request.id, async (signal) => {
        const { network, pictures } = await computation.observe(job, signal);
        return layerHistograms(network, pictures, layer, part, job.threads);
      });
    }
  }
}

async function pictures(file: DatasetFile, samples: readonly number[]): Promise<Picture[]> {
  const dataset = await openSource(file);
  const found: Picture[] = [];
  for (const sample of samples.filter((each) => each < dataset.samples))
    found.push(screenPicture(await dataset.picture(sample), sample, dataset.labels));
  return found;
}

/** One for each folder, which knows what is in it. */
function cacheIn(folder: string, limitBytes: number): PictureCache {
  const key = `${limitBytes} ${folder}`;
  const cache = caches.get(key) ?? new PictureCache(folder, limitBytes);
  caches.set(key, cache);
  return cache;
}

type Report = (phase: RunPhase, fraction: number) => void;

/** The same, and tells how far it is a few times a second. */
function inTurnWithProgress<T>(
  id: number,
  work: (report: Report, signal: AbortSignal) => Promise<T>
): Promise<T> {
  const report = progressOf(id);
  return inTurn(id, (signal) => work(report, signal));
}

/** Tells the parent how far something is, a few times a second. */
function progressOf(id: number): Report {
  let lastPhase: RunPhase | null = null;
  let lastTime = 0;
  return (phase, fraction) => {
    const now = performance.now();
    if (phase === lastPhase && now - lastTime < progressIntervalMs) return;
    [lastPhase, lastTime] = [phase, now];
    send({ type: 'progress', id, phase, fraction });
  };
}

/** One computation at a time. */
function inTurn<T>(id: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  cancellations.set(id, controller);
  const result = queue.then(() => {
    if (controller.signal.aborted) throw new BitlabError('RUN_CANCELLED');
    return work(controller.signal);
  });
  queue = result.catch(() => {}).finally(() => cancellations.delete(id));
  return result;
}

/** Connects to the parent, a Node process or Electron's main process, and ends with it. */
function connect(listener: (message: ToRunner) => void): (message: FromRunner) => void {
  const port = (process as unknown as { parentPort?: ElectronPort }).parentPort;
  if (port !== undefined) {
    port.on('message', (event) => listener(event.data));
    return (message) => port.postMessage(message);
  }
  if (process.send === undefined) throw new Error('The computing process is started by Bitlab itself.');
  process.on('message', (message) => listener(message as ToRunner));
  process.once('disconnect', () => process.exit());
  // Ctrl+C reaches the whole process group; the parent decides what becomes of the run.
  process.on('SIGINT', () => {});
  return (message) => void process.send?.(message, () => {});
}

/** What this file uses of Electron's process.parentPort. */
interface ElectronPort {
  on(event: 'message', listener: (event: { data: ToRunner }) => void): void;
  postMessage(message: FromRunner): void;
}
