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
  const others: KernelThreads = { count: workers.length, run: (index, work) => workers[index]!(work) };
  return acceleratorKernels(instance, others);
}

/** Starts a thread. It does not keep the process alive. */
function helper(workerData: WorkerStart): (work: ThreadWork) => Promise<void> {
  const worker = new Worker(acceleratorWorkerEntry, { workerData });
  worker.unref();
  let failure: unknown = null;
  worker.on('error', (error) => (failure = error));
  return async (work) => {
    if (failure !== null) throw failure;
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        worker.off('error', reject);
        worker.unref();
        resolve();
      };
      worker.ref();
      worker.once('error', reject);
      worker.once('message', done);
      worker.postMessage(work);
    });
  };
}
