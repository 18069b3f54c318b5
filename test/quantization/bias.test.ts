import { expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import { quantizeBias } from '../../src/main/quantization/index.ts';

test('multiples of activation scale times weight scale, one for each channel, half to even', () => {
  const { codes, values } = quantizeBias(Float32Array.of(1, -1.25, 0.375), 0.5, Float32Array.of(0.5, 1, 0.5));
  expect([...codes]).toEqual([4, -2, 2]);
  expect([...values]).toEqual([1, -1, 0.5]);
});

test('one weight scale serves every channel', () => {
  expect([...quantizeBias(Float32Array.of(1, 2), 0.5, Float32Array.of(0.5)).codes]).toEqual([4, 8]);
});

test('saturates to int32, infinities included', () => {
  const { codes } = quantizeBias(
    Float32Array.of(1e9, -1e9, Infinity, -Infinity),
    0.01,
    Float32Array.of(0.01)
  );
  expect([...codes]).toEqual([2147483647, -2147483648, 2147483647, -2147483648]);
});

test('the product of the scales and its inverse are rounded to float32', () => {
  const [sx, sw, b] = [Math.fround(0.0173), Math.fround(0.0041), Math.fround(123.456)];
  const inverse = Math.fround(1 / Math.fround(sx * sw));
  const { codes } = quantizeBias(Float32Array.of(b), sx, Float32Array.of(sw));
  expect(codes[0]).toBe(Math.round(Math.fround(b * inverse)));
  expect(codes[0]).toBe(1740533);
});

test('NaN and scales that do not fit are refused', () => {
  expect(() => quantizeBias(Float32Array.of(NaN), 1, Float32Array.of(1))).toThrow(BitlabError);
  expect(() => quantizeBias(Float32Array.of(1, 2, 3), 1, Float32Array.of(1, 2))).toThrow(RangeError);
});
