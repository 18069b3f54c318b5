// G += X Y^T in float64, for float32 X (m x n) and Y (k x n). Columns pass in blocks of `blockLength` counted from the first;
// a block's sum starts at zero, adds f64(x) * f64(y) (exact products) in the order of the columns, and is added to G.

const blockLength: i32 = 256;

/** Scratch for panels of X and Y in float64. */
export function addGramScratchBytes(m: i32, k: i32): usize {
  return (<usize>(((m + 3) & ~3) + ((k + 3) & ~3)) * blockLength) << 3;
}

/** @param symmetric X and Y are the same: the upper half is computed and mirrored */
export function addGram(
  x: usize,
  m: i32,
  y: usize,
  k: i32,
  n: i32,
  gram: usize,
  symmetric: bool,
  scratch: usize
): void {
  const panelsX = scratch;
  const panelsY = symmetric ? panelsX : panelsX + ((<usize>((m + 3) & ~3) * blockLength) << 3);
  for (let start = 0; start < n; start += blockLength) {
    const length = min(blockLength, n - start);
    packPanels(x, m, n, start, length, panelsX);
    if (!symmetric) packPanels(y, k, n, start, length, panelsY);
    const panelBytes = (<usize>length) << 5;
    for (let row = 0; row < m; row += 4) {
      const panelX = panelsX + <usize>(row >> 2) * panelBytes;
      for (let column = symmetric ? row : 0; column < k; column += 4)
        addTile(panelX, panelsY + <usize>(column >> 2) * panelBytes, length, gram, row, column, m, k);
    }
  }
  if (symmetric) {
    for (let row = 1; row < m; row++)
      for (let column = 0; column < row; column++)
        store<f64>(
          gram + ((<usize>row * k + column) << 3),
          load<f64>(gram + ((<usize>column * k + row) << 3))
        );
  }
}

/** A block of columns in panels of 4 rows, each [column][4] in float64; rows that are missing are zeros. */
function packPanels(x: usize, rows: i32, n: i32, start: i32, length: i32, to: usize): void {
  for (let row = 0; row < rows; row += 4) {
    for (let lane = 0; lane < 4; lane++) {
      let target = to + ((<usize>row * length + lane) << 3);
      const present = row + lane < rows;
      let source = x + ((<usize>(present ? row + lane : row) * n + start) << 2);
      for (let i = 0; i < length; i++, target += 32, source += 4)
        store<f64>(target, present ? <f64>load<f32>(source) : 0);
    }
  }
}

function addTile(
  panelX: usize,
  panelY: usize,
  length: i32,
  gram: usize,
  row: i32,
  column: i32,
  m: i32,
  k: i32
): void {
  let c00 = f64x2.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (let i = 0; i < length; i++) {
    const y0 = v128.load(panelY);
    const y1 = v128.load(panelY, 16);
    let x = v128.load_splat<f64>(panelX);
    c00 = f64x2.add(c00, f64x2.mul(x, y0));
    c01 = f64x2.add(c01, f64x2.mul(x, y1));
    x = v128.load_splat<f64>(panelX, 8);
    c10 = f64x2.add(c10, f64x2.mul(x, y0));
    c11 = f64x2.add(c11, f64x2.mul(x, y1));
    x = v128.load_splat<f64>(panelX, 16);
    c20 = f64x2.add(c20, f64x2.mul(x, y0));
    c21 = f64x2.add(c21, f64x2.mul(x, y1));
    x = v128.load_splat<f64>(panelX, 24);
    c30 = f64x2.add(c30, f64x2.mul(x, y0));
    c31 = f64x2.add(c31, f64x2.mul(x, y1));
    panelX += 32;
    panelY += 32;
  }
  addRow(gram, row, column, m, k, c00, c01);
  addRow(gram, row + 1, column, m, k, c10, c11);
  addRow(gram, row + 2, column, m, k, c20, c21);
  addRow(gram, row + 3, column, m, k, c30, c31);
}

function addRow(gram: usize, row: i32, column: i32, m: i32, k: i32, low: v128, high: v128): void {
  if (row >= m) return;
  const to = gram + ((<usize>row * k + column) << 3);
  store<f64>(to, load<f64>(to) + f64x2.extract_lane(low, 0));
  if (column + 1 < k) store<f64>(to, load<f64>(to, 8) + f64x2.extract_lane(low, 1), 8);
  if (column + 2 < k) store<f64>(to, load<f64>(to, 16) + f64x2.extract_lane(high, 0), 16);
  if (column + 3 < k) store<f64>(to, load<f64>(to, 24) + f64x2.extract_lane(high, 1), 24);
}
