import { Worker } from 'node:worker_threads';
import type { AcceleratorKernels } from '../../kernels/accelerator-kernels.ts';
import type { AcceleratorFunctions } from '../../kernels/accelerator-program.ts';
import { instantiateKernels } from '../../kernels/instantiate.ts';
import {
  acceleratorKernels,
  type KernelThreads,
  type ThreadWork
} from '../../kernels/load-accelerator-kernels.ts';
import { acceleratorWorkerEntry } from '../program-folder.ts';
import type { WorkerStart } from './accelerator-worker.ts';
import { kernelBytes } from './kernel-files.ts';

const loaded = new Map<number, Promise<AcceleratorKernels>>();

/**
 * The compiled accelerator kernels with so many threads, loaded and started at the first call.
 * @throws BitlabError KERNELS_MISSING
 */
export function acceleratorThreads(threads: number): Promise<AcceleratorKernels> {
  const known = loaded.get(threads) ?? load(threads);
  loaded.set(threads, known);
  return known;
}

async function load(threads: number): Promise<AcceleratorKernels> {
  const bytes = await kernelBytes('accelerator');
  const instance = await instantiateKernels<AcceleratorFunctions>(bytes);
  const workers = Array.from({ length: threads - 1 }, () => helper({ bytes, memory: instance.memory }));
  const others: KernelThreads = {
    count: workers.length,
    run: (index, work) => workers[index]!(work),
    pause: () => new Promise((resolve) => setImmediate(resolve))
  };
  return acceleratorKernels(instance, others);
}

/** Starts a thread. It keeps the process alive only while it computes, and does one work after the other. */
function helper(workerData: WorkerStart): (work: ThreadWork) => Promise<void> {
  const worker = new Worker(acceleratorWorkerEntry, { workerData });
  worker.unref();
  let failure: { readonly reason: unknown } | null = null;
  /** Of the works under way, in their order. */
  const waiting: { readonly resolve: () => void; readonly reject: (reason: unknown) => void }[] = [];
  worker.on('message', () => {
    waiting.shift()!.resolve();
    if (waiting.length === 0) worker.unref();
  });
  worker.on('error', (reason) => {
    failure = { reason };
    for (const { reject } of waiting.splice(0)) reject(reason);
  });
  return async (work) => {
    if (failure !== null) throw failure.reason;
    worker.ref();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.push({ resolve, reject });
    worker.postMessage(work);
    return promise;
  };
}
