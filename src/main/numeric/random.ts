/**
 * Counter-based random numbers: Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011). A number depends on its key and counter only, never on how many were drawn before it.
 */

/** Four words of 32 bits, unsigned. */
export type Counter = readonly [number, number, number, number];
/** Two words of 32 bits, unsigned. */
export type Key = readonly [number, number];

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
/** Weyl constants by which the key advances each round: the golden ratio and the square root of three, less one. */
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;
const rounds = 10;

/** Ten rounds of Philox on four words. @returns four uniform words of 32 bits, unsigned */
export function philox4x32(counter: Counter, key: Key): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < rounds; round++) {
    const high0 = highProduct(multiplier0, c0);
    const high1 = highProduct(multiplier1, c2);
    const low0 = Math.imul(multiplier0, c0);
    const low1 = Math.imul(multiplier1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + weyl0) | 0;
    k1 = (k1 + weyl1) | 0;
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}

/**
 * A uniform number in [0, 1) with 53 random bits.
 * @param seed 32 bits, as in a configuration
 * @param stream 32 bits that tell apart what the numbers are used for
 * @param index which number of the stream: a whole number from 0 to 2^53 - 1
 */
export function uniform(seed: number, stream: number, index: number): number {
  const [w0, w1] = philox4x32([index >>> 0, Math.floor(index / 2 ** 32), 0, 0], [seed, stream]);
  return ((w0 >>> 5) * 2 ** 26 + (w1 >>> 6)) * 2 ** -53;
}

/** The upper 32 bits of the product of two unsigned 32-bit numbers, from products of 16-bit halves. */
function highProduct(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = (middle % 0x10000) + aLow * bHigh;
  return aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000);
}
