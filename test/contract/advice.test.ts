import { expect, test } from 'vitest';
import { adviceOn, Configuration, type LayerReport, type LayerResult } from '../../src/contract/index.ts';

const configuration = (settings: object) =>
  Configuration.parse({ activations: { observer: 'mse' }, ...settings });
const layer = (name: string, report: Partial<LayerReport>): LayerResult => ({
  index: 0,
  name,
  operator: 'Conv',
  fused: null,
  macs: 1,
  parameters: 1000,
  weights: null,
  weightSqnrDb: null,
  output: null,
  report: {
    outputSqnrDb: 20,
    activationSqnrDb: 30,
    weightsClipped: 0,
    weightLevelsUsed: 16,
    weightLevels: 16,
    outputClipped: 0,
    outputLevelsUsed: 16,
    outputLevels: 16,
    channelGainDb: null,
    ...report
  }
});

test('a sound run needs no advice, and float never does', () => {
  expect(adviceOn(configuration({}), 512, [layer('a', {})])).toEqual([]);
  expect(adviceOn(configuration({ arithmetic: 'float' }), 2, [])).toEqual([]);
});

test('an observer that assumes more levels than there are', () => {
  const histogram = (bits: number) => ({
    activations: { bits, observer: 'histogram', destinationLevels: 256 }
  });
  expect(adviceOn(configuration(histogram(8)), 512, [])).toEqual([]);
  expect(adviceOn(configuration(histogram(4)), 512, [])).toMatchObject([
    { kind: 'levels-of-observer', setting: { path: 'activations.destinationLevels', value: 'auto' } }
  ]);
  const weights = { bits: 3, range: 'histogram', destinationLevels: 256 };
  expect(adviceOn(configuration({ weights }), 512, [])).toMatchObject([
    { kind: 'levels-of-observer', setting: { path: 'weights.destinationLevels', value: null } }
  ]);
});

test('fewer than 100 calibration samples', () => {
  expect(adviceOn(configuration({}), 100, [])).toEqual([]);
  expect(adviceOn(configuration({}), 99, [])).toMatchObject([
    { kind: 'few-samples', setting: { path: 'data.calibrationSamples' } }
  ]);
});

test('less than half of the levels, of weights and of outputs', () => {
  expect(
    adviceOn(configuration({}), 512, [layer('a', { weightLevelsUsed: 8, outputLevelsUsed: 8 })])
  ).toEqual([]);
  const notes = adviceOn(configuration({}), 512, [
    layer('a', { weightLevelsUsed: 7 }),
    layer('b', { outputLevelsUsed: 7 })
  ]);
  expect(notes).toMatchObject([
    { kind: 'unused-levels', layers: ['a'], setting: { path: 'weights.range' } },
    { kind: 'unused-levels', layers: ['b'], setting: { path: 'activations.storage' } }
  ]);
});

test('of levels that are more than values can fill nothing is said', () => {
  const wide = { weightLevels: 65_536, weightLevelsUsed: 900, outputLevels: 4096, outputLevelsUsed: 300 };
  expect(adviceOn(configuration({}), 512, [layer('a', wide)])).toEqual([]);
});

test('one scale that loses more than 10 dB to one for each channel', () => {
  expect(adviceOn(configuration({}), 512, [layer('a', { channelGainDb: 10 })])).toEqual([]);
  const [note] = adviceOn(configuration({}), 512, [
    layer('a', { channelGainDb: 10.4 }),
    layer('b', { channelGainDb: 3 })
  ]);
  expect(note).toMatchObject({
    kind: 'one-scale',
    layers: ['a'],
    setting: { path: 'weights.granularity', value: 'channel' }
  });
  expect(note!.text).toContain('10.4 dB');
});
