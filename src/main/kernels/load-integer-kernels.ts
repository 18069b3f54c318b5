import type { IntegerKernels } from './integer-kernels.ts';
import { prepareConvolution } from './integer-convolution.ts';
import type { KernelContext, KernelFunctions } from './integer-kernel-context.ts';
import { prepareProduct } from './integer-product.ts';
import { KernelMemory, Scratch, type SharedMemory } from './kernel-memory.ts';

/** What every JavaScript environment of the program has, and the pure one's types lack. */
declare const WebAssembly: {
  readonly Memory: new (options: { initial: number; maximum: number; shared: true }) => SharedMemory;
  instantiate(
    bytes: Uint8Array<ArrayBuffer>,
    imports: { env: { memory: SharedMemory } }
  ): Promise<{ instance: { exports: unknown } }>;
};

/** As tools/kernels.mjs compiles it. */
const memoryLimits = { initial: 16, maximum: 65536, shared: true } as const;

/**
 * The WebAssembly kernels. They keep all layers that were prepared in one memory, and are for one thread.
 * @param bytes of kernels/build/integer.wasm
 */
export async function loadIntegerKernels(bytes: Uint8Array<ArrayBuffer>): Promise<IntegerKernels> {
  const shared = new WebAssembly.Memory(memoryLimits);
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory: shared } });
  const functions = instance.exports as KernelFunctions;
  const memory = new KernelMemory(shared, functions.heapBase());
  const context: KernelContext = { functions, memory, scratch: new Scratch(memory) };
  return {
    prepare: (layer) =>
      layer.shape.kind === 'product'
        ? prepareProduct(context, layer, layer.shape)
        : prepareConvolution(context, layer, layer.shape)
  };
}
