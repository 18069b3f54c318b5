/** The little of the WebAssembly interface that the kernels need; its names are not among the pure environment's. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

const pageBytes = 65536;
/** Every block begins at a multiple of this, a whole cache line. */
const alignment = 64;

/** A block of a kernel memory. Its address stays; a view of it must be made anew after memory was allocated. */
export interface Block {
  readonly address: number;
  readonly bytes: number;
}

/** Hands out parts of a WebAssembly memory, which grows where it must. */
export class KernelMemory {
  readonly #memory: SharedMemory;
  readonly #free: Block[] = [];
  #end: number;

  /** @param start where the kernels' own data end */
  constructor(memory: SharedMemory, start: number) {
    this.#memory = memory;
    this.#end = Math.ceil(start / alignment) * alignment;
  }

  /** A block, its bytes undefined. @throws RangeError where the memory cannot grow so far */
  allocate(bytes: number): Block {
    const rounded = Math.max(Math.ceil(bytes / alignment), 1) * alignment;
    const place = this.#free.findIndex((block) => block.bytes >= rounded);
    if (place >= 0) {
      const [block] = this.#free.splice(place, 1);
      const rest = { address: block!.address + rounded, bytes: block!.bytes - rounded };
      if (rest.bytes > 0) this.#free.push(rest);
      return { address: block!.address, bytes: rounded };
    }
    const block = { address: this.#end, bytes: rounded };
    const missing = block.address + rounded - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    this.#end = block.address + rounded;
    return block;
  }

  /** Takes a block back, and joins it with free neighbours. */
  release(block: Block): void {
    let { address, bytes } = block;
    for (let i = this.#free.length - 1; i >= 0; i--) {
      const other = this.#free[i]!;
      if (other.address + other.bytes === address) address = other.address;
      else if (address + bytes !== other.address) continue;
      bytes += other.bytes;
      this.#free.splice(i, 1);
      i = this.#free.length;
    }
    if (address + bytes === this.#end) this.#end = address;
    else this.#free.push({ address, bytes });
  }

  int16(address: number, length: number): Int16Array<SharedArrayBuffer> {
    return new Int16Array(this.#memory.buffer, address, length);
  }

  int32(address: number, length: number): Int32Array<SharedArrayBuffer> {
    return new Int32Array(this.#memory.buffer, address, length);
  }

  float32(address: number, length: number): Float32Array<SharedArrayBuffer> {
    return new Float32Array(this.#memory.buffer, address, length);
  }

  float64(address: number, length: number): Float64Array<SharedArrayBuffer> {
    return new Float64Array(this.#memory.buffer, address, length);
  }
}

/** Memory that passing computations share: one block, as large as the largest that was asked for. */
export class Scratch {
  readonly #memory: KernelMemory;
  #block: Block | null = null;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
  }

  /** Addresses of areas of the given sizes, valid until the next call. */
  areas(...sizes: readonly number[]): number[] {
    const rounded = sizes.map((bytes) => Math.ceil(bytes / alignment) * alignment);
    const total = rounded.reduce((sum, bytes) => sum + bytes, 0);
    if (this.#block === null || this.#block.bytes < total) {
      if (this.#block !== null) this.#memory.release(this.#block);
      this.#block = this.#memory.allocate(total);
    }
    let next = this.#block.address;
    return rounded.map((bytes) => {
      const address = next;
      next += bytes;
      return address;
    });
  }
}
