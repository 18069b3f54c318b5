// The sums of all tiles of a block: up to four rows by a panel of eight columns. Weights lie as (pair, row, 2) of 16 bits or
// (place, row) of 32 bits, always four rows; sums as (tile, row, column).

/** Whole operands: exact in 32 bits. */
export function sumWhole(
  a: usize,
  b: usize,
  target: usize,
  rows: i32,
  pairs: i32,
  tilePairs: i32
): void {
  const end = b + (<usize>pairs << 5);
  if (rows == 4) {
    while (b < end) {
      const tileEnd = min(b + (<usize>tilePairs << 5), end);
      let c00 = i32x4.splat(0);
      let c01 = c00;
      let c10 = c00;
      let c11 = c00;
      let c20 = c00;
      let c21 = c00;
      let c30 = c00;
      let c31 = c00;
      while (b < tileEnd) {
        const b0 = v128.load(b);
        const b1 = v128.load(b, 16);
        let w = v128.load32_splat(a);
        c00 = i32x4.add(c00, i32x4.dot_i16x8_s(w, b0));
        c01 = i32x4.add(c01, i32x4.dot_i16x8_s(w, b1));
        w = v128.load32_splat(a, 4);
        c10 = i32x4.add(c10, i32x4.dot_i16x8_s(w, b0));
        c11 = i32x4.add(c11, i32x4.dot_i16x8_s(w, b1));
        w = v128.load32_splat(a, 8);
        c20 = i32x4.add(c20, i32x4.dot_i16x8_s(w, b0));
        c21 = i32x4.add(c21, i32x4.dot_i16x8_s(w, b1));
        w = v128.load32_splat(a, 12);
        c30 = i32x4.add(c30, i32x4.dot_i16x8_s(w, b0));
        c31 = i32x4.add(c31, i32x4.dot_i16x8_s(w, b1));
        a += 16;
        b += 32;
      }
      v128.store(target, c00);
      v128.store(target, c01, 16);
      v128.store(target, c10, 32);
      v128.store(target, c11, 48);
      v128.store(target, c20, 64);
      v128.store(target, c21, 80);
      v128.store(target, c30, 96);
      v128.store(target, c31, 112);
      target += 128;
    }
    return;
  }
  for (let row = 0; row < rows; row++) {
    let pa = a + (<usize>row << 2);
    let place = target + (<usize>row << 5);
    let pb = b;
    while (pb < end) {
      const tileEnd = min(pb + (<usize>tilePairs << 5), end);
      let c0 = i32x4.splat(0);
      let c1 = c0;
      while (pb < tileEnd) {
        const w = v128.load32_splat(pa);
        c0 = i32x4.add(c0, i32x4.dot_i16x8_s(w, v128.load(pb)));
        c1 = i32x4.add(c1, i32x4.dot_i16x8_s(w, v128.load(pb, 16)));
        pa += 16;
        pb += 32;
      }
      v128.store(place, c0);
      v128.store(place, c1, 16);
      place += 128;
    }
  }
}

