import { expect, test } from 'vitest';
import { GatheredTensors } from '../../src/main/inference/gathered-tensors.ts';

test('parts of a batch come together, a shorter batch after a longer one', () => {
  const gathered = new GatheredTensors(5);
  const first = Float32Array.of(1, 2, 3, 4);
  gathered.put('a', first, 0, 2);
  // Their memory was given back.
  expect(first).toHaveLength(0);
  gathered.put('a', Float32Array.of(5, 6, 7, 8), 2, 4);
  gathered.put('a', Float32Array.of(9, 10), 4, 5);
  gathered.put('b', Float32Array.of(0.5), 0, 1);
  expect([...gathered.of('a')]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect([...gathered.of('b')]).toEqual([0.5]);
  gathered.put('a', Float32Array.of(-1, -2, -3, -4), 0, 2);
  gathered.put('a', Float32Array.of(-5, -6), 2, 3);
  expect([...gathered.of('a')]).toEqual([-1, -2, -3, -4, -5, -6]);
});
