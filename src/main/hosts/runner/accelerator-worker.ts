/*
 * A further thread of the accelerator kernels: the same WebAssembly on the same memory. It computes parts of a layer's batch until
 * all are taken, and keeps nothing in between.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { AcceleratorFunctions } from '../../kernels/accelerator-program.ts';
import { takenParts } from '../../kernels/accelerator-threads.ts';
import { instantiateKernels } from '../../kernels/instantiate.ts';
import { KernelMemory, type SharedMemory } from '../../kernels/kernel-memory.ts';
import type { ThreadWork } from '../../kernels/load-accelerator-kernels.ts';

/** What the thread is started with. */
export interface WorkerStart {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly memory: SharedMemory;
}

const { bytes, memory: shared } = workerData as WorkerStart;
const instance = instantiateKernels<AcceleratorFunctions>(bytes, shared);

parentPort!.on('message', ({ program, batch, area }: ThreadWork) => {
  void instance.then(({ functions }) => {
    for (const _ of takenParts(functions, new KernelMemory(shared, 0), program, batch, area));
    parentPort!.postMessage(null);
  });
});
