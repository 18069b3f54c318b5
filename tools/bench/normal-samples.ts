import { uniform } from '../../src/main/numeric/random.ts';

/** Standard normal float32 values by the method of Box and Muller (1958), reproducible. @param stream tells tensors apart */
export function normalSamples(stream: number, count: number): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform(0, stream, i)));
    const angle = 2 * Math.PI * uniform(0, stream, i + 1);
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}
