// Activations on their way to a product. Patches are panels of eight columns as in the integer kernels, (pair, column, 2) of
// 16 bits without a sign; operands are the same with one slice's codes, or float32 or int32 (place, column), two places for
// each pair.

/** Sets places that only fill up a tile to zero: the second of each of these pairs. */
export function clearFilling(patches: usize, panels: i32, pairs: i32, filled: usize, count: i32): void {
  for (let panel = 0; panel < panels; panel++) {
    for (let i = 0; i < count; i++) {
      const at = patches + ((<usize>load<i32>(filled + (<usize>i << 2))) << 5);
      const first = i32x4.splat(0xffff);
      v128.store(at, v128.and(v128.load(at), first));
      v128.store(at, v128.and(v128.load(at, 16), first), 16);
    }
    patches += <usize>pairs << 5;
  }
}

/** Lays rows of codes out as columns, less what is to be subtracted; columns beyond the last are zeros. */
export function packColumns(
  codes: usize,
  places: usize,
  patches: usize,
  columns: i32,
  inputs: i32,
  pairs: i32,
  panels: i32,
  subtracted: i32
): void {
  for (let panel = 0; panel < panels; panel++) {
    for (let column = 0; column < 8; column++) {
      const number = panel * 8 + column;
      const row = codes + ((<usize>number * <usize>inputs) << 1);
      let at = patches + (<usize>column << 2);
      for (let place = places; place < places + (<usize>pairs << 3); place += 8, at += 32) {
        if (number >= columns) store<i32>(at, 0);
        else {
          store<i16>(at, codeAt(row, load<i32>(place), subtracted));
          store<i16>(at, codeAt(row, load<i32>(place, 4), subtracted), 2);
        }
      }
    }
    patches += <usize>pairs << 5;
  }
}

@inline
function codeAt(row: usize, place: i32, subtracted: i32): i16 {
  return place < 0 ? 0 : <i16>(<i32>load<i16>(row + (<usize>place << 1)) - subtracted);
}

/** The sum of all activations of each column. @param target int32, eight for each panel */
export function sumColumns(patches: usize, target: usize, panels: i32, pairs: i32): void {
  const low = i32x4.splat(0xffff);
  for (let panel = 0; panel < panels; panel++) {
    let sum0 = i32x4.splat(0);
    let sum1 = sum0;
    for (let pair = 0; pair < pairs; pair++) {
      const one = v128.load(patches);
      const two = v128.load(patches, 16);
      sum0 = i32x4.add(sum0, i32x4.add(v128.and(one, low), i32x4.shr_u(one, 16)));
      sum1 = i32x4.add(sum1, i32x4.add(v128.and(two, low), i32x4.shr_u(two, 16)));
      patches += 32;
    }
    v128.store(target, sum0);
    v128.store(target, sum1, 16);
    target += 32;
  }
}

/** One slice of each activation, in the layout of patches. */
export function sliceCodes(patches: usize, target: usize, pairs: i32, shift: i32, mask: i32): void {
  const end = patches + (<usize>pairs << 5);
  const kept = i16x8.splat(<i16>mask);
  for (; patches < end; patches += 16, target += 16) {
    v128.store(target, v128.and(i16x8.shr_u(v128.load(patches), shift), kept));
  }
}

/** One slice of each activation as float32: the codes themselves, or what a converter makes of them. */
export function sliceValues(
  patches: usize,
  target: usize,
  pairs: i32,
  shift: i32,
  mask: i32,
  values: usize
): void {
  const end = patches + (<usize>pairs << 5);
  const kept = i32x4.splat(mask);
  for (; patches < end; patches += 32, target += 64) {
    for (let half: usize = 0; half < 32; half += 16) {
      const codes = v128.load(patches + half);
      const one = v128.and(i32x4.shr_u(v128.and(codes, i32x4.splat(0xffff)), shift), kept);
      const two = v128.and(i32x4.shr_u(codes, 16 + shift), kept);
      v128.store(target + half, valuesOf(one, values));
      v128.store(target + half, valuesOf(two, values), 32);
    }
  }
}

@inline
function valuesOf(codes: v128, values: usize): v128 {
  if (values == 0) return f32x4.convert_i32x4_s(codes);
  return f32x4(
    load<f32>(values + (<usize>i32x4.extract_lane(codes, 0) << 2)),
    load<f32>(values + (<usize>i32x4.extract_lane(codes, 1) << 2)),
    load<f32>(values + (<usize>i32x4.extract_lane(codes, 2) << 2)),
    load<f32>(values + (<usize>i32x4.extract_lane(codes, 3) << 2))
  );
}

/** One slice of each activation as int32: where its row of a table of products begins, in bytes. */
export function sliceRows(
  patches: usize,
  target: usize,
  pairs: i32,
  shift: i32,
  mask: i32,
  rowBytes: i32
): void {
  const end = patches + (<usize>pairs << 5);
  const kept = i32x4.splat(mask);
  const bytes = i32x4.splat(rowBytes);
  for (; patches < end; patches += 32, target += 64) {
    for (let half: usize = 0; half < 32; half += 16) {
      const codes = v128.load(patches + half);
      const one = v128.and(i32x4.shr_u(v128.and(codes, i32x4.splat(0xffff)), shift), kept);
      const two = v128.and(i32x4.shr_u(codes, 16 + shift), kept);
      v128.store(target + half, i32x4.mul(one, bytes));
      v128.store(target + half, i32x4.mul(two, bytes), 32);
    }
  }
}

/** The sum of squares of each tile's activations. @param operands float32 @param target float32 (panel, tile, column) */
export function squareTiles(
  operands: usize,
  target: usize,
  panels: i32,
  pairs: i32,
  tilePairs: i32
): void {
  for (let panel = 0; panel < panels; panel++) {
    const end = operands + (<usize>pairs << 6);
    while (operands < end) {
      const tileEnd = min(operands + (<usize>tilePairs << 6), end);
      let sum0 = f32x4.splat(0);
      let sum1 = sum0;
      for (; operands < tileEnd; operands += 32) {
        const one = v128.load(operands);
        const two = v128.load(operands, 16);
        sum0 = f32x4.add(sum0, f32x4.mul(one, one));
        sum1 = f32x4.add(sum1, f32x4.mul(two, two));
      }
      v128.store(target, sum0);
      v128.store(target, sum1, 16);
      target += 32;
    }
  }
}
