import { describe, expect, test } from 'vitest';
import {
  AcceleratorSettings,
  Configuration,
  errorBudgetStages,
  hasRandomPart,
  mostBudgetRuns,
  normalized
} from '../../src/contract/index.ts';

const on = (accelerator: Record<string, unknown>, others: Record<string, unknown> = {}) =>
  Configuration.parse({ arithmetic: 'accelerator', accelerator, ...others });

const everything = on({
  preset: 'holylight-mam',
  tile: 22,
  slicing: { activations: 4, weights: 4 },
  converters: { weights: { nonlinearity: 0.01 } },
  weightReach: 0.92,
  products: 'p',
  adc: { bits: 8, range: 'calibrated' },
  noise: {
    input: 0.1,
    inputProportional: 0.2,
    weight: 0.3,
    weightProportional: 0.4,
    programming: 0.5,
    programmingProportional: 0.6,
    output: 0.7,
    outputProportional: 0.8,
    table: 't'
  },
  link: { rateGigasamplesPerSecond: 5 },
  crosstalk: { spacingNm: 0.8, qualityFactor: 5000 }
});

const ids = (configuration: Configuration) => errorBudgetStages(configuration).map(({ id }) => id);

describe('the stages of an error budget', () => {
  test('add one error after the other, in the order in which they are told', () => {
    expect(ids(everything)).toEqual([
      'quantized',
      'integer',
      'converters',
      'weight-reach',
      'products',
      'adc-clip',
      'adc-rounding',
      'noise-input',
      'noise-input-proportional',
      'noise-weight',
      'noise-weight-proportional',
      'noise-programming',
      'noise-programming-proportional',
      'noise-output',
      'noise-output-proportional',
      'noise-table',
      'light-shot',
      'light-thermal',
      'light-intensity',
      'crosstalk'
    ]);
    const runs = errorBudgetStages(everything).flatMap(({ alone }) => (alone === null ? [1] : [1, 1]));
    expect(runs.length).toBeLessThanOrEqual(mostBudgetRuns);
  });

  test('begin with quantization and exact integers, and end with the configuration itself', () => {
    const stages = errorBudgetStages(everything);
    expect(stages[0]!.cumulative).toMatchObject({ arithmetic: 'simulated', accelerator: null });
    expect(stages[1]!.cumulative).toMatchObject({ arithmetic: 'integer', accelerator: null });
    expect(stages.at(-1)!.cumulative).toEqual(normalized(everything));
    for (const { cumulative, alone } of stages) {
      expect(cumulative).toEqual(normalized(cumulative));
      if (alone !== null) expect(alone).toEqual(normalized(alone));
      // Nothing else about the run changes.
      const { arithmetic: _a, accelerator: _b, accumulator: _c, ...rest } = cumulative;
      const { arithmetic: _d, accelerator: _e, accumulator: _f, ...given } = everything;
      expect(rest).toEqual(given);
    }
  });

  test('each changes one thing from the stage before', () => {
    const hardware = errorBudgetStages(everything).slice(2, -1);
    for (const [index, stage] of hardware.entries()) {
      if (index === 0) continue;
      const [before, after] = [hardware[index - 1]!, stage].map(({ cumulative }) => cumulative.accelerator!);
      const differing = Object.keys(after!).filter(
        (key) => JSON.stringify(after![key as 'adc']) !== JSON.stringify(before![key as 'adc'])
      );
      expect(differing, stage.id).toHaveLength(1);
    }
  });

  test('leave out what a configuration does not use', () => {
    expect(ids(on({ noise: { output: 0.01 } }))).toEqual(['quantized', 'integer', 'noise-output']);
    expect(ids(on({ link: { noises: ['thermal'] } }))).toEqual(['quantized', 'integer', 'light-thermal']);
    // At full scale nothing is clipped, and the range of the least error has no clip of its own.
    for (const adc of [{ bits: 6 }, { bits: 6, range: 'calibrated', method: 'mse' }]) {
      expect(ids(on({ adc }))).toEqual(['quantized', 'integer', 'adc-rounding']);
    }
    expect(ids(on({}))).toEqual(['quantized', 'integer', 'hardware']);
    expect(ids(on({ slicing: { weights: 4 } }))).toEqual(['quantized', 'integer', 'converters']);
  });

  test('other arithmetics have none', () => {
    expect(errorBudgetStages(Configuration.parse({ arithmetic: 'integer' }))).toEqual([]);
    expect(errorBudgetStages(Configuration.parse({ arithmetic: 'float' }))).toEqual([]);
  });

  test('the converter that only clips has so many bits that it rounds to whole products', () => {
    const clip = errorBudgetStages(everything).find(({ id }) => id === 'adc-clip')!;
    expect(clip.cumulative.accelerator!.adc).toEqual({
      ...everything.accelerator!.adc,
      bits: 32,
      transfer: null
    });
  });

  test('a part alone has the slices of the hardware and no other error', () => {
    const alone = (wanted: string) =>
      errorBudgetStages(everything).find(({ id }) => id === wanted)!.alone!.accelerator!;
    const ideal = AcceleratorSettings.parse({ tile: 22, slicing: { activations: 4, weights: 4 } });
    expect(alone('noise-output')).toEqual({ ...ideal, noise: { ...ideal.noise, output: 0.7 } });
    expect(alone('light-thermal').link).toMatchObject({ noises: ['thermal'] });
    expect(alone('crosstalk')).toEqual({ ...ideal, crosstalk: everything.accelerator!.crosstalk });
  });
});

test('what has a random part depends on the seed, and nothing else does', () => {
  expect(hasRandomPart(on({ noise: { weight: 0.1 } }))).toBe(true);
  expect(hasRandomPart(on({ noise: { table: 't' } }))).toBe(true);
  expect(hasRandomPart(on({ link: {} }))).toBe(true);
  expect(hasRandomPart(on({ link: { noises: [] } }))).toBe(false);
  expect(hasRandomPart(on({ adc: { bits: 4 } }))).toBe(false);
  expect(hasRandomPart(Configuration.parse({ weights: { rounding: 'adaround' } }))).toBe(true);
  expect(
    hasRandomPart(Configuration.parse({ layers: { first: { weights: { rounding: 'adaround' } } } }))
  ).toBe(true);
  expect(hasRandomPart(Configuration.parse({ arithmetic: 'integer' }))).toBe(false);
  expect(hasRandomPart(Configuration.parse({ arithmetic: 'float', weights: { rounding: 'adaround' } }))).toBe(
    false
  );
});
