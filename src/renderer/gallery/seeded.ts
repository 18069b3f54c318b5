/** Numbers from 0 to 1 that are the same wherever they are drawn: the bits of a counter, well mixed. */
export function seeded(seed: number): () => number {
  let counter = seed >>> 0;
  return () => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let bits = counter;
    bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** About normal: the sum of twelve numbers from 0 to 1, less six. */
export function seededNormal(next: () => number): number {
  let sum = -6;
  for (let index = 0; index < 12; index++) sum += next();
  return sum;
}
