import { expect, test } from 'vitest';
import { layersText } from '../../src/contract/index.ts';

const weights = (bits: number) => ({ weights: { bits } });

test('few overrides are named, many are listed, others are told in full', () => {
  expect(layersText({})).toBe('none');
  expect(layersText({ first: weights(8), last: weights(8) })).toBe('weights first 8, last 8');
  expect(layersText({ first: weights(8), input: { activations: { bits: 8 } } })).toBe(
    'weights first 8; activations input 8'
  );
  const many = Object.fromEntries([8, 4, 4, 4, 3, 8].map((bits, index) => [`layer${index}`, weights(bits)]));
  expect(layersText(many)).toBe('weights 8, 4 x 3, 3, 8');
  expect(layersText({ fc: { weights: { grid: 'apot' } } })).toBe('{"fc":{"weights":{"grid":"apot"}}}');
});
