import { beforeAll, describe, expect, test } from 'vitest';
import type { AcceleratorKernels } from '../../src/main/kernels/accelerator-kernels.ts';
import { gaussians } from '../../src/main/kernels/reference/gaussian.ts';
import { compiledAccelerator } from '../kernels-accelerator/compiled-kernels.ts';
import { spread, sumsOnHardware, type Product } from './one-tile.ts';

let kernels: AcceleratorKernels;
beforeAll(async () => {
  kernels = await compiledAccelerator();
});

const elements = 32;
const outputs = 64;
const activations = Array.from({ length: elements }, (_, i) => (i * 7919) % 256);
const row = Array.from({ length: elements }, (_, i) => ((i * 104729) % 256) - 128);
const product: Product = {
  activations,
  activationBits: 8,
  weights: Array.from({ length: outputs }, () => row),
  weightBits: 8
};
const sum = activations.reduce((total, x, i) => total + x * row[i]!, 0);
const squaresOf = (values: readonly number[]) => values.reduce((total, value) => total + value ** 2, 0);
const squaresOfProducts = squaresOf(activations.map((x, i) => x * row[i]!));
const full = { x: 255, w: 128, sum: elements * 255 * 128 };

/** 64 outputs of 16,000 samples: 1,024,000 sums of one tile. */
const draw = async (settings: object, given = product) =>
  spread((await sumsOnHardware(kernels, given, { tile: elements, ...settings }, 16_000)).sums);

describe('the deviation of a sum is that of its closed form within 1 % over a million draws', () => {
  test.each([
    ['output', { output: 0.01 }, 0.01 * full.sum],
    ['outputProportional', { outputProportional: 0.05 }, 0.05 * Math.abs(sum)],
    ['weight', { weight: 0.02 }, 0.02 * full.w * Math.sqrt(squaresOf(activations))],
    ['weightProportional', { weightProportional: 0.1 }, 0.1 * Math.sqrt(squaresOfProducts)],
    ['input', { input: 0.02 }, 0.02 * full.x * Math.sqrt(squaresOf(row))],
    ['inputProportional', { inputProportional: 0.1 }, 0.1 * Math.sqrt(squaresOfProducts)],
    [
      'two at a time',
      { output: 0.01, weight: 0.02 },
      Math.hypot(0.01 * full.sum, 0.02 * full.w * Math.sqrt(squaresOf(activations)))
    ]
  ])('%s', async (_, noise, expected) => {
    const { mean, deviation, count } = await draw({ noise });
    expect(count).toBeGreaterThan(1_000_000);
    expect(Math.abs(deviation / expected - 1)).toBeLessThan(0.01);
    expect(Math.abs(mean - sum)).toBeLessThan((4 * expected) / Math.sqrt(count));
  });

  test('independent errors of tiles add up', async () => {
    const { deviation } = await draw({ tile: 8, noise: { output: 0.01 } });
    expect(Math.abs(deviation / (0.01 * 8 * 255 * 128 * Math.sqrt(4)) - 1)).toBeLessThan(0.01);
  });

  test('two rails that are read by a converter each err twice', async () => {
    const { deviation } = await draw({ signs: 'differential-digital', noise: { output: 0.01 } });
    expect(Math.abs(deviation / (0.01 * full.sum * Math.SQRT2) - 1)).toBeLessThan(0.01);
  });

  test('a table of deviations, straight between its entries', async () => {
    const measurements = {
      transfer: () => [],
      products: () => ({ columns: 1, values: [] }),
      noise: () => ({ values: [0, 1], deviations: [0.01, 0.05] })
    };
    const settings = { tile: elements, noise: { table: 'measured' } };
    const { sums } = await sumsOnHardware(kernels, product, settings, 16_000, { measurements });
    const expected = (0.01 + (0.04 * Math.abs(sum)) / full.sum) * full.sum;
    expect(Math.abs(spread(sums).deviation / expected - 1)).toBeLessThan(0.01);
  });

  test('what a link adds: additive, shot and proportional parts', async () => {
    const context = { linkNoise: () => ({ additive: 0.004, shot: 0.02, proportional: 0.03 }) };
    const settings = { tile: elements, link: {} };
    const { sums } = await sumsOnHardware(kernels, product, settings, 16_000, context);
    const v = Math.abs(sum) / full.sum;
    const expected = full.sum * Math.sqrt(0.004 ** 2 + 0.02 ** 2 * v + (0.03 * v) ** 2);
    expect(Math.abs(spread(sums).deviation / expected - 1)).toBeLessThan(0.01);
  });
});

test('one Gaussian on the sum has the variance of errors on every product', async () => {
  const noise = { input: 0.03, inputProportional: 0.05, weight: 0.04, weightProportional: 0.08 };
  const small: Product = {
    activations: activations.slice(0, 8),
    activationBits: 8,
    weights: product.weights.map((weights) => weights.slice(0, 8)),
    weightBits: 8
  };
  const { sums } = await sumsOnHardware(kernels, small, { tile: 8, noise }, 16_000);
  // The plain form: each operand with errors of its own, for each product.
  const plain: number[] = [];
  for (let i = 0; i < 150_000; i++) {
    let total = 0;
    for (let k = 0; k < 8; k++) {
      const [a, b, c, d] = gaussians([i, k, 0, 0], [9, 9]);
      const [x, w] = [small.activations[k]!, small.weights[0]![k]!];
      const erringX = x * (1 + noise.inputProportional * b) + noise.input * 255 * a;
      const erringW = w * (1 + noise.weightProportional * d) + noise.weight * 128 * c;
      total += erringX * erringW;
    }
    plain.push(total);
  }
  const [one, other] = [spread(sums), spread(plain)];
  expect(Math.abs(one.deviation ** 2 / other.deviation ** 2 - 1)).toBeLessThan(0.01);
});

describe('programming errors', () => {
  const settings = { tile: elements, noise: { programming: 0.02 } };

  test('are the same at each use, and others with another seed', async () => {
    const { sums } = await sumsOnHardware(kernels, product, settings, 3);
    expect(sums.subarray(0, outputs)).toEqual(sums.subarray(outputs, 2 * outputs));
    const other = await sumsOnHardware(kernels, product, settings, 1, { seed: 2 });
    expect(other.sums).not.toEqual(sums.subarray(0, outputs));
  });

  test('have the deviation of their closed form over many weights', async () => {
    const many = { ...product, weights: Array.from({ length: 20_000 }, () => row) };
    const { sums } = await sumsOnHardware(kernels, many, settings);
    const expected = 0.02 * full.w * Math.sqrt(squaresOf(activations));
    expect(Math.abs(spread(sums).deviation / expected - 1)).toBeLessThan(0.03);
  });
});

test('configurations with the same seed share their random numbers: errors are in proportion to sigma', async () => {
  const errors = async (output: number) => {
    const { sums } = await sumsOnHardware(kernels, product, { tile: elements, noise: { output } }, 4);
    return Array.from(sums, (value) => (value - sum) / output);
  };
  const [small, large] = [await errors(0.01), await errors(0.02)];
  small.forEach((error, i) => expect(Math.abs(error / large[i]! - 1)).toBeLessThan(1e-2));
});
