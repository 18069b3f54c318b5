import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { AcceleratorSettings, BitlabError } from '../../src/contract/index.ts';
import type { AcceleratorKernels } from '../../src/main/kernels/accelerator-kernels.ts';
import {
  calibratedRange,
  crosstalkGains,
  levelsOf,
  operandValues,
  signScheme,
  sliceCode,
  slicesOf,
  sumHistogram
} from '../../src/main/simulation/accelerator/index.ts';
import { compiledAccelerator } from '../kernels-accelerator/compiled-kernels.ts';
import { sumsOnHardware, type Product } from './one-tile.ts';

let kernels: AcceleratorKernels;
beforeAll(async () => {
  kernels = await compiledAccelerator();
});

describe('slices', () => {
  test('of 8 bits on 3-bit converters', () => {
    expect(slicesOf(255, 3)).toEqual([
      { shift: 0, bits: 3, largest: 7 },
      { shift: 3, bits: 3, largest: 7 },
      { shift: 6, bits: 3, largest: 7 }
    ]);
    expect(slicesOf(200, null)).toEqual([{ shift: 0, bits: 8, largest: 200 }]);
  });

  test('recombine to the operand', () => {
    fc.assert(
      fc.property(fc.nat(65535), fc.integer({ min: 1, max: 16 }), fc.nat(), (largest, bits, pick) => {
        const operand = pick % (largest + 1);
        const slices = slicesOf(largest, bits);
        const sum = slices.reduce((total, slice) => total + sliceCode(operand, slice) * 2 ** slice.shift, 0);
        expect(sum).toBe(operand);
        for (const slice of slices) expect(sliceCode(operand, slice)).toBeLessThanOrEqual(slice.largest);
      })
    );
  });
});

test('signs: what each scheme sets, and what it leaves to be subtracted', () => {
  const set = (signs: 'differential' | 'differential-digital' | 'offset', low = -8, high = 7) => {
    const { rails, offset } = signScheme(signs, 4, low, high);
    return { offset, rails: rails.map((rail) => [rail.largest, [-8, -3, 0, 7].map((w) => rail.operand(w))]) };
  };
  expect(set('differential')).toEqual({ offset: 0, rails: [[8, [-8, -3, 0, 7]]] });
  expect(set('differential-digital')).toEqual({
    offset: 0,
    rails: [
      [8, [0, 0, 0, 7]],
      [8, [8, 3, 0, 0]]
    ]
  });
  expect(set('offset')).toEqual({ offset: 8, rails: [[15, [0, 5, 8, 15]]] });
  expect(signScheme('offset', 4, 0, 15).offset).toBe(0);
});

describe('digital-to-analog converters', () => {
  const slice = { shift: 0, bits: 2, largest: 3 };

  test('a parabola that is off by the nonlinearity in the middle', () => {
    const values = operandValues({ shift: 0, bits: 1, largest: 1 }, converter({ nonlinearity: 0.1 }), null);
    expect([...values]).toEqual([0, 1]);
    // u = 1/3 and 2/3: u + 4 * 0.09 * 2/9 = u + 0.08
    const bent = operandValues(slice, converter({ nonlinearity: 0.09 }), null);
    [0, 1.24, 2.24, 3].forEach((value, code) => expect(bent[code]).toBeCloseTo(value, 6));
  });

  test('a transfer table, whose converter has more bits than the slice', () => {
    const table = Array.from({ length: 16 }, (_, code) => code / 20);
    expect([...operandValues(slice, converter({}), [0, 0.25, 0.5, 1])]).toEqual([0, 0.75, 1.5, 3]);
    expect([...operandValues(slice, converter({ bits: 4 }), table)]).toEqual(
      [0, 4, 8, 12].map((code) => Math.fround((code / 20) * 3))
    );
    expect(() => operandValues(slice, converter({}), [0, 0.5, 1])).toThrow(BitlabError);
  });

  const converter = (given: object) =>
    AcceleratorSettings.parse({ converters: { weights: given } }).converters.weights;
});

test('crosstalk: d = 1550 / (2 * 15500) = 0.05 nm, phi(1 nm) = 0.0025 / 1.0025', () => {
  const gains = crosstalkGains({ spacingNm: 1, wavelengthNm: 1550, qualityFactor: 15500 }, 3);
  const [one, two] = [0.0025 / 1.0025, 0.0025 / 4.0025];
  expect([...gains].map((gain) => gain.toFixed(12))).toEqual(
    [1 + one + two, 1 + 2 * one, 1 + one + two].map((gain) => gain.toFixed(12))
  );
});

