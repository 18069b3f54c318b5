// What happens to sums once they are formed: the correction of zero points (pairs only), the bias, then the multiplier and
// the output's zero point and bounds, or a scale. Arrays have one entry for each output channel:
//   parameters: int32 correction, int32 bias, then float32 multiplier and float32 offset, or int32 M0 and int32 n
// 16 bytes for each channel, in four arrays of `channels` entries, one behind the other.
import { largestLane, overflowed, smallestLane, sumOfLanes } from './multiply-checked';

const CODES = 0;
const CODES_BY_FIXED_POINT = 1;
const VALUES = 2;

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
  let smallest = i32x4.splat(0);
  let largest = smallest;
  let overflows = smallest;
  const stride = <usize>channels << 2;
  for (let row = 0; row < rows; row++) {
    const correction = v128.load32_splat(parameters);
    const bias = v128.load32_splat(parameters + stride);
    const multiplier = v128.load32_splat(parameters + 2 * stride);
    const offset = v128.load32_splat(parameters + 3 * stride);
    for (let column = 0; column < columns; column += 4) {
      const count = min(columns - column, 4);
      const sum = corrected(sums + (<usize>column << 2), correction, count);
      smallest = i32x4.min_s(smallest, sum);
      largest = i32x4.max_s(largest, sum);
      const biased = i32x4.add(sum, bias);
      const misfit = overflowed(sum, bias, biased);
      overflows = i32x4.sub(overflows, misfit);
      finish(kind, saturates, sum, biased, misfit, multiplier, offset, zeroPoint, low, high, target, column, count);
    }
    parameters += 4;
    sums += rowBytes;
    target += targetRowBytes;
  }
  keep(statistics, overflows, smallest, largest);
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
  let smallest = i32x4.splat(0);
  let largest = smallest;
  let overflows = smallest;
  const stride = <usize>channels << 2;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column += 4) {
      const count = min(columns - column, 4);
      const at = parameters + (<usize>column << 2);
      const sum = corrected(sums + (<usize>column << 2), v128.load(at), count);
      const bias = v128.load(at + stride);
      smallest = i32x4.min_s(smallest, sum);
      largest = i32x4.max_s(largest, sum);
      const biased = i32x4.add(sum, bias);
      const misfit = overflowed(sum, bias, biased);
      overflows = i32x4.sub(overflows, misfit);
      const multiplier = v128.load(at + 2 * stride);
      const offset = v128.load(at + 3 * stride);
      finish(kind, saturates, sum, biased, misfit, multiplier, offset, zeroPoint, low, high, target, column, count);
    }
    sums += rowBytes;
    target += targetRowBytes;
  }
  keep(statistics, overflows, smallest, largest);
}

/** Four sums, of which those beyond `count` are 0. */
@inline
function corrected(sums: usize, correction: v128, count: i32): v128 {
  const sum = i32x4.add(v128.load(sums), correction);
  if (count == 4) return sum;
  return v128.and(sum, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)));
}

@inline
function finish(
  kind: i32,
  saturates: bool,
  sum: v128,
  biased: v128,
  misfit: v128,
  multiplier: v128,
  offset: v128,
  zeroPoint: i32,
  low: i32,
  high: i32,
  target: usize,
  column: i32,
  count: i32
): void {
  let total = biased;
  if (saturates) {
    const limit = v128.xor(i32x4.shr_s(sum, 31), i32x4.splat(0x7fffffff));
    total = v128.bitselect(limit, biased, misfit);
  }
  if (kind == CODES_BY_FIXED_POINT) {
    const codes = i32x4(
      fixedPoint(total, multiplier, offset, 0, zeroPoint, low, high),
      fixedPoint(total, multiplier, offset, 1, zeroPoint, low, high),
      fixedPoint(total, multiplier, offset, 2, zeroPoint, low, high),
      fixedPoint(total, multiplier, offset, 3, zeroPoint, low, high)
    );
    storeCodes(target + (<usize>column << 1), codes, count);
    return;
  }
  const value = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(total), multiplier), offset);
  if (kind == VALUES) {
    storeValues(target + (<usize>column << 2), value, count);
    return;
  }
  // The bounds are whole numbers, so that rounding before or after them is the same.
  const bounded = f32x4.min(
    f32x4.max(value, f32x4.splat(<f32>(low - zeroPoint))),
    f32x4.splat(<f32>(high - zeroPoint))
  );
  const codes = i32x4.add(i32x4.trunc_sat_f32x4_s(f32x4.nearest(bounded)), i32x4.splat(zeroPoint));
  storeCodes(target + (<usize>column << 1), codes, count);
}

@inline
function storeCodes(target: usize, codes: v128, count: i32): void {
  const narrow = i16x8.narrow_i32x4_s(codes, codes);
  if (count == 4) v128.store64_lane(target, narrow, 0);
  else {
    v128.store16_lane(target, narrow, 0);
    if (count > 1) v128.store16_lane(target, narrow, 1, 2);
    if (count > 2) v128.store16_lane(target, narrow, 2, 4);
  }
}

@inline
function storeValues(target: usize, values: v128, count: i32): void {
  if (count == 4) v128.store(target, values);
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
  const sum = lane < 2 ? (lane == 0 ? i32x4.extract_lane(total, 0) : i32x4.extract_lane(total, 1)) : lane == 2 ? i32x4.extract_lane(total, 2) : i32x4.extract_lane(total, 3);
  const factor = lane < 2 ? (lane == 0 ? i32x4.extract_lane(multiplier, 0) : i32x4.extract_lane(multiplier, 1)) : lane == 2 ? i32x4.extract_lane(multiplier, 2) : i32x4.extract_lane(multiplier, 3);
  const n = lane < 2 ? (lane == 0 ? i32x4.extract_lane(shift, 0) : i32x4.extract_lane(shift, 1)) : lane == 2 ? i32x4.extract_lane(shift, 2) : i32x4.extract_lane(shift, 3);
  return multiplied(sum, factor, n, zeroPoint, low, high);
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

@inline
function keep(statistics: usize, overflows: v128, smallest: v128, largest: v128): void {
  store<f64>(statistics, load<f64>(statistics) + <f64>sumOfLanes(overflows));
  store<i32>(statistics, min(load<i32>(statistics, 8), smallestLane(smallest)), 8);
  store<i32>(statistics, max(load<i32>(statistics, 12), largestLane(largest)), 12);
}