/** float32 operands, in the order of the places. */
export function sumFloat(
  a: usize,
  b: usize,
  target: usize,
  rows: i32,
  pairs: i32,
  tilePairs: i32
): void {
  const end = b + (<usize>pairs << 6);
  if (rows == 4) {
    while (b < end) {
      const tileEnd = min(b + (<usize>tilePairs << 6), end);
      let c00 = f32x4.splat(0);
      let c01 = c00;
      let c10 = c00;
      let c11 = c00;
      let c20 = c00;
      let c21 = c00;
      let c30 = c00;
      let c31 = c00;
      while (b < tileEnd) {
        const b0 = v128.load(b);
        const b1 = v128.load(b, 16);
        let w = v128.load32_splat(a);
        c00 = f32x4.add(c00, f32x4.mul(w, b0));
        c01 = f32x4.add(c01, f32x4.mul(w, b1));
        w = v128.load32_splat(a, 4);
        c10 = f32x4.add(c10, f32x4.mul(w, b0));
        c11 = f32x4.add(c11, f32x4.mul(w, b1));
        w = v128.load32_splat(a, 8);
        c20 = f32x4.add(c20, f32x4.mul(w, b0));
        c21 = f32x4.add(c21, f32x4.mul(w, b1));
        w = v128.load32_splat(a, 12);
        c30 = f32x4.add(c30, f32x4.mul(w, b0));
        c31 = f32x4.add(c31, f32x4.mul(w, b1));
        a += 16;
        b += 32;
      }
      v128.store(target, c00);
      v128.store(target, c01, 16);
      v128.store(target, c10, 32);
      v128.store(target, c11, 48);
      v128.store(target, c20, 64);
      v128.store(target, c21, 80);
      v128.store(target, c30, 96);
      v128.store(target, c31, 112);
      target += 128;
    }
    return;
  }
  for (let row = 0; row < rows; row++) eachRow(false, a, b, end, target, row, tilePairs);
}

/** Sums of squared products of float32 operands. */
export function sumSquares(
  a: usize,
  b: usize,
  target: usize,
  rows: i32,
  pairs: i32,
  tilePairs: i32
): void {
  const end = b + (<usize>pairs << 6);
  for (let row = 0; row < rows; row++) eachRow(true, a, b, end, target, row, tilePairs);
}

@inline
function eachRow(
  squares: bool,
  a: usize,
  b: usize,
  end: usize,
  target: usize,
  row: i32,
  tilePairs: i32
): void {
  let pa = a + (<usize>row << 2);
  let place = target + (<usize>row << 5);
  while (b < end) {
    const tileEnd = min(b + (<usize>tilePairs << 6), end);
    let c0 = f32x4.splat(0);
    let c1 = c0;
    while (b < tileEnd) {
      let w = v128.load32_splat(pa);
      let b0 = v128.load(b);
      let b1 = v128.load(b, 16);
      if (squares) {
        w = f32x4.mul(w, w);
        b0 = f32x4.mul(b0, b0);
        b1 = f32x4.mul(b1, b1);
      }
      c0 = f32x4.add(c0, f32x4.mul(w, b0));
      c1 = f32x4.add(c1, f32x4.mul(w, b1));
      pa += 16;
      b += 32;
    }
    v128.store(place, c0);
    v128.store(place, c1, 16);
    place += 128;
  }
}

/** Products from a table: weights are columns and activations rows of it, in bytes. */
export function sumTable(
  table: usize,
  a: usize,
  b: usize,
  target: usize,
  rows: i32,
  pairs: i32,
  tilePairs: i32
): void {
  const end = b + (<usize>pairs << 6);
  for (let row = 0; row < rows; row++) {
    let pa = a + (<usize>row << 2);
    let place = target + (<usize>row << 5);
    let pb = b;
    while (pb < end) {
      const tileEnd = min(pb + (<usize>tilePairs << 6), end);
      let c0 = f32x4.splat(0);
      let c1 = c0;
      while (pb < tileEnd) {
        const column = table + <usize>load<i32>(pa);
        c0 = f32x4.add(c0, fourProducts(column, pb));
        c1 = f32x4.add(c1, fourProducts(column, pb + 16));
        pa += 16;
        pb += 32;
      }
      v128.store(place, c0);
      v128.store(place, c1, 16);
      place += 128;
    }
  }
}

@inline
function fourProducts(column: usize, rows: usize): v128 {
  let products = v128.load32_zero(column + <usize>load<i32>(rows));
  products = v128.load32_lane(column + <usize>load<i32>(rows, 4), products, 1);
  products = v128.load32_lane(column + <usize>load<i32>(rows, 8), products, 2);
  return v128.load32_lane(column + <usize>load<i32>(rows, 12), products, 3);
}
