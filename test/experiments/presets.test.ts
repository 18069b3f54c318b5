import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AcceleratorSettings, type ExperimentFileInput } from '../../src/contract/index.ts';
import { designOf } from '../../src/main/experiments/design.ts';
import { parseExperiment } from '../../src/main/experiments/experiment-text.ts';
import { parseFilter } from '../../src/main/experiments/filter.ts';
import { presetNamed, readPresets, withPreset } from '../../src/main/experiments/presets.ts';
import { experimentFile, preparedBench } from './notebook-fixture.ts';

const presets = readPresets(resolve('resources/presets'));
const names = ['aihwkit-tile', 'cross-sim-crossbar', 'deap-cnn-amm', 'holylight-mam', 'ideal'].sort();
const points = (changes: Partial<ExperimentFileInput>) =>
  [...designOf(experimentFile({ factors: {}, zip: [], ...changes }), presets).points()].map(
    ({ configuration }) => configuration.accelerator!
  );
const arithmetic = 'accelerator';

test('every preset is read, cites a source, and says only what there is', () => {
  expect(presets.map(({ name }) => name)).toEqual(names);
  for (const preset of presets) {
    expect(preset.sources.length).toBeGreaterThan(0);
    expect(AcceleratorSettings.parse(withPreset(preset.name, presets)).preset).toBe(preset.name);
  }
});

test('a preset is found by a part of its name that no other has', () => {
  expect(presetNamed(presets, 'mam').name).toBe('holylight-mam');
  expect(presetNamed(presets, 'AMM').name).toBe('deap-cnn-amm');
  expect(() => presetNamed(presets, 'holylight-man')).toThrow(
    expect.objectContaining({
      code: 'ACCELERATOR_PRESET_UNKNOWN',
      remedy: 'Did you mean holylight-mam?'
    })
  );
});

describe('in a design', () => {
  test('a name stands for all of its settings', () => {
    const [accelerator] = points({ fixed: { arithmetic, accelerator: 'holylight-mam' } });
    expect(accelerator).toMatchObject({
      preset: 'holylight-mam',
      tile: 22,
      slicing: { activations: 4, weights: 4 },
      link: { organization: 'MAM', elementLengthUm: 0, penaltyDb: 4.8 }
    });
  });

  test('what is named beside the preset goes before it; groups are joined', () => {
    const [accelerator] = points({
      fixed: { arithmetic, accelerator: { preset: 'amm', adc: { bits: 6 }, link: { laserPowerDbm: 13 } } }
    });
    expect(accelerator).toMatchObject({
      preset: 'deap-cnn-amm',
      tile: 16,
      adc: { bits: 6, range: 'calibrated' },
      link: { organization: 'AMM', laserPowerDbm: 13, elementLengthUm: 100, penaltyDb: 5.8 }
    });
    const [dark] = points({ fixed: { arithmetic, accelerator: { preset: 'amm', link: null } } });
    expect(dark!.link).toBe(null);
  });

  test('factors change parts of a preset, and presets are levels', () => {
    const found = points({
      fixed: { arithmetic, accelerator: 'mam' },
      factors: {
        'accelerator.adc.bits': [8, 6],
        'accelerator.tile': [22],
        'accelerator.noise.output': [0, 0.01],
        'accelerator.link.rateGigasamplesPerSecond': [1],
        'accelerator.link.laserPowerDbm': [10],
        accelerator: ['holylight-mam', 'deap-cnn-amm']
      }
    });
    expect(found).toHaveLength(8);
    expect(found[0]).toMatchObject({
      preset: 'holylight-mam',
      adc: { bits: 8 },
      link: { organization: 'MAM', rateGigasamplesPerSecond: 1 }
    });
    expect(found[7]).toMatchObject({
      preset: 'deap-cnn-amm',
      tile: 22,
      adc: { bits: 6 },
      noise: { output: 0.01 },
      link: { organization: 'AMM' }
    });
  });

  test('another organization brings its own losses', () => {
    const found = points({
      fixed: { arithmetic, accelerator: { link: {} } },
      factors: { 'accelerator.link.organization': ['MAM', 'AMM'] }
    });
    expect(found.map(({ link }) => link!.penaltyDb)).toEqual([4.8, 5.8]);
  });

  test('the file keeps the name, the run has all settings', async () => {
    const notebook = await preparedBench();
    const file = experimentFile({
      models: ['net-a'],
      fixed: { arithmetic, accelerator: 'holylight-mam' },
      factors: { 'accelerator.adc.bits': [8, 6] },
      zip: [],
      baseline: false
    });
    const plan = await notebook.call('experiments.plan', { file });
    expect(plan).toMatchObject({ total: 2, file: { fixed: { accelerator: 'holylight-mam' } } });
  });
});

