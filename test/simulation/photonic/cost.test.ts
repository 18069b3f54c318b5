import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { AcceleratorSettings, CostPart } from '../../../src/contract/index.ts';
import { converterAt } from '../../../src/main/simulation/photonic/components.ts';
import { networkCost } from '../../../src/main/simulation/photonic/cost.ts';
import { mappedLayer, type DotProducts } from '../../../src/main/simulation/photonic/mapping.ts';

const layer = (changes: Partial<DotProducts> = {}): DotProducts => ({
  name: 'conv',
  reduction: 576,
  outputChannels: 64,
  groups: 1,
  positions: 1024,
  weightBits: 8,
  activationBits: 8,
  ...changes
});
const whole = { activations: null, weights: null };
const inNibbles = { activations: 4, weights: 4 };

describe('mapping', () => {
  test('a convolution of 64 channels on 32 elements by 16 units', () => {
    const shape = { tile: 32, units: 16, sharedInputs: true };
    expect(mappedLayer(layer(), shape, inNibbles)).toEqual({
      reduction: 576,
      tiles: 18,
      blocks: 4,
      slicePasses: 4,
      // tiles x outputs / M = 18 x 65536 / 16
      passes: 73_728,
      weightSettings: 144,
      utilization: 1,
      unitUtilization: 1
    });
  });

  test('what does not divide leaves elements and units idle', () => {
    const shape = { tile: 100, units: 48, sharedInputs: true };
    const mapping = mappedLayer(layer({ weightBits: 5 }), shape, inNibbles);
    expect(mapping).toMatchObject({ tiles: 6, blocks: 2, slicePasses: 4, utilization: 0.96 });
    expect(mapping.unitUtilization).toBeCloseTo(64 / 96, 12);
    expect(mappedLayer(layer(), shape, whole).slicePasses).toBe(1);
  });

  test('groups keep units apart that share their inputs, and only those', () => {
    const depthwise = layer({ reduction: 9, groups: 64 });
    const shape = { tile: 16, units: 16, sharedInputs: true };
    expect(mappedLayer(depthwise, shape, whole)).toMatchObject({ tiles: 1, blocks: 64 });
    expect(mappedLayer(depthwise, { ...shape, sharedInputs: false }, whole).blocks).toBe(4);
  });

  test('there is a place for every product, and no more tiles and blocks than that takes', () => {
    const layers = fc.record({
      reduction: fc.integer({ min: 1, max: 5000 }),
      outputChannels: fc.integer({ min: 1, max: 600 }),
      positions: fc.integer({ min: 1, max: 4000 })
    });
    const shapes = fc.record({
      tile: fc.integer({ min: 1, max: 300 }),
      units: fc.integer({ min: 1, max: 300 }),
      sharedInputs: fc.boolean()
    });
    fc.assert(
      fc.property(layers, shapes, (sizes, shape) => {
        const each = layer(sizes);
        const { tiles, blocks, passes, utilization, unitUtilization } = mappedLayer(each, shape, whole);
        expect(utilization * unitUtilization * passes * shape.tile * shape.units).toBeCloseTo(
          each.reduction * each.outputChannels * each.positions,
          0
        );
        return (tiles - 1) * shape.tile < each.reduction && (blocks - 1) * shape.units < each.outputChannels;
      })
    );
  });
});

