import { describe, expect, test } from 'vitest';
import { Configuration, type Run } from '../../src/contract/index.ts';
import { parseExperiment } from '../../src/main/experiments/experiment-text.ts';
import { accuracyAgainstFactor } from '../../src/renderer/figures/accuracy-against-factor.ts';
import { accuracyMap } from '../../src/renderer/figures/accuracy-map.ts';
import { lightTheme } from '../../src/renderer/figures/figure-theme.ts';
import { levelPhrase } from '../../src/renderer/figures/setting-names.ts';
import { finishedRun } from '../figures/runs.ts';
import { experimentFile, preparedBench } from './notebook-fixture.ts';

interface Sweep {
  readonly path: string;
  readonly levels: readonly (number | 'ideal')[];
  readonly filter: string;
  readonly found: readonly (number | 'ideal')[];
  readonly title: string;
  readonly phrase: string;
}

const sweeps: readonly Sweep[] = [
  {
    path: 'accelerator.adc.bits',
    levels: ['ideal', 8, 4, 3],
    filter: 'accelerator.adc.bits <= 4',
    found: [4, 3],
    title: 'ADC bits',
    phrase: 'ideal ADC'
  },
  {
    path: 'accelerator.tile',
    levels: [16, 64, 256],
    filter: 'accelerator.tile > 16',
    found: [64, 256],
    title: 'Tile size N (products)',
    phrase: 'N 16'
  },
  {
    path: 'accelerator.noise.output',
    levels: [0, 0.001, 0.01],
    filter: 'accelerator.noise.output < 0.01',
    found: [0, 0.001],
    title: 'Output noise σ (full scale)',
    phrase: 'output noise 0'
  },
  {
    path: 'accelerator.link.rateGigasamplesPerSecond',
    levels: [1, 5],
    filter: 'accelerator.link.rateGigasamplesPerSecond = 5',
    found: [5],
    title: 'Rate (GS/s)',
    phrase: '1 GS/s'
  },
  {
    path: 'accelerator.link.laserPowerDbm',
    levels: [-10, 0, 10],
    filter: 'accelerator.link.laserPowerDbm <= 0',
    found: [-10, 0],
    title: 'Laser power (dBm)',
    phrase: '-10 dBm'
  }
];

const levelAt = (configuration: Configuration, path: string): unknown =>
  path.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], configuration);

describe.for(sweeps)('$path is an ordinary factor', ({ path, levels, filter, found, title, phrase }) => {
  test('of a file, a plan and a filter', async () => {
    const text = JSON.stringify({
      name: 'Sweep',
      models: ['net-a'],
      data: { evaluate: 'shapes-test', calibrate: 'shapes-calib' },
      fixed: { arithmetic: 'accelerator' },
      factors: { [path]: levels },
      baseline: false
    });
    const { file, problem } = parseExperiment(text);
    expect(problem).toBeNull();
    const { call } = await preparedBench();
    const plan = await call('experiments.plan', { file: file! });
    expect(plan.preview.map((run) => run.levels[path])).toEqual(levels);
    await call('experiments.run', { file: file! });
    const runs = await call('runs.list', { where: filter });
    expect(runs.map((run) => levelAt(run.configuration, path))).toEqual(found);
  });

  test('of an axis and a series', () => {
    const runs = levels.map((level, index): Run => {
      const names = path.split('.').slice(1);
      const accelerator = names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), level);
      const configuration = Configuration.parse({ arithmetic: 'accelerator', accelerator });
      return { ...finishedRun({ id: `r${index}`, model: 'a', top1: 0.5 }), configuration };
    });
    const figure = accuracyAgainstFactor(runs, { factor: path, theme: lightTheme });
    expect(figure.layout.xaxis.title?.text).toBe(title);
    expect(figure.data).toHaveLength(1);
    expect(new Set(figure.layout.xaxis.ticktext)).toEqual(new Set(levels.map(String)));
    expect(levelPhrase(path, levels[0])).toBe(phrase);
  });
});

test('two of them crossed are a map of the accuracy: bits against N', () => {
  const runs = [3, 4].flatMap((bits) =>
    [16, 64].map((tile): Run => {
      const accelerator = { tile, adc: { bits } };
      const configuration = Configuration.parse({ arithmetic: 'accelerator', accelerator });
      const top1 = bits / 10 + tile / 1000;
      return { ...finishedRun({ id: `${bits} ${tile}`, model: 'a', top1 }), configuration };
    })
  );
  const axes = { rows: 'accelerator.adc.bits', columns: 'accelerator.tile' };
  const figure = accuracyMap(runs, axes, 'a', lightTheme);
  expect(figure.name).toBe('ADC bits by tile size N (products), a');
  const rounded = figure.table.rows.map(([bits, ...cells]) => [
    bits,
    ...cells.map((cell) => Math.round(+cell!))
  ]);
  expect(rounded).toEqual([
    ['4', 42, 46],
    ['3', 32, 36]
  ]);
  expect(figure.table.columns.map(({ title }) => title)).toEqual(['ADC bits', 'N 16', 'N 64']);
});

test.for([
  ['accelerator.tile', 0],
  ['accelerator.adc.bits', 0],
  ['accelerator.noise.output', -0.1],
  ['accelerator.slicing.weights', 0],
  ['accelerator.weightReach', 0]
] as const)('%s of %d is refused before anything runs', async ([path, level]) => {
  const { call } = await preparedBench();
  const file = experimentFile({
    fixed: { arithmetic: 'accelerator' },
    factors: { [path]: [level] },
    zip: []
  });
  await expect(call('experiments.run', { file })).rejects.toMatchObject({
    code: expect.stringMatching(/^(CONFIGURATION|ACCELERATOR)_/),
    message: expect.stringContaining(path)
  });
  expect(await call('runs.list', {})).toEqual([]);
});
