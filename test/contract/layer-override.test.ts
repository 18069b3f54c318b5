import { expect, test } from 'vitest';
import { Configuration } from '../../src/contract/index.ts';

test('an override of a layer changes what it names and nothing else', () => {
  const configuration = Configuration.parse({
    weights: { range: 'mse' },
    layers: { first: { weights: { bits: 8 } }, last: { activations: {} } }
  });
  expect(configuration.layers).toEqual({ first: { weights: { bits: 8 } }, last: { activations: {} } });
});

test.each([{ bits: 1 }, { bitz: 3 }, { grid: 'apotheosis' }])(
  'an override is checked like the settings: %o',
  (weights) => {
    expect(Configuration.safeParse({ layers: { first: { weights } } }).success).toBe(false);
  }
);
