// Products as in multiply.ts, but each addition is looked at: one row by eight columns at a time. What is counted and kept
// goes to `statistics`: float64 overflows, int32 smallest sum, int32 largest sum.

/** What happens to a sum. The modes of 32 bits find overflow by the signs, since the sum itself has wrapped. */
const WRAP = 0;
const SATURATE = 1;
const WRAP_32 = 2;
const SATURATE_32 = 3;
const OBSERVE = 4;

/** Sums in a register of `bits` bits, checked after each addition (tilePairs 0) or after each tile of so many pairs. */
export function multiplyLimited(
  a: usize,
  b: usize,
  c: usize,
  rows: i32,
  pairs: i32,
  panels: i32,
  rowBytes: usize,
  tilePairs: i32,
  bits: i32,
  saturates: bool,
  statistics: usize
): void {
  if (bits == 32) {
    if (saturates) saturateAt32(a, b, c, rows, pairs, panels, rowBytes, tilePairs, statistics);
    else wrapAt32(a, b, c, rows, pairs, panels, rowBytes, tilePairs, statistics);
  } else if (saturates) saturate(a, b, c, rows, pairs, panels, rowBytes, tilePairs, bits, statistics);
  else wrap(a, b, c, rows, pairs, panels, rowBytes, tilePairs, bits, statistics);
}

// One function for each mode: as a single one they are too large to be optimized well.

function wrap(
  a: usize,
  b: usize,
  c: usize,
  rows: i32,
  pairs: i32,
  panels: i32,
  rowBytes: usize,
  tilePairs: i32,
  bits: i32,
  statistics: usize
): void {
  each(WRAP, a, b, c, rows, pairs, panels, rowBytes, tilePairs, bits, statistics);
}

function saturate(
  a: usize,
  b: usize,
  c: usize,
  rows: i32,
  pairs: i32,
  panels: i32,
  rowBytes: usize,
  tilePairs: i32,
  bits: i32,
  statistics: usize
): void {
  each(SATURATE, a, b, c, rows, pairs, panels, rowBytes, tilePairs, bits, statistics);
}

function wrapAt32(
  a: usize,
  b: usize,
  c: usize,
  rows: i32,
  pairs: i32,
  panels: i32,
  rowBytes: usize,
  tilePairs: i32,
  statistics: usize
): void {
  each(WRAP_32, a, b, c, rows, pairs, panels, rowBytes, tilePairs, 32, statistics);
}

function saturateAt32(
  a: usize,
  b: usize,
  c: usize,
  rows: i32,
  pairs: i32,
  panels: i32,
  rowBytes: usize,
  tilePairs: i32,
  statistics: usize
): void {
  each(SATURATE_32, a, b, c, rows, pairs, panels, rowBytes, tilePairs, 32, statistics);
}

/** Sums in 32 bits that wrap, with the extremes after each addition or tile. */
export function multiplyObserved(
  a: usize,
  b: usize,
  c: usize,
  rows: i32,
  pairs: i32,
  panels: i32,
  rowBytes: usize,
  tilePairs: i32,
  statistics: usize
): void {
  each(OBSERVE, a, b, c, rows, pairs, panels, rowBytes, tilePairs, 32, statistics);
}

