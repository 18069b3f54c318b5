/** 2^23: a whole number below it, when added, stands in the lowest bits of the sum. */
const WHOLE: f32 = 8388608;
/** Bytes of one table of counts: 2,048 bins, one slot for the upper end, one for what is dropped, and room. */
const TABLE_BYTES: usize = 2064 * 4;
const DROPPED = 2049 * 4;
const OFFSET_MASK = 0x3ffc;

/**
 * Counts values into four tables, neighbours into different ones, so that equal neighbours need not wait for each other's store.
 * The bin of a value from `low` to `high` is floor((value * factor - origin) / unit).
 * @param allInside promises that every value lies in [low, high]
 * @param factor a power of two
 * @param unit the width of a bin, after multiplication by `factor`
 * @param tables int32, four times TABLE_BYTES
 */
export function countValues(
  values: usize,
  length: i32,
  low: f32,
  high: f32,
  allInside: bool,
  factor: f32,
  origin: f32,
  unit: f32,
  tables: usize
): void {
  const end = values + (<usize>length << 2);
  const origins = f32x4.splat(origin);
  const units = f32x4.splat(unit);
  if (allInside && factor == 1) {
    while (values + 32 <= end) {
      // Both are computed before the first is counted, so that their divisions overlap.
      const one = offsetsOf(v128.load(values), origins, units);
      const other = offsetsOf(v128.load(values, 16), origins, units);
      count(one, tables);
      count(other, tables);
      values += 32;
    }
  }
  while (values + 16 <= end) {
    count(offsetsInside(v128.load(values), low, high, factor, origins, units), tables);
    values += 16;
  }
  while (values < end) {
    const offsets = offsetsInside(v128.load32_splat(values), low, high, factor, origins, units);
    increment(tables + <usize>i32x4.extract_lane(offsets, 0));
    values += 4;
  }
}

/** Where the bins of four values are in a table, in bytes; what lies outside of the ends is dropped. */
@inline
function offsetsInside(value: v128, low: f32, high: f32, factor: f32, origin: v128, unit: v128): v128 {
  const inside = v128.and(f32x4.ge(value, f32x4.splat(low)), f32x4.le(value, f32x4.splat(high)));
  const offsets = offsetsOf(f32x4.mul(value, f32x4.splat(factor)), origin, unit);
  return v128.bitselect(offsets, i32x4.splat(DROPPED), inside);
}

@inline
function offsetsOf(value: v128, origin: v128, unit: v128): v128 {
  const bin = f32x4.floor(f32x4.div(f32x4.sub(value, origin), unit));
  return v128.and(i32x4.shl(f32x4.add(bin, f32x4.splat(WHOLE)), 2), i32x4.splat(OFFSET_MASK));
}

@inline
function count(offsets: v128, tables: usize): void {
  const pair = i64x2.extract_lane(offsets, 0);
  const otherPair = i64x2.extract_lane(offsets, 1);
  increment(tables + <usize>(<u32>pair));
  increment(tables + TABLE_BYTES + <usize>(<u64>pair >> 32));
  increment(tables + 2 * TABLE_BYTES + <usize>(<u32>otherPair));
  increment(tables + 3 * TABLE_BYTES + <usize>(<u64>otherPair >> 32));
}

@inline
function increment(counter: usize): void {
  store<i32>(counter, load<i32>(counter) + 1);
}
