// What the converters make of sums, and the register that adds it.
import {
  AMPLE,
  BINS,
  CONVERTER,
  HIGH,
  IS_FLOOR,
  IS_NEGATIVE,
  LEVELS,
  LOW,
  PER_BIN,
  PER_LEVEL,
  REGISTER,
  REGISTER_BITS,
  SHIFT,
  THRESHOLD_COUNT,
  THRESHOLDS,
  TILES,
  WHOLE_LEVELS,
  WRAPS
} from './parameters';
import { overflowed, sumOfLanes } from '../integer/multiply-checked';

/**
 * Counts sums (tile, row, column) of columns that exist.
 * @param sums int32 where `isWhole`, else float32 @param histogram int32, one for each bin
 */
export function countSums(
  pass: usize,
  sums: usize,
  rows: i32,
  positions: usize,
  isWhole: bool,
  histogram: usize
): void {
  const bins = load<i32>(pass, BINS);
  const perBin = load<f32>(pass, PER_BIN);
  const tiles = load<i32>(pass, TILES);
  for (let tile = 0; tile < tiles; tile++) {
    for (let row = 0; row < rows; row++) {
      for (let column: usize = 0; column < 32; column += 4) {
        if (load<i32>(positions + column) < 0) continue;
        const at = sums + (<usize>row << 5) + column;
        const sum = isWhole ? <f32>load<i32>(at) : load<f32>(at);
        const scaled = floor<f32>(sum * perBin);
        const bin = min(max(<i32>scaled + (bins >> 1), 0), bins - 1);
        const place = histogram + (<usize>bin << 2);
        store<i32>(place, load<i32>(place) + 1);
      }
    }
    sums += 128;
  }
}

/**
 * Reads the sums of a block's tiles and adds them to its registers.
 * @param sums (tile, row, column), whole or float32 as the converter wants them
 * @param content int32 (row, column), rows `rowBytes` apart
 * @param statistics float64 clipped, float64 overflows
 */
export function readSums(
  pass: usize,
  sums: usize,
  content: usize,
  rows: i32,
  rowBytes: usize,
  positions: usize,
  statistics: usize
): void {
  const kind = load<i32>(pass, CONVERTER);
  if (load<i32>(pass, REGISTER) != AMPLE) {
    if (kind == WHOLE_LEVELS) each(WHOLE_LEVELS, true, pass, sums, content, rows, rowBytes, positions, statistics);
    else if (kind == LEVELS) each(LEVELS, true, pass, sums, content, rows, rowBytes, positions, statistics);
    else each(2, true, pass, sums, content, rows, rowBytes, positions, statistics);
  } else if (kind == WHOLE_LEVELS) {
    each(WHOLE_LEVELS, false, pass, sums, content, rows, rowBytes, positions, statistics);
  } else if (kind == LEVELS) each(LEVELS, false, pass, sums, content, rows, rowBytes, positions, statistics);
  else each(2, false, pass, sums, content, rows, rowBytes, positions, statistics);
}

@inline
function each(
  kind: i32,
  isLimited: bool,
  pass: usize,
  sums: usize,
  content: usize,
  rows: i32,
  rowBytes: usize,
  positions: usize,
  statistics: usize
): void {
  const tiles = load<i32>(pass, TILES);
  const low = load<i32>(pass, LOW);
  const high = load<i32>(pass, HIGH);
  const lowest = kind == LEVELS ? f32x4.splat(<f32>low) : i32x4.splat(low);
  const highest = kind == LEVELS ? f32x4.splat(<f32>high) : i32x4.splat(high);
  const perLevel = f32x4.splat(load<f32>(pass, PER_LEVEL));
  const isFloor = load<i32>(pass, IS_FLOOR) != 0;
  const shift = load<i32>(pass, SHIFT);
  // All ones where what is read is subtracted: ~x + 1 = -x.
  const sign = i32x4.splat(-load<i32>(pass, IS_NEGATIVE));
  let clipped = i32x4.splat(0);
  let overflows = clipped;
  for (let row = 0; row < rows; row++) {
    const registers = content + <usize>row * rowBytes;
    for (let half: usize = 0; half < 32; half += 16) {
      const exists = i32x4.ge_s(v128.load(positions + half), i32x4.splat(0));
      let at = sums + (<usize>row << 5) + half;
      let register = v128.load(registers + half);
      for (let tile = 0; tile < tiles; tile++, at += 128) {
        let level: v128;
        if (kind == WHOLE_LEVELS) {
          const sum = v128.load(at);
          level = i32x4.min_s(i32x4.max_s(sum, lowest), highest);
          clipped = i32x4.sub(clipped, v128.and(i32x4.ne(sum, level), exists));
        } else if (kind == LEVELS) {
          const scaled = f32x4.mul(v128.load(at), perLevel);
          const rounded = isFloor ? f32x4.floor(scaled) : f32x4.nearest(scaled);
          const bounded = f32x4.pmin(f32x4.pmax(rounded, lowest), highest);
          clipped = i32x4.sub(clipped, v128.and(f32x4.ne(rounded, bounded), exists));
          level = i32x4.trunc_sat_f32x4_s(bounded);
        } else level = reached(pass, low, v128.load(at));
        const addend = i32x4.sub(v128.xor(i32x4.shl(level, shift), sign), sign);
        const exact = i32x4.add(register, addend);
        if (isLimited) {
          const bits = load<i32>(pass, REGISTER_BITS);
          const beyond32 = overflowed(register, addend, exact);
          const unused = 32 - bits;
          const wrapped = i32x4.shr_s(i32x4.shl(exact, unused), unused);
          const misfit = v128.and(v128.or(beyond32, i32x4.ne(wrapped, exact)), exists);
          overflows = i32x4.sub(overflows, misfit);
          if (load<i32>(pass, REGISTER) == WRAPS) register = wrapped;
          else {
            // A sum beyond 32 bits has the wrong sign itself, and that of the register is the right one.
            const sign = i32x4.shr_s(v128.bitselect(register, exact, beyond32), 31);
            const limit = v128.xor(sign, i32x4.splat(0x7fffffff >> unused));
            register = v128.bitselect(limit, exact, misfit);
          }
        } else register = exact;
      }
      v128.store(registers + half, register);
    }
  }
  store<f64>(statistics, load<f64>(statistics) + <f64>sumOfLanes(clipped));
  store<f64>(statistics, load<f64>(statistics, 8) + <f64>sumOfLanes(overflows), 8);
}

@inline
function reached(pass: usize, low: i32, values: v128): v128 {
  return i32x4(
    low + reach(pass, f32x4.extract_lane(values, 0)),
    low + reach(pass, f32x4.extract_lane(values, 1)),
    low + reach(pass, f32x4.extract_lane(values, 2)),
    low + reach(pass, f32x4.extract_lane(values, 3))
  );
}

/** How many ascending thresholds a sum reaches. */
function reach(pass: usize, value: f32): i32 {
  const thresholds: usize = load<i32>(pass, THRESHOLDS);
  let count = 0;
  let end = load<i32>(pass, THRESHOLD_COUNT);
  while (count < end) {
    const middle = (count + end) >> 1;
    if (value >= load<f32>(thresholds + (<usize>middle << 2))) count = middle + 1;
    else end = middle;
  }
  return count;
}
