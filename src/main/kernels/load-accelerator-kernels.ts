import type {
  AcceleratorKernels,
  AcceleratorLayer,
  AcceleratorStatistics,
  PreparedAcceleratorLayer
} from './accelerator-kernels.ts';
import { tileCount } from './accelerator-kernels.ts';
import { layOut } from './accelerator-layout.ts';
import {
  threadArea,
  type AcceleratorBatch,
  type AcceleratorFunctions,
  type AcceleratorProgram
} from './accelerator-program.ts';
import { partCount, takenParts } from './accelerator-threads.ts';
import { checkArrays } from './integer-kernel-context.ts';
import type { KernelInstance } from './instantiate.ts';
import { KernelMemory, Scratch } from './kernel-memory.ts';
import { inputElements, outputElements, reductionLength } from './layer-shape.ts';

/** A part of the work for another thread. */
export interface ThreadWork {
  readonly program: AcceleratorProgram;
  readonly batch: AcceleratorBatch;
  /** Of the thread's own area. */
  readonly area: number;
}

/** Further threads with the same kernels on the same memory; the host starts them. */
export interface KernelThreads {
  readonly count: number;
  /** Computes parts in thread `index` until all are taken. */
  run(index: number, work: ThreadWork): Promise<void>;
  /** Lets whatever else this thread has to do come first. */
  pause(): Promise<void>;
}

/** The kernels in the memory that threads share. */
export type AcceleratorInstance = KernelInstance<AcceleratorFunctions>;

/** The WebAssembly kernels, in this thread and in others beside it. */
export function acceleratorKernels(
  { functions, memory: shared }: AcceleratorInstance,
  threads: KernelThreads = { count: 0, run: async () => {}, pause: async () => {} }
): AcceleratorKernels {
  const memory = new KernelMemory(shared, functions.heapBase());
  const context: Context = { functions, memory, idle: [], threads };
  return { threads: threads.count + 1, prepare: (layer) => prepareLayer(context, layer) };
}

interface Context {
  readonly functions: AcceleratorFunctions;
  readonly memory: KernelMemory;
  /** Of batches that are done: each that is under way has its own. */
  readonly idle: Scratch[];
  readonly threads: KernelThreads;
}

function prepareLayer(context: Context, layer: AcceleratorLayer): PreparedAcceleratorLayer {
  const { functions, memory, idle, threads } = context;
  const { program, blocks } = layOut(memory, layer);
  const sampleInput = inputElements(layer.shape);
  const sampleOutput = outputElements(layer.shape);
  const areaBytes = threadArea(program, 0).bytes;
  const sumsOfSample =
    sampleOutput * tileCount(reductionLength(layer.shape), layer.tile) * layer.passes.length;
  return {
    async run(input, samples, firstSample, output) {
      checkArrays(layer, input, output, samples, sampleInput, sampleOutput);
      const elements = samples * sampleOutput;
      const outputBytes = elements * program.elementBytes;
      const helpers = Math.min(threads.count, partCount(program, { samples }) - 1);
      const scratch = idle.pop() ?? new Scratch(memory);
      const [next = 0, codes = 0, results = 0, ...areas] = scratch.areas(
        4,
        samples * sampleInput * 2,
        outputBytes,
        ...Array.from({ length: helpers + 1 }, () => areaBytes)
      );
      memory.int16(codes, input.length).set(input);
      Atomics.store(memory.int32(next, 1), 0, 0);
      const batch = { input: codes, output: results, samples, firstSample, next };
      const others = Promise.all(
        areas.slice(1).map((area, index) => threads.run(index, { program, batch, area }))
      );
      // A thread that fails is heard below, when this one has done its parts.
      others.catch(() => {});
      // Between parts this thread prepares what another batch needs next, so that the others do not wait for it.
      for (const _ of takenParts(functions, memory, program, batch, areas[0]!)) {
        if (helpers > 0) await threads.pause();
      }
      await others;
      output.set(
        program.elementBytes === 2 ? memory.int16(results, elements) : memory.float32(results, elements)
      );
      const counts = countsOf(memory, program, areas);
      idle.push(scratch);
      return { sums: samples * sumsOfSample, ...counts };
    },
    release: () => blocks.forEach((block) => memory.release(block))
  };
}

/** What all threads counted. */
function countsOf(
  memory: KernelMemory,
  program: AcceleratorProgram,
  areas: readonly number[]
): Omit<AcceleratorStatistics, 'sums'> {
  let clipped = 0;
  let overflows = 0;
  const histogram = program.bins === 0 ? null : new Float64Array(program.bins);
  for (const address of areas) {
    const area = threadArea(program, address);
    const counted = memory.float64(area.statistics, 3);
    clipped += counted[0]!;
    overflows += counted[1]! + counted[2]!;
    if (histogram === null) continue;
    memory.int32(area.histogram, program.bins).forEach((count, bin) => (histogram[bin]! += count));
  }
  return { clipped, overflows, histogram };
}
