import { expect, test } from 'vitest';
import { philox4x32, uniform, type Counter, type Key } from '../../src/main/numeric/random.ts';

// The known-answer vectors that the authors publish with Random123 (kat_vectors, philox4x32, 10 rounds).
test.each<[Counter, Key, number[]]>([
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
  ]
])('Philox 4x32-10 of %j with key %j', (counter, key, expected) => {
  expect(philox4x32(counter, key)).toEqual(expected);
});

test('uniform numbers depend on seed, stream and index only, and fill [0, 1) evenly', () => {
  const count = 20_000;
  const values = Array.from({ length: count }, (_, i) => uniform(7, 3, i));
  expect(uniform(7, 3, 12_345)).toBe(values[12_345]);
  expect(uniform(8, 3, 0)).not.toBe(values[0]);
  expect(uniform(7, 4, 0)).not.toBe(values[0]);
  expect(uniform(7, 3, 2 ** 32)).not.toBe(values[0]);
  expect(new Set(values).size).toBe(count);
  const tenths = new Array<number>(10).fill(0);
  for (const value of values) tenths[Math.floor(value * 10)]!++;
  // Chi-squared with 9 degrees of freedom exceeds 33.7 with probability 1e-4.
  const expected = count / 10;
  expect(tenths.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)).toBeLessThan(33.7);
});