describe('what is refused', () => {
  const text = (accelerator: string) => `name: E
models: [net-a]
data: {evaluate: shapes-test, calibrate: shapes-calib}
fixed:
  arithmetic: accelerator
  accelerator: ${accelerator}
`;

  test.each([
    ['holylight-man', 'ACCELERATOR_PRESET_UNKNOWN', 'Did you mean holylight-mam?'],
    ['{preset: mam, tile: 0}', 'CONFIGURATION_INVALID', 'Choose a number from 1.'],
    ['{preset: mam, link: {couplerLossDb: -1}}', 'CONFIGURATION_INVALID', 'Choose a number from 0.'],
    [
      '{preset: mam, link: {rateGigasamplesPerSecond: 0}}',
      'CONFIGURATION_INVALID',
      'Choose a number above 0.'
    ],
    ['{preset: mam, link: {laserPower: 1}}', 'CONFIGURATION_UNKNOWN_KEY', 'Did you mean laserPowerDbm?'],
    ['{preset: mam, converters: {weights: {bits: 0}}}', 'CONFIGURATION_INVALID', 'Choose a number from 1.']
  ])('%s', (accelerator, code, remedy) => {
    const { problem } = parseExperiment(text(accelerator), { presets });
    expect(problem).toMatchObject({ code, remedy });
  });

  test('the line is that of the setting', () => {
    expect(parseExperiment(text('{preset: mam, tile: 0}'), { presets }).problem!.sentence).toContain(
      'line 6'
    );
  });
});

test('runs are selected by their hardware and by what it costs', () => {
  const filter = 'accelerator.link.rateGigasamplesPerSecond = 5 and energyMicrojoule < 500';
  expect(parseFilter(filter)).not.toBe(null);
});

describe('light and cost as methods', () => {
  test('reach: the exact answer, curves and the published points', async () => {
    const { call } = await preparedBench();
    const answer = await call('accelerator.reach', {
      accelerator: 'mam',
      bits: 4,
      curves: { rates: [1, 10], bits: [4, 7] }
    });
    expect(answer.reach).toMatchObject({ tile: 21, infeasible: null });
    expect(answer.point.tile).toBe(22);
    expect(answer.curves.map(({ reaches }) => reaches.map(({ tile }) => tile))).toEqual([
      [43, 5],
      [15, null]
    ]);
    expect(answer.published[1]!.reaches.map(({ tile }) => tile)).toEqual([107, 68, 40, 22, 11, 5, 1, 1]);
    const published = await call('accelerator.reach', { accelerator: 'mam', bits: 4, mode: 'published' });
    expect(published.reach.tile).toBe(22);
  });

  test('what has no link has no reach and no cost', async () => {
    const { call } = await preparedBench();
    const error = expect.objectContaining({ code: 'ACCELERATOR_NO_LINK' });
    await expect(call('accelerator.reach', { accelerator: 'ideal' })).rejects.toThrow(error);
    await expect(call('accelerator.cost', { model: 'net-a', accelerator: {} })).rejects.toThrow(error);
    await expect(call('accelerator.cost', { model: 'net-c', accelerator: 'mam' })).rejects.toThrow(
      expect.objectContaining({ code: 'MODEL_NOT_FOUND' })
    );
  });

  test('cost of a small model', async () => {
    const { call } = await preparedBench();
    const { cost, accelerator } = await call('accelerator.cost', { model: 'net-a', accelerator: 'mam' });
    expect(accelerator.tile).toBe(22);
    const energies = Object.values(cost.energies).reduce((sum, each) => sum + each, 0);
    expect(energies).toBeCloseTo(cost.energyMicrojoule, 12);
    expect(cost.layers.length).toBeGreaterThan(0);
  });
});
