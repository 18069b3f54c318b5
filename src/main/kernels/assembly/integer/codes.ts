// Values of activations to codes and back, eight at a time; see ../../code-conversion.ts.

/** @param values float32 @param codes where they go, 16 bits @returns 1 where a value is NaN, 0 elsewhere */
export function valuesToCodes(
  values: usize,
  codes: usize,
  count: i32,
  scale: f32,
  zeroPoint: i32,
  low: i32,
  high: i32
): i32 {
  // Bounds are whole numbers below 2^24, so that it is the same to cut before rounding.
  const least = <f32>(low - zeroPoint);
  const most = <f32>(high - zeroPoint);
  const end = values + ((<usize>count) << 2);
  let wrong = i32x4.splat(0);
  for (; values + 32 <= end; values += 32, codes += 16) {
    const one = f32x4.div(v128.load(values), f32x4.splat(scale));
    const two = f32x4.div(v128.load(values, 16), f32x4.splat(scale));
    wrong = v128.or(wrong, v128.or(f32x4.ne(one, one), f32x4.ne(two, two)));
    v128.store(
      codes,
      i16x8.shuffle(
        codesOf(one, least, most, zeroPoint),
        codesOf(two, least, most, zeroPoint),
        0,
        2,
        4,
        6,
        8,
        10,
        12,
        14
      )
    );
  }
  let isWrong = v128.any_true(wrong);
  for (; values < end; values += 4, codes += 2) {
    const scaled = load<f32>(values) / scale;
    if (scaled != scaled) isWrong = true;
    else store<i16>(codes, <i16>(<i32>nearest<f32>(min<f32>(max<f32>(scaled, least), most)) + zeroPoint));
  }
  return <i32>isWrong;
}

@inline
function codesOf(scaled: v128, least: f32, most: f32, zeroPoint: i32): v128 {
  const cut = f32x4.min(f32x4.max(scaled, f32x4.splat(least)), f32x4.splat(most));
  return i32x4.add(i32x4.trunc_sat_f32x4_s(f32x4.nearest(cut)), i32x4.splat(zeroPoint));
}

/** @param codes of 16 bits @param values where they go, float32 */
export function codesToValues(codes: usize, values: usize, count: i32, scale: f32, zeroPoint: i32): void {
  const end = codes + ((<usize>count) << 1);
  const zero = i32x4.splat(zeroPoint);
  const factor = f32x4.splat(scale);
  for (; codes + 16 <= end; codes += 16, values += 32) {
    const eight = v128.load(codes);
    const one = i32x4.sub(i32x4.extend_low_i16x8_s(eight), zero);
    const two = i32x4.sub(i32x4.extend_high_i16x8_s(eight), zero);
    v128.store(values, f32x4.mul(f32x4.convert_i32x4_s(one), factor));
    v128.store(values, f32x4.mul(f32x4.convert_i32x4_s(two), factor), 16);
  }
  for (; codes < end; codes += 2, values += 4) {
    store<f32>(values, <f32>(<i32>load<i16>(codes) - zeroPoint) * scale);
  }
}
