/** C = A B in 32 bits that wrap, four rows by eight columns at a time (layouts: index.ts). */
export function multiply(
  a: usize,
  b: usize,
  c: usize,
  rows: i32,
  pairs: i32,
  panels: i32,
  rowBytes: usize
): void {
  const panelBytes = (<usize>pairs) << 5;
  const blocks = rows >> 2;
  for (let panel = 0; panel < panels; panel++) {
    let pa = a;
    let pc = c;
    for (let block = 0; block < blocks; block++) {
      pa = fourRows(pa, b, b + panelBytes, pc, rowBytes);
      pc += rowBytes << 2;
    }
    for (let row = blocks << 2; row < rows; row++) {
      pa = oneRow(pa, b, b + panelBytes, pc);
      pc += rowBytes;
    }
    b += panelBytes;
    c += 32;
  }
}

function fourRows(pa: usize, pb: usize, end: usize, pc: usize, rowBytes: usize): usize {
  let c00 = i32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  while (pb < end) {
    const b0 = v128.load(pb);
    const b1 = v128.load(pb, 16);
    let w = v128.load32_splat(pa);
    c00 = i32x4.add(c00, i32x4.dot_i16x8_s(w, b0));
    c01 = i32x4.add(c01, i32x4.dot_i16x8_s(w, b1));
    w = v128.load32_splat(pa, 4);
    c10 = i32x4.add(c10, i32x4.dot_i16x8_s(w, b0));
    c11 = i32x4.add(c11, i32x4.dot_i16x8_s(w, b1));
    w = v128.load32_splat(pa, 8);
    c20 = i32x4.add(c20, i32x4.dot_i16x8_s(w, b0));
    c21 = i32x4.add(c21, i32x4.dot_i16x8_s(w, b1));
    w = v128.load32_splat(pa, 12);
    c30 = i32x4.add(c30, i32x4.dot_i16x8_s(w, b0));
    c31 = i32x4.add(c31, i32x4.dot_i16x8_s(w, b1));
    pa += 16;
    pb += 32;
  }
  v128.store(pc, c00);
  v128.store(pc, c01, 16);
  pc += rowBytes;
  v128.store(pc, c10);
  v128.store(pc, c11, 16);
  pc += rowBytes;
  v128.store(pc, c20);
  v128.store(pc, c21, 16);
  pc += rowBytes;
  v128.store(pc, c30);
  v128.store(pc, c31, 16);
  return pa;
}

function oneRow(pa: usize, pb: usize, end: usize, pc: usize): usize {
  let c0 = i32x4.splat(0);
  let c1 = c0;
  while (pb < end) {
    const w = v128.load32_splat(pa);
    c0 = i32x4.add(c0, i32x4.dot_i16x8_s(w, v128.load(pb)));
    c1 = i32x4.add(c1, i32x4.dot_i16x8_s(w, v128.load(pb, 16)));
    pa += 4;
    pb += 32;
  }
  v128.store(pc, c0);
  v128.store(pc, c1, 16);
  return pa;
}
