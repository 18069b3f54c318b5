import type { SharedMemory } from './kernel-memory.ts';

/** What every JavaScript environment of the program has, and the pure one's types lack. */
declare const WebAssembly: {
  readonly Memory: new (options: { initial: number; maximum: number; shared: true }) => SharedMemory;
  instantiate(
    bytes: Uint8Array<ArrayBuffer>,
    imports: { env: { memory: SharedMemory } }
  ): Promise<{ instance: { exports: unknown } }>;
};

/** As tools/build-kernels.mjs compiles it. */
const memoryLimits = { initial: 16, maximum: 65536, shared: true } as const;

/** Compiled kernels on a memory. */
export interface KernelInstance<Functions> {
  readonly functions: Functions;
  readonly memory: SharedMemory;
}

/**
 * Instantiates compiled kernels.
 * @param bytes of kernels/build/NAME.wasm, whose exports are `Functions`
 * @param memory one of their own where none is given; another instance's for a further thread
 */
export async function instantiateKernels<Functions>(
  bytes: Uint8Array<ArrayBuffer>,
  memory: SharedMemory = new WebAssembly.Memory(memoryLimits)
): Promise<KernelInstance<Functions>> {
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  return { functions: instance.exports as Functions, memory };
}
