import { expect, test } from 'vitest';
import { Configuration, defaultConfiguration } from '../../src/contract/index.ts';
import { configurationRows } from '../../src/renderer/views/run/configuration-rows.ts';
import { keptSettings } from '../../src/renderer/views/run/kept-settings.ts';
import { metricRows } from '../../src/renderer/views/run/metric-rows.ts';
import { updatedRuns } from '../../src/renderer/views/runs/updated-runs.ts';
import { finishedRun } from '../figures/runs.ts';

test('a configuration shows what differs from the defaults, and an override of a layer', () => {
  const configuration = Configuration.parse({
    weights: { bits: 4 },
    layers: { first: { weights: { bits: 8 } } }
  });
  const differing = configurationRows(configuration, defaultConfiguration).filter(
    (row) => row.otherwise !== null
  );
  expect(differing).toEqual([
    { path: 'weights.bits', name: 'Weight bits', value: '4', otherwise: '8' },
    {
      path: 'layers.first.weights.bits',
      name: 'Weight bits of the first layer',
      value: '8',
      otherwise: 'none'
    }
  ]);
  expect(
    configurationRows(defaultConfiguration, defaultConfiguration).every((row) => row.otherwise === null)
  ).toBe(true);
});

test('metrics have their unit beside them, shares of samples in percent', () => {
  expect(metricRows({ top5: 0.9985, bops: 560746496, weightSqnrDb: 24.123456, loss: 0.00001234 })).toEqual([
    { name: 'Top-5', value: '99.85', unit: '%' },
    { name: 'Bit operations (BOPs)', value: '560\u2009746\u2009496', unit: '' },
    { name: 'weight sqnr', value: '24.12', unit: 'dB' },
    { name: 'loss', value: '1.234e-5', unit: '' }
  ]);
});

test('a changed run replaces its row; other events and unknown runs change nothing', () => {
  const runs = [
    finishedRun({ id: 'a', model: 'm', top1: null }),
    finishedRun({ id: 'b', model: 'm', top1: null })
  ];
  const run = finishedRun({ id: 'b', model: 'm', top1: 0.5 });
  expect(updatedRuns(runs, { type: 'run-changed', run })).toEqual([runs[0], run]);
  expect(updatedRuns(runs, { type: 'changed', kind: 'runs' })).toBe(runs);
  expect(updatedRuns(runs, { type: 'run-changed', run: { ...run, id: 'c' } })).toBe(runs);
});

test('a summary says what was kept apart, and nothing for float', () => {
  const layers = {
    input: { activations: { bits: 8 } },
    first: { weights: { bits: 8 } },
    'layer1.*': { weights: { rounding: 'gptq' as const } }
  };
  expect(keptSettings(Configuration.parse({ layers }))).toEqual([
    'input of the network: 8-bit activations',
    'first layer: 8-bit weights',
    'layer1.*: rounding gptq'
  ]);
  expect(keptSettings(Configuration.parse({}))).toEqual([]);
  expect(keptSettings(Configuration.parse({ arithmetic: 'float', layers }))).toEqual([]);
});
