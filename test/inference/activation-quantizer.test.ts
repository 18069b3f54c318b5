import { expect, test } from 'vitest';
import { ActivationSettings } from '../../src/contract/configuration.ts';
import { quantizeActivations } from '../../src/main/inference/activation-quantizer.ts';
import { sqnrDb } from '../../src/main/numeric/statistics.ts';
import { createObserver, fakeQuantize } from '../../src/main/quantization/index.ts';
import { normals } from '../quantization-methods/normals.ts';

const signed = normals(20_000, 1);
/** As behind a Relu. */
const positive = signed.map((value) => Math.max(value, 0));

function quantized(values: Float32Array, settings: object) {
  const parsed = ActivationSettings.parse({
    scheme: 'symmetric',
    storage: 'auto',
    observer: 'mse',
    ...settings
  });
  const observer = createObserver(parsed.observer, 'torch', null);
  observer.observe(values, [values.length]);
  const { quantizer } = quantizeActivations(observer, parsed);
  return { quantizer, sqnr: sqnrDb(values, fakeQuantize(values, [values.length], quantizer)) };
}

test('behind a Relu powers of two spend no level on a sign', () => {
  for (const grid of ['powers-of-two', 'apot']) {
    const [both, one] = [signed, positive].map((values) => quantized(values, { grid, bits: 4 }).quantizer);
    expect(both!.grid!.levels[0]).toBe(-1);
    expect(both!.grid!.levels).toHaveLength(15);
    expect(one!.grid!.levels[0]).toBe(0);
    expect(one!.grid!.levels).toHaveLength(16);
    expect(quantized(positive, { grid, bits: 4, storage: 'signed' }).quantizer.grid!.levels[0]).toBe(-1);
  }
});

test('minifloats and codebooks have the levels that they have', () => {
  const float = quantized(positive, { grid: 'float', floatFormat: 'e2m1' }).quantizer;
  expect([float.bits, float.low, float.high]).toEqual([4, 0, 14]);
  const levels = [-0.5, 0, 0.25, 1];
  const codebook = quantized(positive, { grid: 'codebook', levels }).quantizer;
  expect([...codebook.grid!.levels]).toEqual(levels);
  expect(codebook.bits).toBe(2);
});

test('the range with the least squared error is better than the whole one', () => {
  for (const settings of [
    { grid: 'apot', bits: 4 },
    { grid: 'powers-of-two', bits: 3 },
    { grid: 'float', floatFormat: 'e2m1' }
  ]) {
    const [mse, minmax] = ['mse', 'minmax'].map(
      (observer) => quantized(positive, { ...settings, observer }).sqnr
    );
    expect(mse!).toBeGreaterThan(minmax!);
  }
});

test('scales that are powers of two stay so', () => {
  const { scale } = quantized(positive, { grid: 'apot', bits: 4, powerOfTwoScale: true }).quantizer;
  expect(Number.isInteger(Math.log2(scale[0]!))).toBe(true);
});
