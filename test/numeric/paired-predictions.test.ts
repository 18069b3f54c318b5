import { expect, test } from 'vitest';
import { addDisagreements, classCounts, pairedByClass } from '../../src/main/numeric/paired-predictions.ts';

// Seven samples of three classes; the third class has one sample, a fourth has none.
const labels = [0, 0, 0, 1, 1, 1, 2];
const first = [0, 0, 1, 1, 1, 0, 2];
const second = [0, 1, 0, 1, 2, 2, 2];

function disagreements(labels: number[], reference: number[], others: number[][]): Uint8Array {
  const kinds = new Uint8Array(labels.length);
  for (const other of others) addDisagreements(kinds, labels, reference, other);
  return kinds;
}

test('samples are counted by class', () => {
  expect([...classCounts(labels, 4)]).toEqual([3, 3, 1, 0]);
});

test('two classifiers are counted class by class', () => {
  const { right, onlyReference, onlyOther } = pairedByClass(labels, first, second, 4);
  expect([...right]).toEqual([2, 1, 1, 0]);
  expect([...onlyReference]).toEqual([1, 1, 0, 0]);
  expect([...onlyOther]).toEqual([1, 0, 0, 0]);
});

test('a sample is lost, gained, wrong in different ways, or agreed about', () => {
  expect([...disagreements(labels, first, [second])]).toEqual([0, 1, 2, 0, 1, 3, 0]);
});

test('of several others, one that is right or wrong alone decides', () => {
  const wrong = [1, 1, 1, 0, 0, 0, 0];
  // The fifth and sixth sample: all are wrong, and one says something else; the third: one of the others is right.
  expect([...disagreements(labels, wrong, [wrong, [1, 1, 0, 0, 2, 2, 0]])]).toEqual([0, 0, 2, 0, 3, 3, 0]);
  // Right first and wrong later, and the other way round, are found in either order.
  expect([...disagreements([0], [1], [[2], [0]])]).toEqual([2]);
  expect([...disagreements([0], [1], [[0], [2]])]).toEqual([2]);
  expect([...disagreements([0], [0], [[0], [2]])]).toEqual([1]);
});