@inline
function each(
  mode: i32,
  a: usize,
  b: usize,
  c: usize,
  rows: i32,
  pairs: i32,
  panels: i32,
  rowBytes: usize,
  tilePairs: i32,
  bits: i32,
  statistics: usize
): void {
  const unused = 32 - bits;
  const lowest = i32x4.splat(<i32>0x80000000 >> unused);
  const highest = i32x4.splat(0x7fffffff >> unused);
  const codes = i32x4.splat(0xffffffff >>> unused);
  // A register that wraps is kept as its distance from the lowest value.
  const start = mode == WRAP ? i32x4.neg(lowest) : i32x4.splat(0);
  const firstOfPair = i32x4.splat(0xffff);
  const tileBytes = <usize>(tilePairs == 0 ? 1 : tilePairs) << 5;
  const whole = rows & ~3;
  const panelBytes = <usize>pairs << 5;
  let smallest = i32x4.splat(0);
  let largest = smallest;
  let total: f64 = 0;
  for (let panel = 0; panel < panels; panel++) {
    const end = b + panelBytes;
    for (let row = 0; row < rows; row++) {
      let pa = a + (row < whole ? (row & ~3) * pairs * 4 + (row & 3) * 4 : row * pairs * 4);
      const step: usize = row < whole ? 16 : 4;
      let sum0 = start;
      let sum1 = start;
      let counts = i32x4.splat(0);
      let additions: i64 = 0;
      let pb = b;
      while (pb < end) {
        let add0: v128;
        let add1: v128;
        if (tilePairs == 0) {
          const w = v128.load32_splat(pa);
          const first = v128.and(w, firstOfPair);
          const b0 = v128.load(pb);
          const b1 = v128.load(pb, 16);
          add0 = i32x4.dot_i16x8_s(first, b0);
          add1 = i32x4.dot_i16x8_s(first, b1);
          const next0 = fitted(mode, sum0, add0, codes, lowest, highest);
          const next1 = fitted(mode, sum1, add1, codes, lowest, highest);
          counts = counted(mode, counts, sum0, add0, next0);
          counts = counted(mode, counts, sum1, add1, next1);
          sum0 = next0;
          sum1 = next1;
          if (mode == OBSERVE) {
            smallest = i32x4.min_s(smallest, i32x4.min_s(sum0, sum1));
            largest = i32x4.max_s(largest, i32x4.max_s(sum0, sum1));
          }
          const second = v128.andnot(w, firstOfPair);
          add0 = i32x4.dot_i16x8_s(second, b0);
          add1 = i32x4.dot_i16x8_s(second, b1);
          pa += step;
          pb += 32;
        } else {
          add0 = i32x4.splat(0);
          add1 = add0;
          const tileEnd = min(pb + tileBytes, end);
          while (pb < tileEnd) {
            const w = v128.load32_splat(pa);
            add0 = i32x4.add(add0, i32x4.dot_i16x8_s(w, v128.load(pb)));
            add1 = i32x4.add(add1, i32x4.dot_i16x8_s(w, v128.load(pb, 16)));
            pa += step;
            pb += 32;
          }
        }
        const next0 = fitted(mode, sum0, add0, codes, lowest, highest);
        const next1 = fitted(mode, sum1, add1, codes, lowest, highest);
        counts = counted(mode, counts, sum0, add0, next0);
        counts = counted(mode, counts, sum1, add1, next1);
        sum0 = next0;
        sum1 = next1;
        additions++;
        if (mode == OBSERVE) {
          smallest = i32x4.min_s(smallest, i32x4.min_s(sum0, sum1));
          largest = i32x4.max_s(largest, i32x4.max_s(sum0, sum1));
        }
      }
      if (mode == WRAP) {
        sum0 = i32x4.add(sum0, lowest);
        sum1 = i32x4.add(sum1, lowest);
      }
      const pc = c + <usize>row * rowBytes;
      v128.store(pc, sum0);
      v128.store(pc, sum1, 16);
      if (mode == WRAP || mode == SATURATE) {
        // Those that fit were counted.
        total += <f64>(additions * (tilePairs == 0 ? 16 : 8) - sumOfLanes(counts));
      } else total += <f64>sumOfLanes(counts);
    }
    b = end;
    c += 32;
  }
  store<f64>(statistics, load<f64>(statistics) + total);
  if (mode == OBSERVE) {
    store<i32>(statistics, min(load<i32>(statistics, 8), smallestLane(smallest)), 8);
    store<i32>(statistics, max(load<i32>(statistics, 12), largestLane(largest)), 12);
  }
}

