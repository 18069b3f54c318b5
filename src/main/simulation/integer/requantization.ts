import type { Requantization } from '../../kernels/integer-kernels.ts';
import { f32 } from '../../numeric/float32.ts';
import type { RequantizationDialect } from './settings.ts';

/**
 * The factors m = input scale * weight scale / output scale from sums to codes, as each dialect computes them:
 * - `onnx`: f32(f32(sx * sw) / sy), code = saturate(rint(f32(f32(sum) * m)) + zy). ONNX Runtime's QLinearConv.
 * - `qnnpack`: f32(f32(sw * sx) * f32(1 / sy)), then the same. PyTorch's `generate_requantization_scales`
 *   (ATen/native/quantized/cpu/QnnpackUtils.h) with QNNPACK's fp32 requantization.
 * - `gemmlowp`: sx * sw / sy in float64, decomposed into M0 and n; whole numbers from there on, as TensorFlow Lite.
 * @param weightScales one for each output channel, or one for all
 */
export function requantizationFor(
  dialect: RequantizationDialect,
  inputScale: number,
  weightScales: Float32Array,
  outputScale: number
): Requantization {
  switch (dialect) {
    case 'onnx': {
      const multipliers = weightScales.map((scale) => f32(inputScale * scale) / outputScale);
      return { kind: 'float-multiplier', multipliers };
    }
    case 'qnnpack': {
      const inverse = f32(1 / outputScale);
      return {
        kind: 'float-multiplier',
        multipliers: weightScales.map((scale) => f32(scale * inputScale) * inverse)
      };
    }
    case 'gemmlowp': {
      const parts = Array.from(weightScales, (scale) =>
        decomposeMultiplier((inputScale * scale) / outputScale)
      );
      return {
        kind: 'fixed-point',
        multipliers: Int32Array.from(parts, ({ multiplier }) => multiplier),
        shifts: Int32Array.from(parts, ({ shift }) => shift)
      };
    }
  }
}

/** A factor as M0 * 2^-(31 + n). */
export interface FixedPointMultiplier {
  /** M0, from 2^30 to 2^31 - 1; 0 where the factor is too small to move any int32 sum to 1. */
  readonly multiplier: number;
  /** n, at most 31; negative where the factor is 1 or more. */
  readonly shift: number;
}

/**
 * m = M0 * 2^-(31 + n) with M0 / 2^31 in [0.5, 1), rounded to nearest (TensorFlow Lite's QuantizeMultiplier).
 * @param factor from 0 on, below 2^31
 * @throws RangeError
 */
export function decomposeMultiplier(factor: number): FixedPointMultiplier {
  if (!(factor >= 0 && factor < 2 ** 31)) {
    throw new RangeError(`a multiplier of ${factor} cannot be written as a fixed-point number`);
  }
  // Float32 factors vanish below 2^-149.
  if (factor === 0) return { multiplier: 0, shift: 0 };
  let shift = 0;
  let fraction = factor;
  // Multiplications by 2 are exact.
  for (; fraction < 0.5; fraction *= 2) shift++;
  for (; fraction >= 1; fraction /= 2) shift--;
  let multiplier = Math.round(fraction * 2 ** 31);
  if (multiplier === 2 ** 31) {
    multiplier /= 2;
    shift--;
  }
  return shift > 31 ? { multiplier: 0, shift: 0 } : { multiplier, shift };
}
