import { beforeAll, describe, expect, test } from 'vitest';
import type { AcceleratorKernels } from '../../src/main/kernels/accelerator-kernels.ts';
import { rint } from '../../src/main/numeric/float32.ts';
import { compiledAccelerator } from '../kernels-accelerator/compiled-kernels.ts';
import { spread, sumsOnHardware } from './one-tile.ts';

let kernels: AcceleratorKernels;
beforeAll(async () => {
  kernels = await compiledAccelerator();
});

/**
 * Every sum from -510 to 255, one product each: activations of 8 bits times a weight of 2 bits. Full scale is 255 * 2 = 510, so that
 * `high: 0.5` is a converter up to 255.
 */
async function readings(adc: object): Promise<{ sum: number; read: number }[]> {
  const found: { sum: number; read: number }[] = [];
  for (let x = 0; x <= 255; x++) {
    const weights = [[-2], [-1], [1]];
    const product = { activations: [x], activationBits: 8, weights, weightBits: 2 };
    const { sums } = await sumsOnHardware(kernels, product, { tile: 1, adc: { range: 'fixed', ...adc } });
    weights.forEach(([w], i) => found.push({ sum: x * w!, read: sums[i]! }));
  }
  return found;
}

describe("CrossSim's converter: clip, then rint((x - min) (2^b - 1) / range)", () => {
  const crossSim = (x: number, min: number, max: number, bits: number) => {
    const perLevel = (2 ** bits - 1) / (max - min);
    return rint((Math.min(Math.max(x, min), max) - min) * perLevel) / perLevel + min;
  };

  test.each([
    [0, 0.5, 4],
    [0, 0.5, 8],
    [0, 1, 2]
  ])('the same from %s to %s of full scale with %s bits', async (low, high, bits) => {
    for (const { sum, read } of await readings({ low, high, bits })) {
      expect(read).toBe(crossSim(sum, low * 510, high * 510, bits));
    }
  });

  test('a range around 0: 0 is a level here, and lies between two of theirs', async () => {
    const read = new Map(
      (await readings({ low: -0.5, high: 0.5, bits: 4 })).map((each) => [each.sum, each.read])
    );
    // Steps of 34: theirs are at 17 + 34 k, ours at 34 k.
    expect([crossSim(0, -255, 255, 4), read.get(0)]).toEqual([17, 0]);
    expect([crossSim(20, -255, 255, 4), read.get(20)]).toEqual([17, 34]);
    expect([crossSim(-255, -255, 255, 4), read.get(-255)]).toEqual([-255, -272]);
    expect([crossSim(255, -255, 255, 4), read.get(255)]).toEqual([255, 238]);
  });
});

test("NeuroSim's converter rounds down", async () => {
  const found = await readings({ low: 0, high: 0.5, bits: 4, rounding: 'floor' });
  for (const { sum, read } of found) {
    expect(read).toBe(Math.floor(Math.min(Math.max(sum, 0), 255) / 17) * 17);
  }
  // A sum that is a level is read as that level: 17 k, for which 17 * f32(1 / 17) can be below 1.
  expect(found.filter(({ sum, read }) => sum >= 0 && sum === read)).toHaveLength(16 + 1 + 1);
});

describe("aihwkit's tile: y = alpha ADC(W DAC(x / alpha) + noise), ADC(z) = clamp(round(z / d) d, +-bound)", () => {
  // Its defaults: input resolution 1/126 on +-1, output bound 12 and resolution 1/510 of the whole range, noise 0.06.
  const bound = 12;
  const d = (2 * bound) / 510;
  const elements = 256;
  const codes = Array.from({ length: elements }, (_, i) => (i * 41) % 64);
  const rows = [
    [3, 1],
    [50, 45],
    [101, 111],
    [63, 127]
  ] as const;
  const weights = rows.map(([largest, offset]) =>
    Array.from({ length: elements }, (_, i) => ((i * 37) % (2 * largest + 1)) - offset)
  );
  const product = { activations: codes, activationBits: 6, weights, weightBits: 8, isNarrow: true };
  // Full scale is 256 products of 63 by 127; theirs are 12 of 1 by 1.
  const end = bound / elements;
  const settings = {
    tile: elements,
    adc: { bits: 9, narrow: true, range: 'fixed', low: -end, high: end }
  };
  const dot = (row: readonly number[]) => row.reduce((z, w, i) => z + (codes[i]! / 63) * (w / 127), 0);

  test('a dot product without noise', async () => {
    const { sums } = await sumsOnHardware(kernels, product, settings);
    const theirs = weights.map((row) => Math.min(Math.max(rint(dot(row) / d) * d, -bound), bound));
    // Sums count in whole products, of which there are 8,001 in theirs of 1.
    theirs.forEach((y, i) => expect(Math.abs(sums[i]! / 8001 - y)).toBeLessThanOrEqual(0.5 / 8001));
    expect(theirs.map((y) => Number(y.toFixed(4)))).toEqual([2.0235, 5.9294, -9.2706, -12.0]);
  });

  test('output noise of 0.06', async () => {
    const quiet = { ...settings, adc: {}, noise: { output: 0.06 / elements } };
    const many = { ...product, weights: Array.from({ length: 64 }, () => weights[0]!) };
    const { sums } = await sumsOnHardware(kernels, many, quiet, 4_000);
    const { mean, deviation } = spread(sums.map((sum) => sum / 8001));
    expect(Math.abs(deviation / 0.06 - 1)).toBeLessThan(0.01);
    expect(Math.abs(mean - dot(weights[0]!))).toBeLessThan(1e-3);
  });
});
