import { expect, test } from 'vitest';
import { alignedNames } from '../../src/main/experiments/aligned-names.ts';

test('layers of equal networks stand once, in their order', () => {
  expect(
    alignedNames([
      ['conv1', 'conv2', 'fc'],
      ['conv1', 'conv2', 'fc']
    ])
  ).toEqual(['conv1', 'conv2', 'fc']);
  expect(alignedNames([])).toEqual([]);
});

test('a layer that only one network has stands behind its neighbour', () => {
  expect(
    alignedNames([
      ['conv1', 'conv2', 'fc'],
      ['stem', 'conv1', 'extra', 'more', 'conv2', 'fc', 'head']
    ])
  ).toEqual(['stem', 'conv1', 'extra', 'more', 'conv2', 'fc', 'head']);
  expect(alignedNames([[], ['a', 'b'], ['b', 'c']])).toEqual(['a', 'b', 'c']);
});
