import { expect, test } from 'vitest';
import { Configuration } from '../../src/contract/index.ts';
import { checkMethods } from '../../src/main/experiments/method-conflicts.ts';

const check = (configuration: object) => () => checkMethods(Configuration.parse(configuration));
const simulated = { arithmetic: 'simulated', bias: 'float' };

const refused: [string, object, string][] = [
  ['groups in integer arithmetic', { weights: { granularity: 'group' } }, 'under one scale'],
  [
    'groups with an int32 bias',
    { arithmetic: 'simulated', weights: { granularity: 'group' } },
    'integer bias'
  ],
  ['a grid in integer arithmetic', { weights: { grid: 'apot' } }, 'evenly spaced'],
  [
    'a grid in an override',
    { layers: { first: { weights: { grid: 'float' } } } },
    'layers.first.weights.grid'
  ],
  [
    'a grid with an affine scheme',
    { ...simulated, weights: { grid: 'apot', scheme: 'affine' } },
    'around zero'
  ],
  ['a grid with the histogram', { ...simulated, weights: { grid: 'apot', range: 'histogram' } }, 'histogram'],
  ['a grid of activations in integers', { activations: { grid: 'apot' } }, 'activations.grid is apot'],
  [
    'a grid of activations with an integer bias',
    { arithmetic: 'simulated', activations: { grid: 'apot' } },
    'integer bias'
  ],
  [
    'a grid of activations without what is negative',
    { ...simulated, activations: { grid: 'float', scheme: 'symmetric', observer: 'mse' } },
    'storage unsigned'
  ],
  [
    'a grid of activations with the histogram',
    { ...simulated, activations: { grid: 'float', scheme: 'symmetric', storage: 'auto' } },
    'activations.grid is float'
  ],
  [
    'a grid of activations in an override',
    { layers: { 'conv*': { activations: { grid: 'float' } } } },
    'layers["conv*"].activations.grid'
  ],
  ['a narrow grid', { ...simulated, weights: { grid: 'apot', narrow: true } }, 'Narrow'],
  [
    'entropy for many bits',
    { ...simulated, activations: { bits: 9, observer: 'entropy' } },
    '8 bits or fewer'
  ],
  [
    'entropy for many bits of weights',
    { ...simulated, weights: { bits: 10, range: 'entropy' } },
    '8 bits or fewer'
  ]
];
test.each(refused)('%s: refused, and the reason says so', (_what, configuration, reason) => {
  expect(check(configuration)).toThrowError(
    expect.objectContaining({ code: 'CONFIGURATION_CONFLICT', message: expect.stringContaining(reason) })
  );
});

const badCodebooks: [string, number[] | undefined][] = [
  ['no levels', undefined],
  ['one level', [1]],
  ['a level twice', [0, 1, 1]]
];
test.each(badCodebooks)('a codebook with %s is refused', (_what, levels) => {
  expect(check({ ...simulated, weights: { grid: 'codebook', levels } })).toThrowError(
    expect.objectContaining({ code: 'CODEBOOK_INVALID' })
  );
});

test('NaN is no level of a codebook', () => {
  expect(Configuration.safeParse({ weights: { grid: 'codebook', levels: [0, NaN] } }).success).toBe(false);
});

test('what can be computed passes', () => {
  for (const weights of [
    { granularity: 'group' },
    { grid: 'apot' },
    { grid: 'codebook', levels: [-1, 0, 1] },
    { grid: 'float', range: 'mse' }
  ])
    expect(check({ ...simulated, weights })).not.toThrow();
  expect(check({ layers: { last: { activations: { observer: 'entropy' } } } })).not.toThrow();
});
