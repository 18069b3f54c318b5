import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExperimentFile, type ExperimentFileInput } from '../../src/contract/index.ts';
import { designOf } from '../../src/main/experiments/design.ts';
import { bench, experimentFile, preparedBench, smallData, writeJson } from './notebook-fixture.ts';

const points = (file: ExperimentFile) => [...designOf(file).points()];

test('crossed factors vary like the digits of a number, the last fastest, the seed faster still', () => {
  const file = experimentFile({
    factors: { 'weights.bits': [8, 4], 'activations.observer': ['minmax', 'mse'] },
    zip: [],
    seeds: [0, 1]
  });
  expect(
    points(file).map(({ levels, seed }) => [levels['weights.bits'], levels['activations.observer'], seed])
  ).toEqual([
    [8, 'minmax', 0],
    [8, 'minmax', 1],
    [8, 'mse', 0],
    [8, 'mse', 1],
    [4, 'minmax', 0],
    [4, 'minmax', 1],
    [4, 'mse', 0],
    [4, 'mse', 1]
  ]);
  expect(points(file)[6]!.configuration).toMatchObject({
    weights: { bits: 4 },
    activations: { bits: 8, observer: 'mse' },
    seed: 0
  });
});

test('the number of combinations is the product of the levels of all axes and the seeds', () => {
  const levels = (name: string, values: unknown[]) =>
    fc.subarray(values, { minLength: 1 }).map((chosen) => [name, chosen] as const);
  const factors = fc.tuple(
    levels('weights.bits', [2, 3, 4, 5]),
    levels('weights.scheme', ['symmetric', 'affine']),
    levels('activations.observer', ['minmax', 'histogram', 'mse']),
    levels('layers.first.weights.bits', [7, 8]),
    fc
      .integer({ min: 2, max: 4 })
      .map((n) => ['activations.bits', Array.from({ length: n }, (_, i) => 8 - i)] as const),
    fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 3 })
  );
  fc.assert(
    fc.property(factors, ([a, b, c, d, e, seeds]) => {
      const zipped = [
        'weights.range',
        ['minmax', 'histogram', 'mse', 'moving-average'].slice(0, e[1].length)
      ] as const;
      const file = experimentFile({
        fixed: { arithmetic: 'simulated' },
        factors: Object.fromEntries([a, b, c, d, e, zipped]) as ExperimentFileInput['factors'] & object,
        zip: [['activations.bits', 'weights.range']],
        seeds
      });
      const expected = [a, b, c, d, e].reduce((product, [, each]) => product * each.length, seeds.length);
      const found = points(file);
      expect(designOf(file).combinations).toBe(expected);
      expect(found).toHaveLength(expected);
      expect(new Set(found.map((point) => JSON.stringify(point.configuration))).size).toBe(expected);
      for (const { levels: chosen, configuration } of found) {
        expect(configuration.weights.bits).toBe(chosen['weights.bits']);
        expect(configuration.layers['first']!.weights!.bits).toBe(chosen['layers.first.weights.bits']);
        expect(zipped[1].indexOf(configuration.weights.range as never)).toBe(
          8 - configuration.activations.bits
        );
      }
    }),
    { numRuns: 50 }
  );
});

test('combinations that amount to the same run are one', async () => {
  const { call } = await preparedBench();
  const file = experimentFile({
    models: ['net-a', 'net-a', 'net-b'],
    factors: { arithmetic: ['float', 'integer'], 'weights.bits': [4, 3, 4] },
    zip: []
  });
  // Per model: the baseline, of which the three float combinations are doubles, and two distinct integer runs.
  const plan = await call('experiments.plan', { file });
  expect(plan).toMatchObject({ total: 6, known: 0, duplicates: 3 * 7 - 6, estimatedSeconds: null });
  expect(plan.preview.map((run) => [run.model, run.baseline, run.levels])).toEqual([
    ['net-a', true, {}],
    ['net-a', false, { arithmetic: 'integer', 'weights.bits': 4 }],
    ['net-a', false, { arithmetic: 'integer', 'weights.bits': 3 }],
    ['net-b', true, {}],
    ['net-b', false, { arithmetic: 'integer', 'weights.bits': 4 }],
    ['net-b', false, { arithmetic: 'integer', 'weights.bits': 3 }]
  ]);
});

