import { compiledConversion } from './compiled-conversion.ts';
import type { IntegerKernels } from './integer-kernels.ts';
import { prepareConvolution } from './integer-convolution.ts';
import type { KernelContext, KernelFunctions } from './integer-kernel-context.ts';
import { instantiateKernels } from './instantiate.ts';
import { prepareProduct } from './integer-product.ts';
import { KernelMemory, Scratch } from './kernel-memory.ts';

/**
 * The WebAssembly kernels. They keep all layers that were prepared in one memory, and are for one thread.
 * @param bytes of kernels/build/integer.wasm
 */
export async function loadIntegerKernels(bytes: Uint8Array<ArrayBuffer>): Promise<IntegerKernels> {
  const { functions, memory: shared } = await instantiateKernels<KernelFunctions>(bytes);
  const memory = new KernelMemory(shared, functions.heapBase());
  const context: KernelContext = { functions, memory, scratch: new Scratch(memory) };
  return {
    conversion: compiledConversion(functions, memory),
    prepare: (layer) =>
      layer.shape.kind === 'product'
        ? prepareProduct(context, layer, layer.shape)
        : prepareConvolution(context, layer, layer.shape)
  };
}
