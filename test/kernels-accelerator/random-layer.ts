import * as fc from 'fast-check';
import { AcceleratorSettings } from '../../src/contract/index.ts';
import type { AcceleratorLayer } from '../../src/main/kernels/accelerator-kernels.ts';
import { compileLayer, type Measurements } from '../../src/main/simulation/accelerator/index.ts';
import { layerCases, type LayerCase } from '../kernels-integer/random-layer.ts';

/** A layer on hardware with a batch of codes for it. */
export interface AcceleratorCase {
  readonly layer: AcceleratorLayer;
  readonly samples: number;
  readonly firstSample: number;
  readonly codes: Int16Array;
}

/** Imported tables that a formula fills in: bent converters, and products that are not quite products. */
const measurements: Measurements = {
  transfer: () => Array.from({ length: 256 }, (_, code) => (code / 255) * (1 - 0.002 * Math.sin(code))),
  products: () => ({
    columns: 256,
    values: Array.from({ length: 65536 }, (_, i) => (i >> 8) * (i & 255) + Math.sin(i))
  }),
  noise: () => ({ values: [0, 0.01, 0.3], deviations: [0.001, 0.004, 0.002] })
};

const sigma = (largest: number) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.double({ min: 0.001, max: largest, noNaN: true }));
const bits = fc.option(fc.integer({ min: 1, max: 6 }), { nil: null });

const noises = fc.record({
  input: sigma(0.05),
  inputProportional: sigma(0.1),
  weight: sigma(0.05),
  weightProportional: sigma(0.1),
  programming: sigma(0.05),
  programmingProportional: sigma(0.1),
  output: sigma(0.02),
  outputProportional: sigma(0.1),
  table: fc.constantFrom(null, null, 'noise')
});
const quiet = fc.record({ output: fc.constantFrom(0, 0, 0.01) });

const settings = fc
  .record({
    tile: fc.constantFrom(1, 2, 3, 5, 8, 16, 64),
    reduction: fc.constantFrom('channel-innermost', 'kernel-innermost'),
    slicing: fc.record({ activations: bits, weights: bits }),
    signs: fc.constantFrom('differential', 'differential-digital', 'offset'),
    devices: fc.constantFrom('exact', 'exact', 'bent', 'measured', 'table'),
    noise: fc.oneof(quiet, noises),
    adc: fc.record({
      bits: fc.oneof(fc.constant('ideal'), fc.integer({ min: 1, max: 12 })),
      rounding: fc.constantFrom('nearest', 'floor'),
      narrow: fc.boolean(),
      range: fc.constantFrom('full-scale', 'fixed'),
      low: fc.double({ min: -0.5, max: 0, noNaN: true }),
      high: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
      isMeasured: fc.constantFrom(false, false, true)
    })
  })
  .map(({ devices, noise, adc: { isMeasured, ...adc }, ...others }) => {
    const isTable = devices === 'table';
    const isBent = devices === 'bent';
    const nonlinearity = isBent ? 0.02 : 0;
    const transfer = devices === 'measured' ? 'converter' : null;
    return AcceleratorSettings.parse({
      ...others,
      // The table has 256 codes.
      adc: isMeasured ? { ...adc, bits: 8, narrow: false, transfer: 'converter' } : adc,
      converters: { activations: { nonlinearity, transfer }, weights: { nonlinearity: -nonlinearity } },
      weightReach: isBent ? 0.9 : 1,
      crosstalk: isBent ? { spacingNm: 0.8, qualityFactor: 5000 } : null,
      products: isTable ? 'products' : null,
      noise: isTable
        ? {
            ...noise,
            input: 0,
            inputProportional: 0,
            weight: 0,
            weightProportional: 0,
            programming: 0,
            programmingProportional: 0
          }
        : noise
    });
  });

const accumulators = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ bits: 32, overflow: 'wrap' as const }) },
  fc.record({
    bits: fc.constantFrom(8, 12, 16, 32),
    overflow: fc.constantFrom('wrap' as const, 'saturate' as const)
  })
);

/** Codes of eight bits and fewer, whose tables of products have 256 rows and columns. */
const isNarrow = ({ layer: { input, weights } }: LayerCase) =>
  input.high - input.low <= 255 && weights.every((weight) => weight >= -128 && weight <= 255);

const describedWeights = (weights: Int16Array) => {
  const isUnsigned = weights.every((weight) => weight >= 0);
  return isUnsigned ? { bits: 8, low: 0, high: 255 } : { bits: 8, low: -128, high: 127 };
};

/** Layers of all kinds on hardware of all kinds, awkward in size. */
export const acceleratorCases: fc.Arbitrary<AcceleratorCase> = fc
  .tuple(layerCases.filter(isNarrow), settings, accumulators, fc.nat(1000), fc.nat(5000))
  .map(([{ layer: integer, samples, codes }, hardware, accumulator, seed, firstSample]) => ({
    samples,
    firstSample,
    codes,
    layer: compileLayer(
      { name: 'layer', index: seed % 7, integer, weights: describedWeights(integer.weights) },
      accumulator,
      hardware,
      { linkNoise: () => ({ additive: 0, shot: 0, proportional: 0 }), measurements, seed },
      null
    ).layer
  }));