test('the time is estimated from finished runs of the same kind', async () => {
  const { call, queue } = await preparedBench();
  await call('experiments.run', { file: experimentFile({ models: ['net-a'] }) });
  await queue.idle();
  const more = experimentFile({ name: 'More', factors: { 'weights.bits': [7, 6] }, zip: [], seeds: [3] });
  // net-a: two runs; net-b: two runs and its baseline, judged by net-a; half a second each.
  expect(await call('experiments.plan', { file: more })).toMatchObject({
    total: 6,
    known: 1,
    estimatedSeconds: 2.5
  });
});

test('a hundred thousand runs are the limit, and are planned without blocking', async () => {
  const { call } = await preparedBench();
  const seeds = (count: number) => Array.from({ length: count }, (_, i) => i);
  const asks = (count: number) =>
    experimentFile({ models: ['net-a'], factors: {}, zip: [], baseline: false, seeds: seeds(count) });
  await expect(call('experiments.plan', { file: asks(100_001) })).rejects.toMatchObject({
    code: 'EXPERIMENT_TOO_MANY_RUNS',
    details: { runs: 100_001, limit: 100_000 }
  });
  let turns = 0;
  const timer = setInterval(() => turns++, 5);
  const plan = await call('experiments.plan', { file: asks(20_000) });
  clearInterval(timer);
  expect(plan).toMatchObject({ total: 20_000 });
  expect(plan.preview).toHaveLength(200);
  expect(turns).toBeGreaterThan(10);
});

const refused: [string, Partial<ExperimentFileInput>, string, Record<string, unknown>][] = [
  [
    'a misspelled model',
    { models: ['net-aa'] },
    'MODEL_NOT_FOUND',
    { suggestion: expect.stringMatching(/Did you mean net-[ab]\?/) }
  ],
  [
    'a misspelled data set',
    { data: { evaluate: 'shapes-tst', calibrate: 'shapes-calib' } },
    'DATA_NOT_FOUND',
    { suggestion: 'Did you mean shapes-test?' }
  ],
  [
    'a misspelled calibration set',
    { data: { evaluate: 'shapes-test', calibrate: 'calibration' } },
    'DATA_NOT_FOUND',
    { suggestion: 'Known names: shapes-calib, shapes-test.' }
  ],
  [
    'more samples than there are',
    { data: { evaluate: 'shapes-test', calibrate: 'shapes-calib', samples: 201 } },
    'CONFIGURATION_INVALID',
    { path: 'data.samples' }
  ],
  [
    'a calibration set of one',
    { data: { evaluate: 'shapes-test', calibrate: 'shapes-calib', calibrationSamples: 1 } },
    'CALIBRATION_TOO_FEW',
    { samples: 1 }
  ],
  ['no calibration', { data: { evaluate: 'shapes-test' } }, 'CONFIGURATION_CONFLICT', {}],
  [
    'pairs of bytes beyond 8 bits',
    { fixed: { accumulator: { products: 'avx2-pairs' } }, factors: { 'weights.bits': [8, 9] }, zip: [] },
    'CONFIGURATION_CONFLICT',
    { reason: expect.stringContaining('weights.bits is 9'), advice: expect.stringContaining('exact') }
  ],
  [
    'pairs of bytes beyond 8 bits in a layer',
    {
      fixed: {
        accumulator: { products: 'avx2-pairs' },
        layers: { 'layer1.0.conv1': { activations: { bits: 10 } } }
      }
    },
    'CONFIGURATION_CONFLICT',
    { reason: expect.stringContaining('layers["layer1.0.conv1"].activations.bits is 10') }
  ],
  [
    'pairs of bytes with an affine scheme',
    { fixed: { accumulator: { products: 'avx2-pairs' }, weights: { scheme: 'affine' } } },
    'CONFIGURATION_CONFLICT',
    { reason: expect.stringContaining('zero point 0') }
  ],
  [
    'pairs of bytes in an accumulator that saturates',
    { fixed: { accumulator: { products: 'avx2-pairs', overflow: 'saturate' } } },
    'CONFIGURATION_CONFLICT',
    { reason: expect.stringContaining('32 bits that saturate') }
  ],
  [
    'whole numbers all the way with a float bias',
    { fixed: { bias: 'float', requantization: 'gemmlowp' } },
    'CONFIGURATION_CONFLICT',
    { reason: expect.stringContaining('gemmlowp'), advice: expect.stringContaining('int32') }
  ],
  [
    'a conflict that only some combinations have',
    {
      fixed: { bias: 'float' },
      factors: { arithmetic: ['simulated', 'integer'], requantization: ['onnx', 'qnnpack'] },
      zip: []
    },
    'CONFIGURATION_CONFLICT',
    {}
  ],
  [
    'zipped factors of different lengths',
    { factors: { 'weights.bits': [8, 4], 'activations.bits': [8] } },
    'EXPERIMENT_ZIP_LENGTHS',
    { lengths: '2, 1' }
  ],
  [
    'a zipped factor that is none',
    { zip: [['weights.bits', 'weights.scheme']] },
    'CONFIGURATION_INVALID',
    { path: 'zip' }
  ],
  [
    'a factor zipped twice',
    {
      zip: [
        ['weights.bits', 'activations.bits'],
        ['weights.bits', 'activations.bits']
      ]
    },
    'CONFIGURATION_CONFLICT',
    {}
  ],
  ['the seed as a factor', { factors: { seed: [1, 2] }, zip: [] }, 'CONFIGURATION_CONFLICT', {}],
  ['a seed that is fixed and not listed', { fixed: { seed: 4 } }, 'CONFIGURATION_CONFLICT', {}],
  ['a path that is none', { factors: { 'weights..bits': [4] }, zip: [] }, 'CONFIGURATION_UNKNOWN_KEY', {}],
  [
    'a path into prototypes',
    { factors: { '__proto__.polluted': [true] }, zip: [] },
    'CONFIGURATION_UNKNOWN_KEY',
    {}
  ]
];

