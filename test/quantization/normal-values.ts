import { uniform } from '../../src/main/numeric/random.ts';

/** Reproducible standard normal values, by Box and Muller. */
export function normalValues(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, 0, i)));
    return radius * Math.cos(2 * Math.PI * uniform(seed, 1, i));
  });
}
