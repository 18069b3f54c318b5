import { BitlabError } from '../../../contract/index.ts';
import type { Computer, RunPhase } from '../../experiments/computer.ts';
import type { FromRunner, RunnerMethod, RunnerMethods, RunnerProcess, ToRunner } from './protocol.ts';

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: BitlabError) => void;
  readonly onProgress: (phase: RunPhase, fraction: number) => void;
}

/**
 * The computing process behind the interface that use cases know. It is started at the first request, and again after it
 * ended unexpectedly; what it was doing then rejects with RUNNER_CRASHED.
 */
export function createRunner(start: () => RunnerProcess): Computer {
  const pending = new Map<number, Pending>();
  let process: RunnerProcess | null = null;
  let lastId = 0;
  let closed = false;

  function running(): RunnerProcess {
    if (process !== null) return process;
    const started = start();
    started.onMessage(receive);
    started.onExit((reason) => {
      if (process !== started) return;
      process = null;
      const error = closed ? new BitlabError('RUN_CANCELLED') : new BitlabError('RUNNER_CRASHED', { reason });
      for (const { reject } of pending.values()) reject(error);
      pending.clear();
    });
    process = started;
    return started;
  }

  function receive(message: FromRunner): void {
    const request = pending.get(message.id);
    if (request === undefined) return;
    if (message.type === 'progress') return request.onProgress(message.phase, message.fraction);
    pending.delete(message.id);
    if (message.type === 'result') request.resolve(message.value);
    else request.reject(BitlabError.fromReport(message.report));
  }

  function ask<M extends RunnerMethod>(
    method: M,
    input: RunnerMethods[M]['input'],
    onProgress: Pending['onProgress'] = () => {},
    signal?: AbortSignal
  ): Promise<RunnerMethods[M]['result']> {
    if (closed || signal?.aborted === true) return Promise.reject(new BitlabError('RUN_CANCELLED'));
    const id = ++lastId;
    const cancel = () => process?.send({ type: 'cancel', id });
    signal?.addEventListener('abort', cancel, { once: true });
    return new Promise<RunnerMethods[M]['result']>((resolve, reject) => {
      pending.set(id, { resolve: resolve as Pending['resolve'], reject, onProgress });
      running().send({ type: 'request', id, method, input } as ToRunner);
    }).finally(() => signal?.removeEventListener('abort', cancel));
  }

  return {
    inspectModel: (path, fileName, origin) => ask('inspectModel', { path, fileName, origin }),
    packDataset: (request, containerPath, onProgress) =>
      ask('packDataset', { request, containerPath }, (_, fraction) => onProgress(fraction)),
    previewDataset: (request) => ask('previewDataset', request),
    readMeasurement: (path, fileName, kind) => ask('readMeasurement', { path, fileName, kind }),
    readResults: (path, fileName, format) => ask('readResults', { path, fileName, format }),
    pictures: (dataset, samples) => ask('pictures', { dataset, samples }),
    measureFit: (job) => ask('measureFit', job),
    identity: (job, samples) => ask('identity', { job, samples }),
    compute: (job, onProgress, signal) => ask('compute', job, onProgress, signal),
    integers: (job, samples) => ask('integers', { job, samples }),
    quantizedOnnx: (job) => ask('quantizedOnnx', { job }),
    divergence: (job, samples) => ask('divergence', { job, samples }),
    codeMaps: (job, sample) => ask('codeMaps', { job, sample }),
    sensitivityGround: (job, onProgress, signal) => ask('sensitivityGround', job, onProgress, signal),
    measureUnit: (unitJob, signal) => ask('measureUnit', unitJob, () => {}, signal),
    layerHistograms: (job, layer, part) => ask('layerHistograms', { job, layer, part }),
    async close() {
      closed = true;
      process?.kill();
    }
  };
}