test.each(refused)('%s is refused before anything runs', async (_what, changes, code, details) => {
  const { call } = await preparedBench();
  const file = ExperimentFile.parse({ ...experimentFile(), ...changes });
  for (const method of ['experiments.plan', 'experiments.run'] as const) {
    await expect(call(method, { file })).rejects.toMatchObject({ code, details });
  }
  expect(await call('experiments.list', {})).toEqual([]);
  expect(await call('runs.list', {})).toEqual([]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('float alone needs no calibration', async () => {
  const { call } = await preparedBench();
  const file = experimentFile({
    fixed: { arithmetic: 'float' },
    factors: {},
    zip: [],
    data: { evaluate: 'shapes-test' }
  });
  expect(await call('experiments.plan', { file })).toMatchObject({ total: 2, duplicates: 2 });
});

test('a model is refused for data of another shape or with more classes', async () => {
  const { call } = bench();
  await call('models.import', {
    source: {
      path: writeJson('net.onnx', {
        weights: [
          [1, 1, 1],
          [1, 0, 1]
        ]
      })
    }
  });
  await call('datasets.import', { source: { path: writeJson('four.npz', smallData(9)) } });
  await call('datasets.import', { source: { path: writeJson('three.npz', { x: [[1, 2, 3]], y: [2] }) } });
  const plan = (evaluate: string) =>
    call('experiments.plan', {
      file: experimentFile({ models: ['net'], data: { evaluate, calibrate: evaluate } })
    });
  await expect(plan('four')).rejects.toMatchObject({
    code: 'MODEL_DATA_MISMATCH',
    details: { reason: expect.stringContaining('1 x 1 x 4') }
  });
  await expect(plan('three')).rejects.toMatchObject({
    code: 'MODEL_DATA_MISMATCH',
    details: { reason: expect.stringContaining('3 classes') }
  });
});
