/** 2^23: a whole number below it, when added, stands in the lowest bits of the sum. */
const WHOLE: f32 = 8388608;
/** Bytes of one table of counts: 2,048 bins, one slot for the upper end, one for what is dropped, and room. */
const TABLE_BYTES: usize = 2064 * 4;
const DROPPED = 2049 * 4;
const OFFSET_MASK = 0x3ffc;

/**
 * Counts values into four tables, neighbours into different ones, so that equal neighbours need not wait for each other's store.
 * The bin of a value from `low` to `high` is floor((value * factor - origin) / unit).
 * @param factor a power of two
 * @param unit the width of a bin, after multiplication by `factor`
 * @param tables int32, four times TABLE_BYTES
 */
export function countValues(
  values: usize,
  length: i32,
  low: f32,
  high: f32,
  factor: f32,
  origin: f32,
  unit: f32,
  tables: usize
): void {
  const second = tables + TABLE_BYTES;
  const third = second + TABLE_BYTES;
  const fourth = third + TABLE_BYTES;
  const end = values + (<usize>length << 2);
  while (values + 16 <= end) {
    const offsets = offsetsOf(v128.load(values), low, high, factor, origin, unit);
    const pair = i64x2.extract_lane(offsets, 0);
    const otherPair = i64x2.extract_lane(offsets, 1);
    increment(tables + <usize>(<u32>pair));
    increment(second + <usize>(<u64>pair >> 32));
    increment(third + <usize>(<u32>otherPair));
    increment(fourth + <usize>(<u64>otherPair >> 32));
    values += 16;
  }
  while (values < end) {
    const offsets = offsetsOf(v128.load32_splat(values), low, high, factor, origin, unit);
    increment(tables + <usize>i32x4.extract_lane(offsets, 0));
    values += 4;
  }
}

/** Where the bins of four values are in a table, in bytes. */
@inline
function offsetsOf(value: v128, low: f32, high: f32, factor: f32, origin: f32, unit: f32): v128 {
  const inside = v128.and(f32x4.ge(value, f32x4.splat(low)), f32x4.le(value, f32x4.splat(high)));
  const distance = f32x4.sub(f32x4.mul(value, f32x4.splat(factor)), f32x4.splat(origin));
  const bin = f32x4.floor(f32x4.div(distance, f32x4.splat(unit)));
  const offset = i32x4.shl(f32x4.add(bin, f32x4.splat(WHOLE)), 2);
  return v128.bitselect(v128.and(offset, i32x4.splat(OFFSET_MASK)), i32x4.splat(DROPPED), inside);
}

@inline
function increment(counter: usize): void {
  store<i32>(counter, load<i32>(counter) + 1);
}
