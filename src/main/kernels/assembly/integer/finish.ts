// What happens to sums once they are formed: the correction of zero points (pairs only), the bias, then the multiplier and
// the output's zero point and bounds, or a scale. Arrays have one entry for each output channel:
//   parameters: int32 correction, int32 bias, then float32 multiplier and float32 offset, or int32 M0 and int32 n
// 16 bytes for each channel, in four arrays of `channels` entries, one behind the other.
import { largestLane, overflowed, smallestLane, sumOfLanes } from './multiply-checked';

const CODES = 0;
const CODES_BY_FIXED_POINT = 1;
const VALUES = 2;

/** 1.5 * 2^23: adding it rounds a float32 of magnitude up to 2^22 to a whole number, half to even, in its lowest bits. */
const ROUNDER: f32 = 12582912;
const ROUNDER_BITS = 0x4b400000;

/**
 * Sums whose channels are the rows.
 * @param parameters of the first row's channel
 * @param target int16 codes or float32 values, rows `targetRowBytes` apart
 * @param statistics float64 overflows, int32 smallest sum, int32 largest sum
 */
export function finishRows(
  sums: usize,
  rows: i32,
  columns: i32,
  rowBytes: usize,
  parameters: usize,
  channels: i32,
  kind: i32,
  saturates: bool,
  zeroPoint: i32,
  low: i32,
  high: i32,
  target: usize,
  targetRowBytes: usize,
  statistics: usize
): void {
  if (kind == CODES) {
    each(
      CODES, true, sums, rows, columns, rowBytes, parameters, channels,
      saturates, zeroPoint, low, high, target, targetRowBytes, statistics
    );
  } else if (kind == VALUES) {
    each(
      VALUES, true, sums, rows, columns, rowBytes, parameters, channels,
      saturates, zeroPoint, low, high, target, targetRowBytes, statistics
    );
  } else {
    each(
      CODES_BY_FIXED_POINT, true, sums, rows, columns, rowBytes, parameters, channels,
      saturates, zeroPoint, low, high, target, targetRowBytes, statistics
    );
  }
}

/** Sums whose channels are the columns; the other parameters as in finishRows. */
export function finishColumns(
  sums: usize,
  rows: i32,
  columns: i32,
  rowBytes: usize,
  parameters: usize,
  channels: i32,
  kind: i32,
  saturates: bool,
  zeroPoint: i32,
  low: i32,
  high: i32,
  target: usize,
  targetRowBytes: usize,
  statistics: usize
): void {
  if (kind == CODES) {
    each(
      CODES, false, sums, rows, columns, rowBytes, parameters, channels,
      saturates, zeroPoint, low, high, target, targetRowBytes, statistics
    );
  } else if (kind == VALUES) {
    each(
      VALUES, false, sums, rows, columns, rowBytes, parameters, channels,
      saturates, zeroPoint, low, high, target, targetRowBytes, statistics
    );
  } else {
    each(
      CODES_BY_FIXED_POINT, false, sums, rows, columns, rowBytes, parameters, channels,
      saturates, zeroPoint, low, high, target, targetRowBytes, statistics
    );
  }
}

