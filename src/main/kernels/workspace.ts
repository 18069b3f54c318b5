import type { SharedMemory } from './kernel-memory.ts';

const pageBytes = 65_536;
/** Vectors are read beyond the end of an array, so arrays stand on, and are rounded up to, multiples of this. */
const alignment = 64;

/** Places for arrays in a WebAssembly memory, all given up at once. Placing may grow the memory, so write and read after it. */
export class Workspace {
  readonly #memory: SharedMemory;
  readonly #start: number;
  #next: number;

  /** @param start the first byte that may be used */
  constructor(memory: SharedMemory, start: number) {
    this.#memory = memory;
    this.#start = aligned(start);
    this.#next = this.#start;
  }

  /** The same workspace, with nothing placed. */
  empty(): this {
    this.#next = this.#start;
    return this;
  }

  /** @returns the address of so many bytes @throws RangeError where the memory cannot grow so far */
  place(bytes: number): number {
    const place = this.#next;
    this.#next = aligned(place + bytes);
    const missing = this.#next - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    return place;
  }

  placeSeveral(count: number, bytes: number): number[] {
    return Array.from({ length: count }, () => this.place(bytes));
  }

  write(place: number, values: Float32Array | Float64Array): void {
    if (values instanceof Float32Array)
      new Float32Array(this.#memory.buffer, place, values.length).set(values);
    else new Float64Array(this.#memory.buffer, place, values.length).set(values);
  }

  clear(place: number, bytes: number): void {
    new Uint8Array(this.#memory.buffer, place, bytes).fill(0);
  }

  /** A square matrix, its rows and their number extended by zeros to `stride`. */
  writePadded(place: number, matrix: Float64Array, size: number, stride: number): void {
    const rows = new Float64Array(this.#memory.buffer, place, stride * stride).fill(0);
    for (let row = 0; row < size; row++)
      rows.set(matrix.subarray(row * size, (row + 1) * size), row * stride);
  }

  /** The upper half of a square matrix that was padded to `stride`, zeros below. */
  readUpper(place: number, size: number, stride: number): Float64Array {
    const rows = new Float64Array(this.#memory.buffer, place, stride * stride);
    const upper = new Float64Array(size * size);
    for (let row = 0; row < size; row++)
      upper.set(rows.subarray(row * stride + row, row * stride + size), row * size + row);
    return upper;
  }

  readFloat32(place: number, count: number): Float32Array {
    return new Float32Array(new Float32Array(this.#memory.buffer, place, count));
  }

  readInto(place: number, values: Float32Array | Float64Array): void {
    if (values instanceof Float32Array)
      values.set(new Float32Array(this.#memory.buffer, place, values.length));
    else values.set(new Float64Array(this.#memory.buffer, place, values.length));
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
