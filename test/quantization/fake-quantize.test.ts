import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import { f32, rint } from '../../src/main/numeric/float32.ts';
import { sqnrDb } from '../../src/main/numeric/statistics.ts';
import {
  dequantize,
  fakeQuantize,
  quantizerFromRange,
  quantizeToCodes,
  type Quantizer
} from '../../src/main/quantization/index.ts';
import { anyFloat, settings } from './arbitraries.ts';
import { normalValues } from './normal-values.ts';

const quantizerOf = (
  scale: number[],
  zeroPoint: number[],
  low: number,
  high: number,
  axis: number | null
): Quantizer => ({
  bits: Math.ceil(Math.log2(high - low + 1)),
  scale: Float32Array.from(scale),
  zeroPoint: Int32Array.from(zeroPoint),
  low,
  high,
  axis
});

/** The formulas of PyTorch's kernel, one operation at a time, for one value. */
function reference(x: number, scale: number, zeroPoint: number, low: number, high: number) {
  const inverse = f32(1 / scale);
  const code = Math.min(Math.max(zeroPoint + rint(f32(x * inverse)), low), high);
  return { code, value: f32((code - zeroPoint) * scale) };
}

describe('literal cases', () => {
  test('multiplies by the inverse: a value measured on PyTorch 1.13.1', () => {
    const quantizer = quantizerOf([0.00214854861], [0], -32768, 32767, null);
    const x = Float32Array.of(0.273939937);
    expect([...quantizeToCodes(x, [1], quantizer)]).toEqual([128]);
    expect(rint(f32(x[0]! / quantizer.scale[0]!))).toBe(127);
  });

  test('ties go to even before the zero point is added', () => {
    const quantizer = quantizerOf([0.5], [3], 0, 15, null);
    const x = Float32Array.of(-0.75, -0.25, 0.25, 0.75, 1.25, 1.75);
    expect([...quantizeToCodes(x, [6], quantizer)]).toEqual([1, 3, 3, 5, 5, 7]);
    expect([...fakeQuantize(x, [6], quantizer)]).toEqual([-1, 0, 0, 1, 1, 2]);
  });

  test('infinities and huge values go to the ends', () => {
    const quantizer = quantizerOf([2 ** -23], [5], 0, 15, null);
    const x = Float32Array.of(Infinity, -Infinity, 3e38, -3e38, 0, -0, 1e-45);
    expect([...quantizeToCodes(x, [7], quantizer)]).toEqual([15, 0, 15, 0, 5, 5, 5]);
    expect(Object.is(fakeQuantize(Float32Array.of(-0), [1], quantizer)[0], 0)).toBe(true);
  });

  test('NaN is an error that says where', () => {
    const quantizer = quantizerOf([1], [0], -8, 7, null);
    for (const quantize of [fakeQuantize, quantizeToCodes]) {
      let thrown: unknown;
      try {
        quantize(Float32Array.of(1, 2, NaN), [3], quantizer);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(BitlabError);
      expect((thrown as BitlabError).report()).toMatchObject({ code: 'VALUES_NAN', details: { index: 2 } });
    }
  });

  test('channels along each axis of a tensor', () => {
    const x = Float32Array.from({ length: 12 }, (_, i) => i);
    const shape = [2, 3, 2];
    const codes = (scale: number[], axis: number) => [
      ...quantizeToCodes(
        x,
        shape,
        quantizerOf(
          scale,
          scale.map((_, i) => i),
          0,
          100,
          axis
        )
      )
    ];
    expect(codes([1, 2], 0)).toEqual([0, 1, 2, 3, 4, 5, 4, 5, 5, 5, 6, 7]);
    const middle = [1, 2, 4];
    expect(codes(middle, 1)).toEqual(
      [...x].map((v, i) => (Math.floor(i / 2) % 3) + rint(v / middle[Math.floor(i / 2) % 3]!))
    );
    expect(codes([1, 2], 2)).toEqual([...x].map((v, i) => (i % 2) + rint(v / [1, 2][i % 2]!)));
  });

  test('empty tensors stay empty; shapes that do not fit are refused', () => {
    const quantizer = quantizerOf([1, 1], [0, 0], 0, 3, 1);
    expect(fakeQuantize(new Float32Array(0), [0, 2, 3], quantizer)).toHaveLength(0);
    expect(fakeQuantize(new Float32Array(0), [3, 2, 0], quantizer)).toHaveLength(0);
    expect(() => fakeQuantize(new Float32Array(3), [3, 2], quantizer)).toThrow(RangeError);
    expect(() => fakeQuantize(new Float32Array(3), [1, 3], quantizer)).toThrow(RangeError);
    expect(() => fakeQuantize(new Float32Array(2), [2], quantizer)).toThrow(RangeError);
  });
});

describe('properties', () => {
  const setup = fc.tuple(settings, anyFloat, anyFloat).map(([setting, a, b]) => {
    const range = { minimum: Float32Array.of(Math.min(a, b)), maximum: Float32Array.of(Math.max(a, b)) };
    return quantizerFromRange(range, setting, null);
  });

  test('equal the formulas of PyTorch, one operation at a time', () => {
    fc.assert(
      fc.property(
        setup,
        fc.array(anyFloat),
        fc.array(fc.integer({ min: -40_000, max: 40_000 })),
        (quantizer, any, halves) => {
          const scale = quantizer.scale[0]!;
          const x = Float32Array.from([...any, ...halves.map((half) => (half / 2) * scale)]);
          const codes = quantizeToCodes(x, [x.length], quantizer);
          const values = fakeQuantize(x, [x.length], quantizer);
          for (const [i, value] of x.entries()) {
            const expected = reference(value, scale, quantizer.zeroPoint[0]!, quantizer.low, quantizer.high);
            expect(codes[i]).toBe(expected.code + 0);
            expect(values[i]).toBe(expected.value + 0);
          }
          expect(dequantize(codes, [x.length], quantizer)).toEqual(values);
        }
      )
    );
  });

  test('are idempotent, monotonic, and keep zero', () => {
    fc.assert(
      fc.property(setup, fc.array(anyFloat, { minLength: 1 }), (quantizer, list) => {
        const x = Float32Array.from(list).sort();
        const once = fakeQuantize(x, [x.length], quantizer);
        if (once.every(Number.isFinite)) expect(fakeQuantize(once, [x.length], quantizer)).toEqual(once);
        const codes = quantizeToCodes(x, [x.length], quantizer);
        for (let i = 1; i < codes.length; i++) expect(codes[i]).toBeGreaterThanOrEqual(codes[i - 1]!);
        expect(fakeQuantize(new Float32Array(1), [1], quantizer)[0]).toBe(0);
      })
    );
  });

  test('the error falls with every bit', () => {
    const x = normalValues(4000, 1);
    const range = { minimum: Float32Array.of(Math.min(...x)), maximum: Float32Array.of(Math.max(...x)) };
    let before = -Infinity;
    for (let bits = 2; bits <= 16; bits++) {
      const setting = {
        bits,
        scheme: 'affine',
        storage: 'unsigned',
        narrow: false,
        reduceRange: false
      } as const;
      const sqnr = sqnrDb(x, fakeQuantize(x, [x.length], quantizerFromRange(range, setting, null)));
      expect(sqnr).toBeGreaterThan(before + 4);
      before = sqnr;
    }
    expect(before).toBeGreaterThan(90);
  });
});
