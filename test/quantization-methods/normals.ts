import { uniform } from '../../src/main/numeric/random.ts';

/** Standard normal float32 numbers (Box-Muller), the same for the same seed. */
export function normals(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, 0, 2 * i)));
    return radius * Math.cos(2 * Math.PI * uniform(seed, 0, 2 * i + 1));
  });
}
