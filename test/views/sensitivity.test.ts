import { describe, expect, test } from 'vitest';
import {
  BitChoiceSettings,
  Configuration,
  ExperimentFile,
  SensitivityRequest,
  type BitChoices,
  type RunDetails
} from '../../src/contract/index.ts';
import { designOfRun } from '../../src/renderer/views/design/design-of-run.ts';
import { choiceOf, firstBudget, valuesOfUniform } from '../../src/renderer/views/sensitivity/budget-form.ts';
import { firstForm, requestOf } from '../../src/renderer/views/sensitivity/measure-request.ts';
import { finishedRun } from '../figures/runs.ts';

const named = (...names: string[]) => names.map((name) => ({ name })) as never[];

describe('the form for new sensitivities', () => {
  test('measures on calibration pictures, so that others are left to verify', () => {
    const form = firstForm(named('net', 'other'), named('shapes-test', 'shapes-calib'), undefined);
    expect(form).toMatchObject({ model: 'net', evaluate: 'shapes-calib', calibrate: 'shapes-calib' });
    expect(firstForm(named('net', 'other'), named('only'), 'other')).toMatchObject({
      model: 'other',
      evaluate: 'only'
    });
    expect(firstForm([], [], undefined)).toMatchObject({ model: '', evaluate: '' });
  });

  test('asks for what it shows', () => {
    const form = {
      ...firstForm(named('net'), named('calib'), undefined),
      samples: null,
      subjects: 'weights'
    };
    const request = requestOf(form as never);
    expect(SensitivityRequest.parse(request)).toEqual(request);
    expect(request).toMatchObject({ samples: 'all', subjects: ['weights'] });
    expect(Configuration.parse(request.configuration)).toMatchObject({ activations: { observer: 'mse' } });
  });
});

describe('the form for budgets', () => {
  const details = { bits: [8, 4, 3, 2] };

  test('budgets are numbers in the unit that is shown', () => {
    const form = { ...firstBudget(details), kind: 'size' as const, values: '271.8; 100' };
    const input = choiceOf('s', details, form)!;
    const { id, ...settings } = input;
    expect(id).toBe('s');
    expect(BitChoiceSettings.parse(settings)).toEqual(settings);
    expect(input.budget).toEqual({ kind: 'size', values: [271.8 * 8000, 800_000] });
    for (const values of ['', 'four', '4, -1', '0'])
      expect(choiceOf('s', details, { ...form, values })).toBeNull();
  });

  test('activations vary only where the budget counts them', () => {
    const form = { ...firstBudget(details), vary: 'both' as const, keepEnds: true };
    expect(choiceOf('s', details, form)).toMatchObject({ vary: 'weights', keep: { first: 8, last: 8 } });
    expect(choiceOf('s', details, { ...form, kind: 'bops' })).toMatchObject({ vary: 'both' });
  });

  test('the first budgets lie between the widths that were measured', () => {
    expect(firstBudget(details).values).toBe('6, 5, 4, 3.5, 3, 2.5');
    expect(firstBudget({ bits: [4, 3] }).values).toBe('3.5');
    expect(firstBudget({ bits: [4] })).toMatchObject({ values: '4', activationBits: 4 });
  });

  test('budgets of another kind are what the uniform widths take, rounded up', () => {
    const uniform = [8, 4, 2].map((bits) => ({
      bits,
      averageBits: bits,
      sizeBits: bits * 1001,
      bops: bits * 1e6
    })) as unknown as BitChoices['uniform'];
    expect(valuesOfUniform(uniform, 'size')).toBe('0.6');
    expect(valuesOfUniform(uniform, 'bops')).toBe('4');
    expect(valuesOfUniform(uniform.slice(0, 2), 'average-bits')).toBe('8, 4');
  });
});

test('a run becomes a design that computes the same', () => {
  const configuration = Configuration.parse({
    arithmetic: 'simulated',
    bias: 'float',
    weights: { bits: 4, range: 'mse' },
    prepare: ['fold-batch-norm', 'bias-correction'],
    layers: { 'layer1.conv': { weights: { bits: 6 } } },
    seed: 3
  });
  const run: RunDetails = {
    ...finishedRun({ id: 'a', model: 'net', top1: 0.5 }),
    configuration,
    baselineId: null,
    calibrationDataset: 'calib',
    layers: [],
    confusion: null,
    classNames: [],
    provenance: null,
    log: [],
    note: '',
    experiments: []
  };
  const file = designOfRun(run);
  expect(ExperimentFile.parse(file)).toEqual(file);
  expect(file.fixed).toEqual({
    arithmetic: 'simulated',
    bias: 'float',
    weights: { bits: 4, range: 'mse' },
    prepare: ['fold-batch-norm', 'bias-correction'],
    layers: { 'layer1.conv': { weights: { bits: 6 } } }
  });
  expect(Configuration.parse({ ...file.fixed, seed: file.seeds[0] })).toEqual(configuration);
});
