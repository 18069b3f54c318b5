/** Below the distance of any float32 quotient from the next whole number above it, and above the errors of its computation. */
const NUDGE: f64 = 1 / 1073741824;

/**
 * The quantization error over neighbouring bins; see StatisticsKernels.quantizationError. Four bins at a time. As long as four bins
 * lie in one level, as nearly all do where levels are few, the level is known; else the level of each end is computed.
 * @param densities float32, of bin 0
 * @param begins where bins begin relative to the first one of the range, float32, of bin 0
 * @param ends where they end
 * @param from the first bin, a multiple of four @param to behind the last bin, a multiple of four
 * @param level the width of a level @param levels how many there are
 */
export function quantizationError(
  densities: usize,
  begins: usize,
  ends: usize,
  from: i32,
  to: i32,
  level: f32,
  levels: i32
): f64 {
  const top = <f32>(levels - 1);
  const half = level * <f32>0.5;
  const halfCubed = f32x4.splat(half * half * half);
  const wholeLevel = f32x4.splat(wholeOf(half * half * half));
  const perLevel = 1 / <f64>level;
  // The level in which the last four bins ended, its edges and its centers for what begins and what ends in it.
  let lower: f64 = -Infinity;
  let upper: f64 = level;
  let headCenter = f32x4.splat(half);
  let tailCenter = headCenter;
  let sums = f64x2.splat(0);
  let otherSums = sums;
  for (let bin = <usize>from << 2, end = <usize>to << 2; bin < end; bin += 16) {
    const density = v128.load(densities + bin);
    if (!v128.any_true(density)) continue;
    const begin = v128.load(begins + bin);
    const until = v128.load(ends + bin);
    const whole = f32x4.mul(density, wholeLevel);
    let error: v128;
    if (<f64>f32x4.extract_lane(begin, 0) >= lower && <f64>f32x4.extract_lane(until, 3) < upper) {
      const head = headOf(density, f32x4.sub(begin, headCenter), halfCubed);
      const tail = tailOf(density, f32x4.sub(until, tailCenter), halfCubed);
      error = f32x4.add(f32x4.sub(head, whole), tail);
    } else {
      const first = levelsOf(begin, perLevel, top);
      const last = levelsOf(until, perLevel, top);
      const centers = f32x4.mul(f32x4.add(first, f32x4.splat(0.5)), f32x4.splat(level));
      const otherCenters = f32x4.add(f32x4.mul(last, f32x4.splat(level)), f32x4.splat(half));
      const between = f32x4.sub(f32x4.sub(last, first), f32x4.splat(1));
      const head = headOf(density, f32x4.sub(begin, centers), halfCubed);
      const tail = tailOf(density, f32x4.sub(until, otherCenters), halfCubed);
      error = f32x4.add(f32x4.add(head, f32x4.mul(between, whole)), tail);
      const current = f32x4.extract_lane(last, 3);
      lower = current == 0 ? -Infinity : <f64>current * <f64>level;
      upper = current == top ? Infinity : <f64>(current + 1) * <f64>level;
      headCenter = f32x4.splat((current + <f32>0.5) * level);
      tailCenter = f32x4.splat(current * level + half);
    }
    sums = f64x2.add(sums, f64x2.promote_low_f32x4(error));
    otherSums = f64x2.add(otherSums, f64x2.promote_low_f32x4(upperHalf(error)));
  }
  return (
    f64x2.extract_lane(sums, 0) +
    f64x2.extract_lane(sums, 1) +
    (f64x2.extract_lane(otherSums, 0) + f64x2.extract_lane(otherSums, 1))
  );
}

@inline
function wholeOf(halfCubed: f32): f32 {
  return (halfCubed + halfCubed) / 3;
}

/** The integral of the squared distance from `place` to the upper edge of the level. */
@inline
function headOf(density: v128, place: v128, halfCubed: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(place, place), place);
  return f32x4.mul(density, f32x4.div(f32x4.sub(halfCubed, cube), f32x4.splat(3)));
}

/** The integral of the squared distance from the lower edge of the level to `place`. */
@inline
function tailOf(density: v128, place: v128, halfCubed: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(place, place), place);
  return f32x4.mul(density, f32x4.div(f32x4.add(cube, halfCubed), f32x4.splat(3)));
}

/**
 * The levels of four places: the floor of the exact quotient, cut to what there is. A quotient that is not whole is at least 2^-25
 * below the next whole number, and its computation in float64 is wrong by less than 2^-31 up to 2^20 levels.
 */
@inline
function levelsOf(places: v128, perLevel: f64, top: f32): v128 {
  const low = floorOf(f64x2.promote_low_f32x4(places), perLevel);
  const high = floorOf(f64x2.promote_low_f32x4(upperHalf(places)), perLevel);
  const quotients = i32x4.shuffle(
    f32x4.demote_f64x2_zero(low),
    f32x4.demote_f64x2_zero(high),
    0,
    1,
    4,
    5
  );
  return f32x4.pmin(f32x4.splat(top), f32x4.pmax(f32x4.splat(0), quotients));
}

@inline
function floorOf(places: v128, perLevel: f64): v128 {
  return f64x2.floor(f64x2.add(f64x2.mul(places, f64x2.splat(perLevel)), f64x2.splat(NUDGE)));
}

@inline
function upperHalf(values: v128): v128 {
  return i64x2.shuffle(values, values, 1, 1);
}
