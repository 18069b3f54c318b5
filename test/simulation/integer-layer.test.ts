import { describe, expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import type { IntegerKernels, IntegerLayer } from '../../src/main/kernels/integer-kernels.ts';
import { Accumulator } from '../../src/main/kernels/reference/integer-accumulator.ts';
import { referenceIntegerKernels } from '../../src/main/kernels/reference/integer-layer.ts';
import { bitsFor } from '../../src/main/kernels/worst-case-sums.ts';
import type { Quantizer } from '../../src/main/quantization/quantizer.ts';
import {
  a2qMargin,
  accumulatorNeed,
  additionsPerSample,
  bitsThatDataNeeded,
  buildIntegerLayer,
  layerBias,
  layerExecutor,
  onnxRuntimeSettings,
  type IntegerSettings,
  type LayerDescription
} from '../../src/main/simulation/integer/index.ts';
import { compiledKernels } from '../kernels-integer/compiled-kernels.ts';

const quantizer = (bits: number, low: number, high: number, scale = 1, zeroPoint = 0): Quantizer => ({
  bits,
  low,
  high,
  scale: Float32Array.of(scale),
  zeroPoint: Int32Array.of(zeroPoint),
  axis: null
});

const uint8 = quantizer(8, 0, 255);
const int8 = quantizer(8, -128, 127);

/** One output of a few inputs, its output in float: the sum itself. */
function sumOf(weights: readonly number[], overrides: Partial<LayerDescription> = {}): LayerDescription {
  return {
    name: 'fc',
    shape: { kind: 'product', rows: 1, inputs: weights.length, outputs: 1 },
    input: uint8,
    weights: int8,
    weightCodes: Int32Array.from(weights),
    bias: null,
    output: null,
    ...overrides
  };
}

function settings(
  accumulator: Partial<IntegerSettings['accumulator']> = {},
  rest: Partial<IntegerSettings> = {}
): IntegerSettings {
  return {
    ...onnxRuntimeSettings,
    ...rest,
    accumulator: { ...onnxRuntimeSettings.accumulator, ...accumulator }
  };
}

const implementations: [string, () => Promise<IntegerKernels>][] = [
  ['the reference', async () => referenceIntegerKernels],
  ['the compiled kernels', compiledKernels]
];

describe.each(implementations)('%s', (_, kernelsOf) => {
  const compute = async (layer: IntegerLayer, codes: readonly number[]) => {
    const executor = layerExecutor(await kernelsOf(), layer);
    const [value] = executor.execute(Int16Array.from(codes), 1);
    const { overflows, smallestSum, largestSum } = executor.statistics();
    executor.release();
    return { value, overflows, smallestSum, largestSum };
  };

  test('pairs of AVX2 saturate: 211 * 71 + 171 * 107 becomes 32,767', async () => {
    const pairs = buildIntegerLayer(sumOf([71, 107]), settings({ products: 'avx2-pairs' })).layer;
    expect(await compute(pairs, [211, 171])).toMatchObject({ value: 32767, overflows: 1 });
    const exact = buildIntegerLayer(sumOf([71, 107]), settings()).layer;
    expect(await compute(exact, [211, 171])).toMatchObject({ value: 33278, overflows: 0 });
    // With reduceRange nothing saturates: 127 * 127 twice is 32,258.
    expect(await compute(pairs, [127, 127])).toMatchObject({ value: 127 * 178, overflows: 0 });
  });

  test('the zero point of AVX2 pairs is corrected after they saturated', async () => {
    const description = sumOf([71, 107], { input: quantizer(8, 0, 255, 1, 10) });
    const { layer } = buildIntegerLayer(description, settings({ products: 'avx2-pairs' }));
    expect(await compute(layer, [211, 171])).toMatchObject({ value: 32767 - 10 * 178, overflows: 1 });
  });

  test('255 * 127 needs 16 bits, and two of them wrap or saturate there', async () => {
    const one = 255 * 127;
    expect(bitsFor(0, one)).toBe(16);
    const build = (accumulator: Partial<IntegerSettings['accumulator']>) =>
      buildIntegerLayer(sumOf([127, 127, -1]), settings({ bits: 16, ...accumulator })).layer;
    const codes = [255, 255, 255];
    expect(await compute(build({}), codes)).toMatchObject({ value: 2 * one - 65536 - 255, overflows: 1 });
    expect(await compute(build({ overflow: 'saturate' }), codes)).toMatchObject({
      value: 32767 - 255,
      overflows: 1
    });
    // A tile of two overflows as one addition; a tile of three, too.
    const tiled = (tile: number) => build({ overflow: 'saturate', check: 'per-tile', tile });
    expect(await compute(tiled(2), codes)).toMatchObject({ value: 32767 - 255, overflows: 1 });
    expect(await compute(tiled(3), codes)).toMatchObject({ value: 32767, overflows: 1 });
  });

  test('the order of the reduction decides what saturates', async () => {
    // Two channels of two pixels: by pixel the sums rise and fall, by channel they rise first.
    const description: LayerDescription = {
      ...sumOf([127, 127, -128, -128]),
      shape: {
        kind: 'convolution',
        groups: 1,
        input: [2, 1, 2],
        outputChannels: 1,
        kernel: [1, 2],
        strides: [1, 1],
        dilations: [1, 1],
        pads: [0, 0, 0, 0]
      }
    };
    const value = async (order: 'channel-outermost' | 'channel-innermost') =>
      compute(
        buildIntegerLayer(description, settings({ bits: 16, overflow: 'saturate', order })).layer,
        [255, 255, 255, 255]
      );
    expect(await value('channel-innermost')).toMatchObject({ value: -510, overflows: 0 });
    expect(await value('channel-outermost')).toMatchObject({ value: 32767 - 2 * 32640, overflows: 1 });
  });

  test('extremes of partial sums tell how many bits the data needed', async () => {
    const layer: IntegerLayer = {
      ...buildIntegerLayer(sumOf([100, -100, -5]), settings()).layer,
      accumulation: { kind: 'observed', tile: null }
    };
    const seen = await compute(layer, [200, 200, 200]);
    expect(seen).toEqual({ value: -1000, overflows: 0, smallestSum: -1000, largestSum: 20000 });
    expect(bitsThatDataNeeded(seen)).toBe(16);
  });
});

describe('accumulators', () => {
  test("wrap in two's complement", () => {
    const register = new Accumulator(8, 'wrap');
    register.add(127);
    register.add(1);
    expect([register.value, register.overflows]).toEqual([-128, 1]);
    register.add(-1);
    expect([register.value, register.overflows]).toEqual([127, 2]);
    register.add(1000);
    expect([register.value, register.overflows]).toEqual([((127 + 1000 + 128) % 256) - 128, 3]);
  });

  test('saturate at both ends', () => {
    const register = new Accumulator(8, 'saturate');
    register.add(200);
    expect(register.value).toBe(127);
    register.add(-300);
    expect([register.value, register.overflows]).toEqual([-128, 2]);
  });
});

describe('what a layer needs', () => {
  test('a 3x3x64 sum of 255 * 127 needs 26 bits, its sign among them', () => {
    const { layer } = buildIntegerLayer(sumOf(Array<number>(576).fill(127)), settings());
    const need = accumulatorNeed(layer);
    // 18,653,760 is above 2^24.
    expect([...need.worstCaseBits]).toEqual([26]);
    expect([...need.weightNorms]).toEqual([576 * 127]);
    expect(additionsPerSample(layer)).toBe(576);
  });

  test('the zero point makes products of both signs', () => {
    const { layer } = buildIntegerLayer(sumOf([1, -1], { input: quantizer(8, 0, 255, 1, 100) }), settings());
    // 155 + 100 at most, -100 - 155 at least.
    expect(accumulatorNeed(layer).largestWorstCaseBits).toBe(9);
  });

  test("A2Q's bound", () => {
    // P = 16, N = 8 unsigned: 32767 / 256 = 127.99.
    const fits = a2qMargin(Float64Array.of(50, 127), 16, 8, false);
    expect(fits).toMatchObject({ bound: 32767 / 256, largestNorm: 127, guaranteed: true });
    expect(a2qMargin(Float64Array.of(128), 16, 8, false).guaranteed).toBe(false);
    // Signed activations are half as large.
    expect(a2qMargin(Float64Array.of(255), 16, 8, true).guaranteed).toBe(true);
    expect(a2qMargin(Float64Array.of(32767 / 64), 16, 8, false).marginBits).toBeCloseTo(-2, 10);
  });
});

describe('a bias', () => {
  const bias = Float32Array.of(0.5, -0.25, 0.1);

  test('at the scale of the sums', () => {
    const built = layerBias(bias, 'int32', 0.1, Float32Array.of(0.01), 0.05);
    expect([...built.codes!]).toEqual([500, -250, 100]);
    expect(built.error.largest).toBeLessThan(1e-6);
  });

  test('in 4 bits has a scale of its own, and an error that is reported', () => {
    const built = layerBias(bias, { bits: 4 }, 0.1, Float32Array.of(0.01), 0.05);
    expect(built.stored!.scale).toBe(Math.fround(0.5 / 7));
    expect([...built.stored!.codes]).toEqual([7, -3, 1]);
    // 7, -3 and 1 times 0.0714 are 0.5, -0.2143 and 0.0714; as multiples of 0.001, 500, -214 and 71.
    expect([...built.codes!]).toEqual([500, -214, 71]);
    expect(built.error.largest).toBeCloseTo(0.036, 4);
    expect(built.error.largestInCodes).toBeCloseTo(0.036 / 0.05, 2);
    expect(built.error.rootMeanSquare).toBeCloseTo(Math.sqrt((0.036 ** 2 + 0.029 ** 2) / 3), 4);
  });

  test('in float is an offset in units of the output', () => {
    const built = layerBias(bias, 'float', 0.1, Float32Array.of(0.01), 0.05);
    expect(built.codes).toBeNull();
    expect(built.offset).toEqual(bias.map((value) => value / 0.05));
    expect(built.error).toEqual({ largest: 0, rootMeanSquare: 0, largestInCodes: 0 });
  });

  test.each(['float', 'int32', { bits: 8 }] as const)('with NaN is refused (%o)', (mode) => {
    const error = expect(() => layerBias(Float32Array.of(0, NaN), mode, 1, Float32Array.of(1), 1));
    error.toThrow(BitlabError);
  });
});

describe('what contradicts itself is refused, with the name of the layer', () => {
  const refused = (description: LayerDescription, chosen: IntegerSettings) => {
    try {
      buildIntegerLayer(description, chosen);
    } catch (error) {
      if (error instanceof BitlabError) return `${error.code}: ${error.message} ${error.remedy}`;
      throw error;
    }
    return 'accepted';
  };

  test.each<[string, LayerDescription, IntegerSettings, RegExp]>([
    [
      'one product',
      sumOf([1]),
      settings({ bits: 15 }),
      /15 bits cannot hold a single product of fc, .* 16 bits/
    ],
    ['7 bits', sumOf([1]), settings({ bits: 7 }), /8 to 32 bits, not 7/],
    ['33 bits', sumOf([1]), settings({ bits: 33 }), /8 to 32 bits, not 33/],
    ['an empty tile', sumOf([1]), settings({ check: 'per-tile', tile: 0 }), /at least 1 product, not 0/],
    [
      'a float bias',
      sumOf([1]),
      settings({}, { bias: 'float', requantization: 'gemmlowp' }),
      /gemmlowp works on integers/
    ],
    ['a bias of 1 bit', sumOf([1]), settings({}, { bias: { bits: 1 } }), /2 to 32 bits, not 1/],
    [
      'pairs in 16 bits',
      sumOf([1]),
      settings({ products: 'avx2-pairs', bits: 16 }),
      /32 bits that wrap, not of 16/
    ],
    [
      'pairs of wide codes',
      sumOf([1], { input: quantizer(9, 0, 511) }),
      settings({ products: 'avx2-pairs' }),
      /multiplies bytes, and fc/
    ],
    [
      'pairs with a zero point',
      sumOf([1], { weights: quantizer(8, -128, 127, 1, 3) }),
      settings({ products: 'avx2-pairs' }),
      /weights of fc to have zero point 0/
    ],
    ['16 unsigned bits', sumOf([1], { input: quantizer(16, 0, 65535) }), settings(), /enter fc need 17 bits/],
    [
      'scales that do not go together',
      sumOf([1], { weights: quantizer(8, -128, 127, 1e20), output: quantizer(8, 0, 255, 1e-7) }),
      settings({}, { requantization: 'gemmlowp' }),
      /One step of the sums of fc is 1\.0e\+27 codes of its output, first in channel 0/
    ],
    [
      'a tile beyond 32 bits',
      sumOf(Array<number>(4).fill(1), {
        input: quantizer(16, -32768, 32767),
        weights: quantizer(16, -32768, 32767)
      }),
      settings({ check: 'per-tile', tile: 3 }),
      /tile of 3 products of fc and the accumulator/
    ]
  ])('%s', (_, description, chosen, message) => {
    expect(refused(description, chosen)).toMatch(/^CONFIGURATION_CONFLICT: /);
    expect(refused(description, chosen)).toMatch(message);
  });
});
