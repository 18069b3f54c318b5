import { expect, test } from 'vitest';
import { Configuration, ExperimentFile, type RunDetails } from '../../src/contract/index.ts';
import { widthSweep } from '../../src/renderer/views/design/width-sweep.ts';
import { finishedRun } from '../figures/runs.ts';

const details = (settings: object): RunDetails => ({
  ...finishedRun({ id: 'a', model: 'net', top1: 0.5 }),
  configuration: Configuration.parse(settings),
  baselineId: null,
  calibrationDataset: 'calib',
  layers: [],
  confusion: null,
  classNames: [],
  provenance: null,
  log: [],
  note: '',
  experiments: []
});

test('widths go from 32 bits down to those of a product', () => {
  const file = widthSweep(
    details({ weights: { bits: 8 }, accumulator: { overflow: 'saturate', bits: 20 }, bias: { bits: 8 } })
  );
  expect(ExperimentFile.parse(file)).toEqual(file);
  expect(file.factors).toEqual({ 'accumulator.bits': [32, 28, 24, 23, 22, 21, 20, 19, 18, 17, 16] });
  expect(file.models).toEqual(['net']);
  expect(file.data).toMatchObject({ evaluate: 'test', calibrate: 'calib', samples: 2000 });
  const varied = { ...file.fixed, accumulator: { ...(file.fixed['accumulator'] as object), bits: 20 } };
  expect(Configuration.parse(varied)).toMatchObject({
    arithmetic: 'integer',
    bias: { bits: 8 },
    accumulator: { overflow: 'saturate', bits: 20 }
  });
});

test('few bits may meet in narrow registers, and many only in wide ones', () => {
  const widths = (bits: number) =>
    widthSweep(details({ weights: { bits }, activations: { bits }, arithmetic: 'simulated' })).factors[
      'accumulator.bits'
    ]!;
  expect(widths(2).at(-1)).toBe(8);
  expect(widths(16)).toEqual([32]);
});

test('one wide layer, or a zero point of the weights, needs wider registers', () => {
  const run = details({ weights: { bits: 4, scheme: 'affine' }, activations: { bits: 4 } });
  expect(widthSweep(run).factors['accumulator.bits']!.at(-1)).toBe(9);
  expect(widthSweep(run).name).toBe('Accumulator width of net, 4 bits');
  const quantizer = { bits: 8, low: 0, high: 255, scale: [1], zeroPoint: [0], minimum: [0], maximum: [1] };
  const layer = {
    index: 0,
    name: 'a',
    operator: 'Conv',
    fused: null,
    macs: 1,
    parameters: 1,
    weightSqnrDb: null
  };
  const mixed = { ...run, layers: [{ ...layer, weights: quantizer, output: null }] };
  expect(widthSweep(mixed).factors['accumulator.bits']!.at(-1)).toBe(13);
});
