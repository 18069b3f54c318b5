import { expect, test } from 'vitest';
import { Configuration, defaultConfiguration, type LayerResult } from '../../src/contract/index.ts';
import { configurationRows } from '../../src/renderer/views/run/configuration-rows.ts';
import { classColumns, classRows } from '../../src/renderer/views/run/class-rows.ts';
import { keptSettings } from '../../src/renderer/views/run/kept-settings.ts';
import { layerColumnGroups } from '../../src/renderer/views/run/layer-column-groups.ts';
import { logLines } from '../../src/renderer/views/run/log-lines.ts';
import { metricRows } from '../../src/renderer/views/run/metric-rows.ts';
import { updatedRuns } from '../../src/renderer/views/runs/updated-runs.ts';
import { finishedRun } from '../figures/runs.ts';

test('a configuration shows what differs from the defaults, and an override of a layer', () => {
  const configuration = Configuration.parse({
    weights: { bits: 4 },
    layers: { first: { weights: { bits: 8 } } }
  });
  const differing = configurationRows({ configuration }, defaultConfiguration).filter(
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
    configurationRows({ configuration: defaultConfiguration }, defaultConfiguration).every(
      (row) => row.otherwise === null
    )
  ).toBe(true);
});

test('metrics have their unit beside them, shares of samples in percent', () => {
  expect(metricRows({ top5: 0.9985, bops: 560746496, weightSqnrDb: 24.123456, loss: 0.00001234 })).toEqual([
    { name: 'Top-5 accuracy', value: '99.85', unit: '%' },
    { name: 'Bit operations per sample', value: '0.561', unit: '10⁹' },
    { name: 'loss', value: '1.234e−5', unit: '' },
    { name: 'weight sqnr', value: '24.1235', unit: 'dB' }
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

test('classes have accuracy, precision and what they are most often taken for', () => {
  const comparison = {
    classNames: ['cat', 'dog'],
    samples: [4, 2, 0],
    runs: [
      {
        id: 'a',
        right: [3, 0, 0],
        low: [0.3, 0, null],
        high: [0.95, 0.66, null],
        onlyReference: [0, 0, 0],
        onlyRun: [0, 0, 0],
        pValue: [1, 1, 1],
        adjusted: [1, 1, 1]
      }
    ]
  };
  const confusion = [
    [3, 0, 1],
    [2, 0, 0],
    [0, 0, 0]
  ];
  const rows = classRows(comparison, confusion);
  const texts = rows.map((row) => classColumns(true).map(({ text }) => text(row)));
  expect(texts).toEqual([
    ['cat', '4', '3', '75.0', '30.0–95.0', '60.0', '2 (1)'],
    ['dog', '2', '0', '0.0', '0.0–66.0', '–', 'cat (2)']
  ]);
  // Without a matrix nobody knows what samples are taken for.
  const [first] = classRows(comparison, null);
  expect(classColumns(false).map(({ text }) => text(first!))).toEqual(['cat', '4', '3', '75.0', '30.0–95.0']);
});

test('a log counts from the start of the run', () => {
  const log = [
    { at: '2026-01-02T03:04:05.678Z', text: 'first' },
    { at: '2026-01-02T03:04:07.000Z', text: 'second' }
  ];
  expect(logLines(log, '2026-01-02T03:04:05.600Z').map(({ time }) => time)).toEqual(['0.08 s', '1.40 s']);
  expect(logLines(log, null).map(({ time }) => time)).toEqual(['03:04:05', '03:04:07']);
});

test('columns of layers come in the groups that the run has', () => {
  const quantizer = { bits: 4, low: -8, high: 7, scale: [1], zeroPoint: [0], minimum: [-8], maximum: [7] };
  const float: LayerResult = {
    index: 0,
    name: 'conv1',
    operator: 'Conv',
    fused: null,
    macs: 1,
    parameters: 1,
    weights: null,
    weightSqnrDb: null,
    output: null
  };
  const shown = (layer: LayerResult) =>
    layerColumnGroups([layer]).map(({ label, columns }) => [label, columns.length]);
  expect(shown(float)).toEqual([['Weights', 3]]);
  expect(shown({ ...float, weights: quantizer, output: quantizer })).toEqual([
    ['Weights', 7],
    ['Outputs', 6]
  ]);
  // Every group begins with the layer.
  for (const { columns } of layerColumnGroups([{ ...float, weights: quantizer, output: quantizer }]))
    expect(columns[0]!.text(float)).toBe('conv1');
});