describe('levels of an analog-to-digital converter', () => {
  test('are multiples of the step, 0 among them, and never closer than one product', () => {
    expect(levelsOf({ low: 0, high: 255 }, 4, false)).toEqual({ step: 17, low: 0, high: 15 });
    expect(levelsOf({ low: -255, high: 255 }, 4, false)).toEqual({ step: 34, low: -8, high: 7 });
    expect(levelsOf({ low: -255, high: 255 }, 4, true)).toEqual({ step: 510 / 14, low: -7, high: 7 });
    expect(levelsOf({ low: -100, high: 100 }, 16, false)).toEqual({ step: 1, low: -100, high: 100 });
  });

  test('activation bits + weight bits + ceil(log2 N) at full scale hold every sum', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 2, max: 8 }),
        fc.integer({ min: 1, max: 4096 }),
        fc.boolean(),
        (activationBits, weightBits, elements, isSigned) => {
          const weight = isSigned ? 2 ** (weightBits - 1) : 2 ** weightBits - 1;
          const high = elements * (2 ** activationBits - 1) * weight;
          const bits = activationBits + weightBits + Math.ceil(Math.log2(elements));
          const range = { low: isSigned ? -high : 0, high };
          expect(levelsOf(range, bits, false)).toEqual({ step: 1, ...range });
        }
      )
    );
  });
});

describe('calibrated ranges', () => {
  const adc = (given: object) => AcceleratorSettings.parse({ adc: given }).adc;
  // A sum of -10 once, of 0 to 99 ten times each, of 500 once; bins of 1.
  const counts = new Float64Array(2048);
  counts[1024 - 10] = 1;
  for (let sum = 0; sum < 100; sum++) counts[1024 + sum] = 10;
  counts[1024 + 500] = 1;
  const histogram = sumHistogram(counts, 1);

  test('by percentile', () => {
    expect(calibratedRange(histogram, adc({ percentile: 100 }), 8)).toEqual({ low: -10, high: 501 });
    expect(calibratedRange(histogram, adc({ percentile: 99 }), 8)).toEqual({ low: 0, high: 100 });
  });

  test('by least squared error: few bits clip the outlier, many do not', () => {
    const ends = (bits: number) => calibratedRange(histogram, adc({ method: 'mse' }), bits);
    expect(ends(3).high).toBeLessThan(300);
    expect(ends(8).high).toBeGreaterThan(480);
  });
});

const product: Product = {
  activations: [255, 17, 3, 128, 90],
  activationBits: 8,
  weights: [
    [127, -128, 5, 0, -77],
    [-1, 2, -3, 4, -5]
  ],
  weightBits: 8
};
const exact = product.weights.map((row) => row.reduce((sum, w, i) => sum + w * product.activations[i]!, 0));

describe('a product on hardware', () => {
  test('weights that the device does not reach stay at its end', async () => {
    // 0.5 of 128: 127 becomes 64, -128 and -77 become -64.
    const { sums } = await sumsOnHardware(kernels, product, { weightReach: 0.5 });
    expect([...sums]).toEqual([255 * 64 - 17 * 64 + 3 * 5 - 90 * 64, exact[1]]);
  });

  test('a table of exact products is the product, in all sign modes', async () => {
    const measurements = {
      transfer: () => [],
      noise: () => ({ values: [], deviations: [] }),
      products: () => ({
        columns: 256,
        values: Array.from({ length: 65536 }, (_, i) => (i >> 8) * (i & 255))
      })
    };
    for (const signs of ['differential', 'differential-digital', 'offset'] as const) {
      const settings = { signs, tile: 2, products: 'measured' };
      const { sums } = await sumsOnHardware(kernels, product, settings, 1, { measurements });
      expect([...sums]).toEqual(exact);
    }
  });

  test('a converter that reads half of full scale clips', async () => {
    const full = 5 * 255 * 128;
    const adc = { bits: 16, range: 'fixed', low: -0.01, high: 0.01 };
    const { sums, statistics } = await sumsOnHardware(kernels, product, { tile: 5, adc });
    expect(sums[0]).toBe(Math.ceil(0.01 * full));
    expect(sums[1]).toBe(exact[1]);
    expect(statistics).toMatchObject({ sums: 2, clipped: 1 });
  });
});
