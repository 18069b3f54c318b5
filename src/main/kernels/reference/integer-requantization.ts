import { f32, rint } from '../../numeric/float32.ts';
import type { LayerOutput } from '../integer-kernels.ts';

const int32Minimum = -(2n ** 31n);
const int32Maximum = 2n ** 31n - 1n;

const saturate32 = (value: bigint): bigint =>
  value < int32Minimum ? int32Minimum : value > int32Maximum ? int32Maximum : value;

/**
 * gemmlowp's SaturatingRoundingDoublingHighMul: the high half of 2ab, rounded; ties go up. BigInt, since the product
 * reaches 2^62 (a division of BigInts truncates, as C++'s does).
 */
export function saturatingRoundingDoublingHighMultiply(a: bigint, b: bigint): bigint {
  if (a === int32Minimum && b === int32Minimum) return int32Maximum;
  const product = a * b;
  const nudge = product >= 0n ? 2n ** 30n : 1n - 2n ** 30n;
  return (product + nudge) / 2n ** 31n;
}

/** gemmlowp's RoundingDivideByPOT: x / 2^n, half away from zero; for negative n a saturating shift left. */
export function roundingShiftRight(x: bigint, n: number): bigint {
  if (n < 0) return saturate32(x << BigInt(-n));
  const mask = (1n << BigInt(n)) - 1n;
  const threshold = (mask >> 1n) + (x < 0n ? 1n : 0n);
  return (x >> BigInt(n)) + ((x & mask) > threshold ? 1n : 0n);
}

/** A sum (int32) times M0 * 2^-(31 + n) in gemmlowp's arithmetic. */
export function multiplyFixedPoint(sum: number, multiplier: number, shift: number): number {
  const shifted = shift < 0 ? roundingShiftRight(BigInt(sum), shift) : BigInt(sum);
  const high = saturatingRoundingDoublingHighMultiply(shifted, BigInt(multiplier));
  return Number(roundingShiftRight(high, Math.max(shift, 0)));
}

/**
 * What leaves a layer for one sum (int32, the bias included) of one output channel.
 * @param channel the output channel, which picks among multipliers, scales and offsets that have more than one entry
 */
export function finishSum(
  sum: number,
  channel: number,
  output: LayerOutput,
  offset: Float32Array | null
): number {
  const entry = (values: Float32Array | Int32Array) => values[values.length === 1 ? 0 : channel]!;
  const added = offset === null ? 0 : entry(offset);
  if (output.kind === 'values') return f32(f32(f32(sum) * entry(output.scales)) + added);
  const { requantization, zeroPoint, low, high } = output;
  let code: number;
  if (requantization.kind === 'float-multiplier') {
    code = rint(f32(f32(f32(sum) * entry(requantization.multipliers)) + added));
  } else {
    code = multiplyFixedPoint(sum, entry(requantization.multipliers), entry(requantization.shifts));
  }
  // Adding 0 turns -0 into 0.
  return Math.min(Math.max(code + zeroPoint, low), high) + 0;
}
