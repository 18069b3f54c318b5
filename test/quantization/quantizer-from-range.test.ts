import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import { float32Maximum } from '../../src/main/numeric/float32.ts';
import { codeRange, quantizerFromRange, type QuantizerSettings } from '../../src/main/quantization/index.ts';
import { settings } from './arbitraries.ts';

const base: QuantizerSettings = {
  bits: 8,
  scheme: 'affine',
  storage: 'unsigned',
  narrow: false,
  reduceRange: false
};
const range = (minimum: number, maximum: number) => ({
  minimum: Float32Array.of(minimum),
  maximum: Float32Array.of(maximum)
});
const eps = 2 ** -23;

test.each<[Partial<QuantizerSettings>, number, number]>([
  [{}, 0, 255],
  [{ storage: 'signed' }, -128, 127],
  [{ storage: 'signed', narrow: true }, -127, 127],
  [{ storage: 'unsigned', narrow: true }, 0, 255],
  [{ reduceRange: true }, 0, 127],
  [{ storage: 'signed', reduceRange: true }, -64, 63],
  [{ bits: 2 }, 0, 3],
  [{ bits: 2, storage: 'signed' }, -2, 1],
  [{ bits: 2, storage: 'signed', narrow: true }, -1, 1],
  [{ bits: 16, storage: 'signed' }, -32768, 32767]
])('%j has the codes %d to %d', (change, low, high) => {
  expect(codeRange({ ...base, ...change })).toEqual({ low, high });
});

test.each([0, 1, 17, 3.5, NaN, -2])('%d bits are refused', (bits) => {
  expect(() => codeRange({ ...base, bits })).toThrow(BitlabError);
});

describe('scale and zero point', () => {
  test.each<[string, Partial<QuantizerSettings>, number, number, number, number]>([
    ['affine', {}, -1, 1.55, Math.fround(2.55 / 255), 100],
    ['affine signed', { storage: 'signed' }, -1, 1.55, Math.fround(2.55 / 255), -28],
    ['a range above zero reaches down to it', {}, 3, 5.1, Math.fround(5.1 / 255), 0],
    ['a range below zero reaches up to it', {}, -5.1, -3, Math.fround(5.1 / 255), 255],
    ['symmetric signed', { scheme: 'symmetric', storage: 'signed' }, -1, 0.5, Math.fround(1 / 127.5), 0],
    [
      'symmetric narrow',
      { scheme: 'symmetric', storage: 'signed', narrow: true },
      -1,
      0.5,
      Math.fround(1 / 127),
      0
    ],
    ['symmetric unsigned', { scheme: 'symmetric' }, 0, 1, Math.fround(1 / 127.5), 127],
    ['all zeros', {}, 0, 0, eps, 0],
    ['tiny values', {}, -1e-9, 1e-9, eps, 0],
    ['a subnormal', { scheme: 'symmetric' }, 1e-45, 1e-45, eps, 127],
    ['nothing observed', {}, Infinity, -Infinity, 1, 0]
  ])('%s', (_name, change, minimum, maximum, scale, zeroPoint) => {
    const quantizer = quantizerFromRange(range(minimum, maximum), { ...base, ...change }, null);
    expect(quantizer.scale[0]! / scale).toBeCloseTo(1, 6);
    expect([...quantizer.zeroPoint]).toEqual([zeroPoint]);
  });

  test('huge and infinite ranges keep a finite scale', () => {
    for (const scheme of ['affine', 'symmetric'] as const) {
      for (const [low, high] of [
        [-3.4e38, 3.4e38],
        [-Infinity, Infinity]
      ]) {
        const { scale, zeroPoint } = quantizerFromRange(range(low!, high!), { ...base, scheme }, null);
        expect(scale[0]! * 127.5).toBeCloseTo(3.4e38, -37);
        expect(Math.abs(zeroPoint[0]! - 127.5)).toBeLessThanOrEqual(0.5);
      }
    }
  });

  test('NaN is an error, and so is a range that does not fit its axis', () => {
    expect(() => quantizerFromRange(range(NaN, 1), base, null)).toThrow(BitlabError);
    const two = { minimum: Float32Array.of(0, 0), maximum: Float32Array.of(1, 2) };
    expect(() => quantizerFromRange(two, base, null)).toThrow(RangeError);
    expect([...quantizerFromRange(two, base, 0).scale]).toEqual([Math.fround(1 / 255), Math.fround(2 / 255)]);
  });

  test('zero has a code of its own, and the range fits in the codes up to half a step', () => {
    const value = fc.float({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(settings, value, value, (setting, a, b) => {
        const [minimum, maximum] = [Math.min(a, b), Math.max(a, b)];
        const { scale, zeroPoint, low, high } = quantizerFromRange(range(minimum, maximum), setting, null);
        const [step, zero] = [scale[0]!, zeroPoint[0]!];
        expect(step).toBeGreaterThanOrEqual(eps);
        expect(Number.isFinite(step)).toBe(true);
        expect(zero).toBeGreaterThanOrEqual(low);
        expect(zero).toBeLessThanOrEqual(high);
        // An unsigned symmetric zero point may be half a code off the middle, and a signed range has one code more below.
        const slack = setting.scheme === 'symmetric' ? 1.01 : 0.51;
        if (step === float32Maximum) return;
        expect((high - zero + slack) * step).toBeGreaterThanOrEqual(Math.max(maximum, 0) * (1 - 1e-6));
        expect((low - zero - slack) * step).toBeLessThanOrEqual(Math.min(minimum, 0) * (1 - 1e-6));
      })
    );
  });
});