describe('cost', () => {
  const settings = (changes: object = {}) =>
    AcceleratorSettings.parse({
      tile: 32,
      units: 16,
      slicing: inNibbles,
      link: { rateGigasamplesPerSecond: 5 },
      ...changes
    });

  test('of one layer, by hand', () => {
    const cost = networkCost([layer()], settings());
    // 73,728 passes of 4 pairs of slices at 5 GS/s; 144 settings of 20 ns.
    const computing = (73_728 * 4) / 5000;
    const setting = (144 * 20) / 1000;
    expect(cost.layers[0]!.computingMicrosecond).toBeCloseTo(computing, 9);
    expect(cost.layers[0]!.settingMicrosecond).toBeCloseTo(setting, 9);
    const latency = computing + setting;
    const rings = 32 * 16;
    const expected: Record<CostPart, number> = {
      laser: (32 * 100 * latency) / 1000,
      activationDac: (32 * 30 * computing) / 1000,
      weightDac: (144 * rings * 30 * 0.78e-3) / 1000,
      tuning: (rings * 0.08 * latency) / 1000,
      photodiode: (32 * 2.8 * computing) / 1000,
      transimpedanceAmplifier: (16 * 7.2 * computing) / 1000,
      adc: (16 * 29 * computing) / 1000,
      memory: (41.1 * latency) / 1000,
      bus: (7 * latency) / 1000,
      router: (42 * latency) / 1000
    };
    for (const part of CostPart.options) expect(cost.energies[part], part).toBeCloseTo(expected[part], 9);
    const energy = Object.values(expected).reduce((sum, each) => sum + each, 0);
    expect(cost.energyMicrojoule).toBeCloseTo(energy, 9);
    expect(cost.areaSquareMillimetre).toBeCloseTo((32 + rings) * 0.034 + 16 * 0.103, 9);
    expect(cost.framesPerSecond).toBeCloseTo(1e6 / latency, 6);
    expect(cost.averagePowerWatt).toBeCloseTo(energy / latency, 9);
    expect(cost.framesPerSecondPerWatt).toBeCloseTo(cost.framesPerSecond / cost.averagePowerWatt, 6);
  });

  test('layers add up; twice the arrays halve the time that computes and double the area', () => {
    const layers = [layer(), layer({ name: 'next', positions: 256 })];
    const one = networkCost(layers, settings());
    const two = networkCost(layers, settings({ cost: { arrays: 2 } }));
    const sum = (of: 'latencyMicrosecond' | 'energyMicrojoule') =>
      one.layers.reduce((total, each) => total + each[of], 0);
    expect(one.latencyMicrosecond).toBeCloseTo(sum('latencyMicrosecond'), 9);
    expect(one.energyMicrojoule).toBeCloseTo(sum('energyMicrojoule'), 9);
    expect(two.latencyMicrosecond).toBeCloseTo(one.latencyMicrosecond / 2, 9);
    expect(two.areaSquareMillimetre).toBeCloseTo(2 * one.areaSquareMillimetre, 9);
  });

  test('an organization that modulates in each unit has DACs in each, rails with an ADC each have two', () => {
    const shared = networkCost([layer()], settings());
    const own = networkCost([layer()], settings({ link: { organization: 'AMM' } }));
    expect(own.energies.activationDac).toBeCloseTo(16 * shared.energies.activationDac, 6);
    const digital = networkCost([layer()], settings({ signs: 'differential-digital' }));
    expect(digital.energies.adc).toBeCloseTo(2 * shared.energies.adc, 9);
    const offset = networkCost([layer()], settings({ signs: 'offset' }));
    expect(offset.energies.photodiode).toBeCloseTo(shared.energies.photodiode / 2, 9);
  });

  test('thermo-optic tuning is slower and costs more', () => {
    const fast = networkCost([layer()], settings());
    const slow = networkCost([layer()], settings({ cost: { tuning: 'thermo-optic' } }));
    expect(slow.layers[0]!.settingMicrosecond).toBeCloseTo(200 * fast.layers[0]!.settingMicrosecond, 6);
    expect(slow.energies.tuning).toBeGreaterThan(fast.energies.tuning);
  });

  test('without a link there is no cost', () => {
    expect(() => networkCost([layer()], settings({ link: null }))).toThrow(
      expect.objectContaining({ code: 'ACCELERATOR_NO_LINK' })
    );
  });
});

describe('the ADC for a rate', () => {
  test('is the published one where there is one', () => {
    expect([1, 3, 5].map((rate) => converterAt(rate).powerMilliwatt)).toEqual([2.55, 11, 29]);
    expect(converterAt(3)).toMatchObject({ areaSquareMillimetre: 0.021, interpolated: false });
  });

  test('lies between its neighbours on logarithmic axes', () => {
    const found = converterAt(Math.sqrt(15));
    expect(found.powerMilliwatt).toBeCloseTo(Math.sqrt(11 * 29), 9);
    expect(found.interpolated).toBe(true);
  });

  test.each([0.5, 10])('is not guessed at %d GS/s, unless it is given', (rate) => {
    const error = expect.objectContaining({ code: 'ACCELERATOR_RATE_UNKNOWN' });
    expect(() => converterAt(rate)).toThrow(error);
    const link = { rateGigasamplesPerSecond: rate };
    const cost = { adcPowerMilliwatt: 40, adcAreaSquareMillimetre: 0.2 };
    expect(() => networkCost([layer()], AcceleratorSettings.parse({ link }))).toThrow(error);
    const given = networkCost([layer()], AcceleratorSettings.parse({ tile: 8, link, cost }));
    expect(given.energies.adc).toBeCloseTo((8 * 40 * given.layers[0]!.computingMicrosecond) / 1000, 9);
  });
});
