/**
 * A register of two's complement that counts the additions which do not fit. The plain reference of the accumulators:
 * every intermediate value is a whole number below 2^53, which a double holds exactly.
 */
export class Accumulator {
  readonly #lowest: number;
  readonly #highest: number;
  readonly #saturates: boolean;
  value = 0;
  overflows = 0;

  /** @param bits 8 to 32 (any from 2 works) */
  constructor(bits: number, overflow: 'wrap' | 'saturate', start = 0) {
    this.#lowest = -(2 ** (bits - 1));
    this.#highest = 2 ** (bits - 1) - 1;
    this.#saturates = overflow === 'saturate';
    this.value = start;
  }

  /** Adds a whole number of at most 2^52 in magnitude. */
  add(addend: number): void {
    const sum = this.value + addend;
    if (sum >= this.#lowest && sum <= this.#highest) {
      this.value = sum;
      return;
    }
    this.overflows++;
    if (this.#saturates) this.value = sum < 0 ? this.#lowest : this.#highest;
    else {
      const modulus = this.#highest - this.#lowest + 1;
      this.value = sum - Math.floor((sum - this.#lowest) / modulus) * modulus;
    }
  }
}

/** The sum of two products as pmaddubsw forms it: saturated to 16 bits. */
export const saturateTo16Bits = (sum: number): number => Math.min(Math.max(sum, -32768), 32767);
