import { describe, expect, test } from 'vitest';
import { sqnrDb } from '../../src/main/numeric/statistics.ts';
import {
  createObserver,
  fakeQuantize,
  quantizerFromRange,
  type ObserverKind,
  type QuantizerSettings
} from '../../src/main/quantization/index.ts';
import { normalValues } from './normal-values.ts';

const settings = (bits: number): QuantizerSettings => ({
  bits,
  scheme: 'affine',
  storage: 'unsigned',
  narrow: false,
  reduceRange: false
});

/** SQNR in dB as measured on another sample of half-normal data; this one differs, so each number has a tolerance. */
describe('observers on half-normal data', () => {
  const x = normalValues(40_000, 11).map(Math.abs);
  const table: [number, number, number, number, number][] = [
    // bits, minmax, histogram with 256 levels, with 2^bits levels, mse
    [8, 45.55, 45.84, 45.84, 45.9],
    [4, 20.95, 21.7, 24.2, 24.29],
    [3, 14.33, 15.11, 18.78, 18.87],
    [2, 6.95, 7.71, 13.08, 13.29]
  ];
  const observers = new Map(
    (['minmax', 'histogram', 'mse'] as ObserverKind[]).map((kind) => {
      const observer = createObserver(kind, 'torch', null);
      for (let i = 0; i < 4; i++) observer.observe(x.subarray(i * 10_000, (i + 1) * 10_000), [10_000]);
      return [kind, observer] as const;
    })
  );
  const sqnr = (kind: ObserverKind, bits: number, levels: number | null) => {
    const range = observers.get(kind)!.range(settings(bits), levels);
    return sqnrDb(x, fakeQuantize(x, [x.length], quantizerFromRange(range, settings(bits), null)));
  };

  test.each(table)('reach the expected SQNR at %d bits', (bits, minmax, histogram256, histogram, mse) => {
    const found = {
      minmax: sqnr('minmax', bits, null),
      histogram256: sqnr('histogram', bits, 256),
      histogram: sqnr('histogram', bits, null),
      mse: sqnr('mse', bits, null)
    };
    // The largest value of a sample varies, and with it what only the extremes decide.
    expect(Math.abs(found.minmax - minmax)).toBeLessThan(1.2);
    expect(Math.abs(found.histogram256 - histogram256)).toBeLessThan(1.2);
    expect(Math.abs(found.histogram - histogram)).toBeLessThan(0.5);
    expect(Math.abs(found.mse - mse)).toBeLessThan(0.35);
    expect(found.mse).toBeGreaterThan(found.histogram - 0.05);
    expect(found.histogram).toBeGreaterThan(found.histogram256 - 0.05);
    expect(found.histogram256).toBeGreaterThan(found.minmax - 0.05);
  });

  // Max, "Quantizing for minimum distortion" (1960), table II: the best step of a uniform quantizer of 2N levels for a normal
  // variable. Its upper half is what the search assumes, N levels in the middles of equal steps from zero.
  test.each([
    [2, 4 * 0.586],
    [3, 8 * 0.3352],
    [4, 16 * 0.1881]
  ])('at %d bits the L2 search ends at the optimum for its levels, %d', (bits, optimum) => {
    const range = observers.get('histogram')!.range(settings(bits), null);
    expect(range.minimum[0]).toBeLessThan(0.01);
    expect(Math.abs(range.maximum[0]! - optimum)).toBeLessThan(0.08);
  });
});