/** The register after an addition. */
@inline
function fitted(mode: i32, sum: v128, addend: v128, codes: v128, lowest: v128, highest: v128): v128 {
  const exact = i32x4.add(sum, addend);
  if (mode == WRAP) return v128.and(exact, codes);
  if (mode == SATURATE) return i32x4.min_s(i32x4.max_s(exact, lowest), highest);
  if (mode == SATURATE_32) {
    const limit = v128.xor(i32x4.shr_s(sum, 31), highest);
    return v128.bitselect(limit, exact, overflowed(sum, addend, exact));
  }
  return exact;
}

/** The counters after an addition: of what fits, since comparing for equality is cheaper; at 32 bits of what does not. */
@inline
function counted(mode: i32, counts: v128, sum: v128, addend: v128, next: v128): v128 {
  if (mode == OBSERVE) return counts;
  const exact = i32x4.add(sum, addend);
  if (mode == WRAP || mode == SATURATE) return i32x4.sub(counts, i32x4.eq(exact, next));
  return i32x4.sub(counts, overflowed(sum, addend, exact));
}

/** All ones in the lanes where a sum of 32 bits has the sign of neither of its terms. */
@inline
export function overflowed(one: v128, two: v128, sum: v128): v128 {
  return i32x4.shr_s(v128.and(v128.xor(one, sum), v128.xor(two, sum)), 31);
}

/** Sums of pairs that saturate to 16 bits, in 32 bits that wrap. */
export function multiplyPairs(
  a: usize,
  b: usize,
  c: usize,
  rows: i32,
  pairs: i32,
  panels: i32,
  rowBytes: usize,
  statistics: usize
): void {
  const lowest = i32x4.splat(-32768);
  const highest = i32x4.splat(32767);
  const whole = rows & ~3;
  const panelBytes = <usize>pairs << 5;
  let total: f64 = 0;
  for (let panel = 0; panel < panels; panel++) {
    const end = b + panelBytes;
    for (let row = 0; row < rows; row++) {
      let pa = a + (row < whole ? (row & ~3) * pairs * 4 + (row & 3) * 4 : row * pairs * 4);
      const step: usize = row < whole ? 16 : 4;
      let sum0 = i32x4.splat(0);
      let sum1 = sum0;
      let overflows = sum0;
      for (let pb = b; pb < end; pb += 32) {
        const w = v128.load32_splat(pa);
        const exact0 = i32x4.dot_i16x8_s(w, v128.load(pb));
        const exact1 = i32x4.dot_i16x8_s(w, v128.load(pb, 16));
        const pair0 = i32x4.min_s(i32x4.max_s(exact0, lowest), highest);
        const pair1 = i32x4.min_s(i32x4.max_s(exact1, lowest), highest);
        overflows = i32x4.sub(overflows, i32x4.ne(exact0, pair0));
        overflows = i32x4.sub(overflows, i32x4.ne(exact1, pair1));
        sum0 = i32x4.add(sum0, pair0);
        sum1 = i32x4.add(sum1, pair1);
        pa += step;
      }
      const pc = c + <usize>row * rowBytes;
      v128.store(pc, sum0);
      v128.store(pc, sum1, 16);
      total += <f64>sumOfLanes(overflows);
    }
    b = end;
    c += 32;
  }
  store<f64>(statistics, load<f64>(statistics) + total);
}

@inline
export function sumOfLanes(v: v128): i64 {
  return (
    <i64>i32x4.extract_lane(v, 0) +
    <i64>i32x4.extract_lane(v, 1) +
    <i64>i32x4.extract_lane(v, 2) +
    <i64>i32x4.extract_lane(v, 3)
  );
}

@inline
export function smallestLane(v: v128): i32 {
  return min(
    min(i32x4.extract_lane(v, 0), i32x4.extract_lane(v, 1)),
    min(i32x4.extract_lane(v, 2), i32x4.extract_lane(v, 3))
  );
}

@inline
export function largestLane(v: v128): i32 {
  return max(
    max(i32x4.extract_lane(v, 0), i32x4.extract_lane(v, 1)),
    max(i32x4.extract_lane(v, 2), i32x4.extract_lane(v, 3))
  );
}
