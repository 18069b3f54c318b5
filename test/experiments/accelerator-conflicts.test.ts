import { describe, expect, test } from 'vitest';
import { BitlabError, ExperimentFile } from '../../src/contract/index.ts';
import { designOf } from '../../src/main/experiments/design.ts';

/** The error of an experiment whose runs are on this hardware, or null. */
function refusal(accelerator: unknown, fixed: object = {}): BitlabError | null {
  const file = ExperimentFile.parse({
    name: 'hardware',
    models: ['a'],
    data: { evaluate: 'test', calibrate: 'calib' },
    fixed: { arithmetic: 'accelerator', accelerator, ...fixed }
  });
  try {
    expect([...designOf(file).points()]).toHaveLength(1);
    return null;
  } catch (error) {
    if (error instanceof BitlabError) return error;
    throw error;
  }
}

test('hardware that can be is taken', () => {
  for (const accelerator of [
    null,
    {},
    {
      slicing: { activations: 4, weights: 4 },
      converters: { activations: { bits: 4 }, weights: { bits: 6 } }
    },
    { adc: { bits: 6, range: 'calibrated', method: 'mse' }, noise: { output: 0.001, programming: 0.01 } },
    { products: 'measured', noise: { output: 0.001 } }
  ]) {
    expect(refusal(accelerator)).toBeNull();
  }
});

describe('hardware that cannot be is refused, and the setting is named', () => {
  test.each([
    ['an ADC of 0 bits', { adc: { bits: 0 } }, 'ACCELERATOR_ADC_WITHOUT_BITS', 'accelerator.adc.bits'],
    ['N of 0', { tile: 0 }, 'CONFIGURATION_INVALID', 'accelerator.tile'],
    ['noise below 0', { noise: { output: -0.1 } }, 'CONFIGURATION_INVALID', 'accelerator.noise.output'],
    ['an unknown stage', { noise: { outptu: 0.1 } }, 'CONFIGURATION_UNKNOWN_KEY', 'output'],
    [
      'slices wider than operands',
      { slicing: { weights: 9 } },
      'CONFIGURATION_CONFLICT',
      'A slice of weights has 9 bits, and weights have 8'
    ],
    [
      'a converter narrower than operands',
      { converters: { activations: { bits: 4 } } },
      'CONFIGURATION_CONFLICT',
      'accelerator.slicing.activations: 4'
    ],
    [
      'a converter narrower than its slice',
      { slicing: { weights: 4 }, converters: { weights: { bits: 3 } } },
      'CONFIGURATION_CONFLICT',
      'The converter of weights has 3 bits, and a slice has 4'
    ],
    [
      'a converter of 0 bits',
      { converters: { weights: { bits: 0 } } },
      'CONFIGURATION_INVALID',
      'accelerator.converters.weights.bits'
    ],
    [
      'a range without extent',
      { adc: { bits: 8, range: 'fixed', low: 0.5, high: 0.5 } },
      'CONFIGURATION_CONFLICT',
      'from 0.5 to 0.5'
    ],
    [
      'codes of an ideal converter',
      { adc: { transfer: 'measured' } },
      'CONFIGURATION_CONFLICT',
      'accelerator.adc.transfer: null'
    ],
    ['a converter with one level', { adc: { bits: 1, narrow: true } }, 'CONFIGURATION_CONFLICT', '1 bit'],
    [
      'a table beside what it replaces',
      { products: 'measured', noise: { weight: 0.01 } },
      'CONFIGURATION_CONFLICT',
      'accelerator.noise.weight is set'
    ],
    [
      'a table and a nonlinearity of the same converter',
      { converters: { weights: { transfer: 'measured', nonlinearity: 0.01 } } },
      'CONFIGURATION_CONFLICT',
      'accelerator.converters.weights.nonlinearity: 0'
    ]
  ])('%s', (_, accelerator, code, text) => {
    const error = refusal(accelerator)!;
    expect(error.code).toBe(code);
    expect(`${error.message} ${error.remedy}`).toContain(text);
  });

  test('what is wrong beside the hardware', () => {
    expect(refusal({}, { accumulator: { products: 'avx2-pairs' } })?.code).toBe('CONFIGURATION_CONFLICT');
    expect(refusal({}, { bias: 'float', requantization: 'gemmlowp' })?.code).toBe('CONFIGURATION_CONFLICT');
    expect(refusal({}, { weights: { grid: 'apot' }, bias: 'float' })?.code).toBe('CONFIGURATION_CONFLICT');
  });
});
