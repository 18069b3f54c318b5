/** Tensors of a batch that is computed part by part, in memory that is kept from batch to batch. */
export class GatheredTensors {
  readonly #batch: number;
  readonly #memory = new Map<string, Float32Array>();
  readonly #lengths = new Map<string, number>();

  /** @param batch samples of the largest batch */
  constructor(batch: number) {
    this.#batch = batch;
  }

  /**
   * Takes the values of the samples from `start` to `end`, and gives their memory back at once: left to the garbage collector, the
   * activations of every batch would take a tenth of the whole time, and twice the memory.
   * @param values in a buffer of their own, not used any more
   */
  put(name: string, values: Float32Array, start: number, end: number): void {
    const ofSample = values.length / (end - start);
    let memory = this.#memory.get(name);
    if (memory === undefined) this.#memory.set(name, (memory = new Float32Array(ofSample * this.#batch)));
    memory.set(values, ofSample * start);
    this.#lengths.set(name, ofSample * end);
    if (values.buffer instanceof ArrayBuffer) values.buffer.transfer(0);
  }

  /** The values of all samples that were put in since the first; overwritten by the next batch. */
  of(name: string): Float32Array {
    return this.#memory.get(name)!.subarray(0, this.#lengths.get(name));
  }
}