/** The loops, once for each kind of output and each place of the channels. */
@inline
function each(
  kind: i32,
  channelsAreRows: bool,
  sums: usize,
  rows: i32,
  columns: i32,
  rowBytes: usize,
  parameters: usize,
  channels: i32,
  saturates: bool,
  zeroPoint: i32,
  low: i32,
  high: i32,
  target: usize,
  targetRowBytes: usize,
  statistics: usize
): void {
  let smallest = i32x4.splat(0);
  let largest = smallest;
  let overflows = smallest;
  const stride = <usize>channels << 2;
  // The bounds are whole numbers, so that rounding before or after them is the same.
  const lowest = f32x4.splat(<f32>(low - zeroPoint));
  const highest = f32x4.splat(<f32>(high - zeroPoint));
  for (let row = 0; row < rows; row++) {
    let correction = v128.load32_splat(parameters);
    let bias = v128.load32_splat(parameters + stride);
    let multiplier = v128.load32_splat(parameters + 2 * stride);
    let offset = v128.load32_splat(parameters + 3 * stride);
    for (let column = 0; column < columns; column += 4) {
      const bytes = <usize>column << 2;
      if (!channelsAreRows) {
        correction = v128.load(parameters + bytes);
        bias = v128.load(parameters + bytes + stride);
        multiplier = v128.load(parameters + bytes + 2 * stride);
        offset = v128.load(parameters + bytes + 3 * stride);
      }
      const count = columns - column;
      let sum = i32x4.add(v128.load(sums + bytes), correction);
      if (count < 4) sum = v128.and(sum, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)));
      smallest = i32x4.min_s(smallest, sum);
      largest = i32x4.max_s(largest, sum);
      let biased = i32x4.add(sum, bias);
      const misfit = overflowed(sum, bias, biased);
      overflows = i32x4.sub(overflows, misfit);
      if (saturates) {
        const limit = v128.xor(i32x4.shr_s(sum, 31), i32x4.splat(0x7fffffff));
        biased = v128.bitselect(limit, biased, misfit);
      }
      if (kind == CODES_BY_FIXED_POINT) {
        const codes = i32x4(
          fixedPoint(biased, multiplier, offset, 0, zeroPoint, low, high),
          fixedPoint(biased, multiplier, offset, 1, zeroPoint, low, high),
          fixedPoint(biased, multiplier, offset, 2, zeroPoint, low, high),
          fixedPoint(biased, multiplier, offset, 3, zeroPoint, low, high)
        );
        storeCodes(target + (bytes >> 1), codes, count);
      } else {
        const value = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(biased), multiplier), offset);
        if (kind == VALUES) storeValues(target + bytes, value, count);
        else {
          const bounded = f32x4.pmin(highest, f32x4.pmax(lowest, value));
          const shifted = f32x4.add(bounded, f32x4.splat(ROUNDER));
          const codes = i32x4.add(shifted, i32x4.splat(zeroPoint - ROUNDER_BITS));
          storeCodes(target + (bytes >> 1), codes, count);
        }
      }
    }
    if (channelsAreRows) parameters += 4;
    sums += rowBytes;
    target += targetRowBytes;
  }
  store<f64>(statistics, load<f64>(statistics) + <f64>sumOfLanes(overflows));
  store<i32>(statistics, min(load<i32>(statistics, 8), smallestLane(smallest)), 8);
  store<i32>(statistics, max(load<i32>(statistics, 12), largestLane(largest)), 12);
}

@inline
function storeCodes(target: usize, codes: v128, count: i32): void {
  const narrow = i16x8.narrow_i32x4_s(codes, codes);
  if (count >= 4) v128.store64_lane(target, narrow, 0);
  else {
    v128.store16_lane(target, narrow, 0);
    if (count > 1) v128.store16_lane(target, narrow, 1, 2);
    if (count > 2) v128.store16_lane(target, narrow, 2, 4);
  }
}

@inline
function storeValues(target: usize, values: v128, count: i32): void {
  if (count >= 4) v128.store(target, values);
  else {
    v128.store32_lane(target, values, 0);
    if (count > 1) v128.store32_lane(target, values, 1, 4);
    if (count > 2) v128.store32_lane(target, values, 2, 8);
  }
}

/** gemmlowp's arithmetic for one lane: see reference/integer-requantization.ts. */
@inline
function fixedPoint(
  total: v128,
  multiplier: v128,
  shift: v128,
  lane: i32,
  zeroPoint: i32,
  low: i32,
  high: i32
): i32 {
  const sum = laneOf(total, lane);
  const factor = laneOf(multiplier, lane);
  const n = laneOf(shift, lane);
  return multiplied(sum, factor, n, zeroPoint, low, high);
}

@inline
function laneOf(v: v128, lane: i32): i32 {
  if (lane == 0) return i32x4.extract_lane(v, 0);
  if (lane == 1) return i32x4.extract_lane(v, 1);
  return lane == 2 ? i32x4.extract_lane(v, 2) : i32x4.extract_lane(v, 3);
}

function multiplied(sum: i32, factor: i32, n: i32, zeroPoint: i32, low: i32, high: i32): i32 {
  let x = <i64>sum;
  if (n < 0) x = max(min(x << -n, <i64>i32.MAX_VALUE), <i64>i32.MIN_VALUE);
  const product = x * <i64>factor;
  x = (product + (product >= 0 ? 1 << 30 : 1 - (1 << 30))) / (<i64>1 << 31);
  if (n > 0) {
    const mask = (<i64>1 << n) - 1;
    const threshold = (mask >> 1) + <i64>(x < 0);
    x = (x >> n) + <i64>((x & mask) > threshold);
  }
  return <i32>max(min(x + zeroPoint, <i64>high), <i64>low);
}
