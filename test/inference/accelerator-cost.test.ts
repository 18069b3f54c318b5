import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { Configuration, metricCatalogue } from '../../src/contract/index.ts';
import { readPresets } from '../../src/main/experiments/index.ts';
import { withPreset } from '../../src/main/experiments/presets.ts';
import { readModel } from '../../src/main/graph/index.ts';
import { acceleratorMetrics, dotProductsOf, groupsOf } from '../../src/main/inference/accelerator-cost.ts';
import { prepareModel } from '../../src/main/inference/prepared-model.ts';

const bytes = await readFile(resolve('resources/samples/resnet18-mse.onnx'));
const { analysis } = await prepareModel(readModel(bytes, 'resnet18-mse.onnx'));
const presets = readPresets(resolve('resources/presets'));
const configuration = (accelerator: unknown, bits = 8) =>
  Configuration.parse({
    arithmetic: 'accelerator',
    accelerator: withPreset(accelerator, presets),
    weights: { bits },
    activations: { bits }
  });

test('every layer of a network is dot products of as many products as it has weights for each channel', () => {
  for (const layer of analysis.layers) {
    const { reduction, outputChannels, positions } = dotProductsOf(layer, 8, 8);
    const weights = layer.weightShape.reduce((product, extent) => product * extent, 1);
    expect(reduction * outputChannels, layer.name).toBe(weights);
    expect(reduction * outputChannels * positions, layer.name).toBe(layer.macs);
    expect(groupsOf(layer), layer.name).toBe(1);
  }
  expect(groupsOf({ ...analysis.layers[0]!, inputShape: [32, 8, 8], weightShape: [32, 1, 3, 3] })).toBe(32);
});

test('the metrics of a run are those of the catalogue, and fewer bits need fewer passes', () => {
  const said: string[] = [];
  const cost = (accelerator: unknown, bits?: number) =>
    acceleratorMetrics(configuration(accelerator, bits), analysis, null, (text) => said.push(text));
  const whole = cost('mam');
  for (const name of Object.keys(whole)) expect(Object.keys(metricCatalogue)).toContain(name);
  expect(whole).toMatchObject({
    energyMicrojoule: expect.closeTo(471.86, 1) as number,
    latencyMicrosecond: expect.closeTo(136.92, 1) as number
  });
  expect(cost('mam', 4)['latencyMicrosecond']).toBeLessThan(0.5 * whole['latencyMicrosecond']!);
  expect(said).toEqual([]);
});

test('what is not known of the cost leaves the run without it, and is said', () => {
  const said: string[] = [];
  const say = (text: string) => said.push(text);
  const fast = configuration({ preset: 'mam', link: { rateGigasamplesPerSecond: 10 } });
  expect(acceleratorMetrics(fast, analysis, null, say)).toEqual({});
  expect(said).toEqual(['No cost: No ADC is known for 10 GS/s: the published ones run at 1 to 5 GS/s.']);
  expect(acceleratorMetrics(configuration('ideal'), analysis, null, say)).toEqual({});
  expect(acceleratorMetrics(Configuration.parse({}), analysis, null, say)).toEqual({});
  expect(said).toHaveLength(1);
});
