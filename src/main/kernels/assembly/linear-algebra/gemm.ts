// C = A B in float32. c[i][j] is the sum over k = 0, 1, 2, ... of f32(a[i][k] * b[k][j]), each addition rounded to
// float32. Tiles of 4 x 8 results stay in registers while blocks of k pass; the sums go on in order from block to block.

/** How many k a block has: its panels then fit the first-level cache. */
const blockLength: i32 = 512;

/** Scratch for packed panels of A and B. */
export function gemmScratchBytes(rows: i32, columns: i32, inner: i32): usize {
  return packedABytes(rows, inner) + packedBBytes(columns, inner) + tileBytes(rows, columns);
}

/** @param rowStrideA distance in elements between rows of A, as its strides say; a transposed matrix swaps the two */
export function gemm(
  a: usize,
  rowStrideA: i32,
  columnStrideA: i32,
  b: usize,
  rowStrideB: i32,
  columnStrideB: i32,
  c: usize,
  rows: i32,
  columns: i32,
  inner: i32,
  scratch: usize
): void {
  const packedA = scratch;
  const packedB = packedA + packedABytes(rows, inner);
  const tiles = packedB + packedBBytes(columns, inner);
  packA(a, rowStrideA, columnStrideA, rows, inner, packedA);
  packB(b, rowStrideB, columnStrideB, columns, inner, packedB);
  multiplyPacked(packedA, packedB, tiles, rows, columns, inner);
  unpackTiles(tiles, c, rows, columns);
}

export function packedABytes(rows: i32, inner: i32): usize {
  return (<usize>((rows + 3) & ~3) * inner) << 2;
}

export function packedBBytes(columns: i32, inner: i32): usize {
  return (<usize>((columns + 7) & ~7) * inner) << 2;
}

export function tileBytes(rows: i32, columns: i32): usize {
  return (<usize>((rows + 3) & ~3) * ((columns + 7) & ~7)) << 2;
}

/** A in panels of 4 rows, each [k][4]; rows that are missing are zeros. */
export function packA(a: usize, rowStride: i32, columnStride: i32, rows: i32, inner: i32, to: usize): void {
  for (let row = 0; row < rows; row += 4)
    packPanel(a, row, rowStride, columnStride, rows, inner, 4, to + ((<usize>row * inner) << 2));
}

/** B in panels of 8 columns, each [k][8]; columns that are missing are zeros. */
export function packB(
  b: usize,
  rowStride: i32,
  columnStride: i32,
  columns: i32,
  inner: i32,
  to: usize
): void {
  for (let column = 0; column < columns; column += 8)
    packPanel(b, column, columnStride, rowStride, columns, inner, 8, to + ((<usize>column * inner) << 2));
}

function packPanel(
  from: usize,
  first: i32,
  laneStride: i32,
  innerStride: i32,
  count: i32,
  inner: i32,
  lanes: i32,
  to: usize
): void {
  for (let lane = 0; lane < lanes; lane++) {
    let target = to + ((<usize>lane) << 2);
    const step = (<usize>lanes) << 2;
    if (first + lane >= count) {
      for (let k = 0; k < inner; k++, target += step) store<f32>(target, 0);
      continue;
    }
    let source = from + ((<usize>(first + lane) * laneStride) << 2);
    const sourceStep = (<usize>innerStride) << 2;
    for (let k = 0; k < inner; k++, target += step, source += sourceStep)
      store<f32>(target, load<f32>(source));
  }
}

/** Results in tiles of 4 x 8, row panel by row panel within a column panel. */
export function multiplyPacked(
  packedA: usize,
  packedB: usize,
  tiles: usize,
  rows: i32,
  columns: i32,
  inner: i32
): void {
  memory.fill(tiles, 0, tileBytes(rows, columns));
  const rowPanels = (rows + 3) >> 2;
  const columnPanels = (columns + 7) >> 3;
  for (let start = 0; start < inner; start += blockLength) {
    const length = min(blockLength, inner - start);
    for (let column = 0; column < columnPanels; column++) {
      const panelB = packedB + ((<usize>column * inner + start) << 5);
      let tile = tiles + ((<usize>column * rowPanels) << 7);
      for (let row = 0; row < rowPanels; row++, tile += 128)
        addTile(packedA + ((<usize>row * inner + start) << 4), panelB, tile, length);
    }
  }
}

/** tile += panelA panelB, for `length` steps of k. */
function addTile(panelA: usize, panelB: usize, tile: usize, length: i32): void {
  let c00 = v128.load(tile);
  let c01 = v128.load(tile, 16);
  let c10 = v128.load(tile, 32);
  let c11 = v128.load(tile, 48);
  let c20 = v128.load(tile, 64);
  let c21 = v128.load(tile, 80);
  let c30 = v128.load(tile, 96);
  let c31 = v128.load(tile, 112);
  for (let k = 0; k < length; k++) {
    const b0 = v128.load(panelB);
    const b1 = v128.load(panelB, 16);
    let a = v128.load_splat<f32>(panelA);
    c00 = f32x4.add(c00, f32x4.mul(a, b0));
    c01 = f32x4.add(c01, f32x4.mul(a, b1));
    a = v128.load_splat<f32>(panelA, 4);
    c10 = f32x4.add(c10, f32x4.mul(a, b0));
    c11 = f32x4.add(c11, f32x4.mul(a, b1));
    a = v128.load_splat<f32>(panelA, 8);
    c20 = f32x4.add(c20, f32x4.mul(a, b0));
    c21 = f32x4.add(c21, f32x4.mul(a, b1));
    a = v128.load_splat<f32>(panelA, 12);
    c30 = f32x4.add(c30, f32x4.mul(a, b0));
    c31 = f32x4.add(c31, f32x4.mul(a, b1));
    panelA += 16;
    panelB += 32;
  }
  v128.store(tile, c00);
  v128.store(tile, c01, 16);
  v128.store(tile, c10, 32);
  v128.store(tile, c11, 48);
  v128.store(tile, c20, 64);
  v128.store(tile, c21, 80);
  v128.store(tile, c30, 96);
  v128.store(tile, c31, 112);
}

/** Tiles as a plain matrix. */
function unpackTiles(tiles: usize, c: usize, rows: i32, columns: i32): void {
  const rowPanels = (rows + 3) >> 2;
  for (let row = 0; row < rows; row++) {
    let to = c + ((<usize>row * columns) << 2);
    for (let column = 0; column < columns; column++, to += 4) {
      const tile = <usize>(column >> 3) * rowPanels + (row >> 2);
      store<f32>(to, load<f32>(tiles + (tile << 7) + (((row & 3) << 5) | ((column & 7) << 2))));
    }
  }
}
