import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzzyMatch } from '../../src/renderer/state/fuzzy-match.ts';

const shown = (text: string, query: string) => {
  const match = fuzzyMatch(text, query);
  return match === null ? null : match.places.map((at) => Array.from(text)[at]).join('');
};

test.each([
  ['Go to Runs', 'runs', [6, 7, 8, 9]],
  ['Go to Runs', 'gr', [0, 6]],
  ['resnet18-mse, 4-bit weights', 'mse 4', [9, 10, 11, 14]],
  ['Go to Experiments', 'expe', [6, 7, 8, 9]],
  ['Import models …', 'IM', [0, 1]]
])('in %s, %s is found at its best places', (text, query, places) => {
  expect(fuzzyMatch(text, query)!.places).toEqual(places);
});

test('what is missing or strewn about is not found', () => {
  expect(fuzzyMatch('Go to Runs', 'rz')).toBeNull();
  expect(fuzzyMatch('', 'a')).toBeNull();
  expect(fuzzyMatch('Weights or activations?', 'gto')).toBeNull();
});

test('the whole text is better than a word of it, and that better than letters apart', () => {
  const scores = ['runs', 'go to runs', 'runs of an experiment', 'return to sender'].map(
    (text) => fuzzyMatch(text, 'runs')?.score ?? 0
  );
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  expect(scores[0]).toBe(1);
});

test('places rise and spell the query; a text finds itself', () => {
  const text = fc.string({ maxLength: 60 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const match = fuzzyMatch(a, b);
      if (match === null) return;
      expect(match.score).toBeGreaterThan(0);
      expect(match.score).toBeLessThanOrEqual(1);
      expect(match.places).toEqual(match.places.toSorted((x, y) => x - y));
      const letters = Array.from(a.toLowerCase());
      expect(match.places.map((at) => letters[at]).join('')).toBe(b.toLowerCase().replace(/\s+/g, ''));
    })
  );
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{1,20}$/), (word) => {
      expect(shown(word, word)).toBe(word);
    })
  );
});
