// Factors of float64 matrices, row-major, in place. The stride is the distance between rows in elements: the size rounded up
// to a multiple of 4, so that rows can be read in groups of 4; the padding holds zeros.

/**
 * A = U^T U with U upper triangular. U replaces the upper half of A. In each element the products are subtracted in the
 * order of k: u[i][j] = (a[i][j] - u[0][i] u[0][j] - u[1][i] u[1][j] - ...) / u[i][i].
 * @returns size where it worked, else the first row whose pivot is not positive
 */
export function cholesky(a: usize, size: i32, stride: i32): i32 {
  const rowBytes = (<usize>stride) << 3;
  for (let block = 0; block < size; block += 4) {
    for (let column = block; column < size; column += 4) subtractTile(a, rowBytes, block, column);
    const end = min(block + 4, size);
    for (let row = block; row < end; row++) {
      const own = a + <usize>row * rowBytes;
      for (let k = block; k < row; k++) {
        const factor = load<f64>(a + <usize>k * rowBytes + ((<usize>row) << 3));
        subtractRow(own, a + <usize>k * rowBytes, factor, row, size);
      }
      const pivot = load<f64>(own + ((<usize>row) << 3));
      if (!(pivot > 0) || pivot == Infinity) return row;
      const root = Math.sqrt(pivot);
      store<f64>(own + ((<usize>row) << 3), root);
      for (let column = row + 1; column < size; column++) {
        const to = own + ((<usize>column) << 3);
        store<f64>(to, load<f64>(to) / root);
      }
    }
  }
  return size;
}

/** Subtracts the products of the finished rows, k < block, from a tile of 4 x 4. */
function subtractTile(a: usize, rowBytes: usize, block: i32, column: i32): void {
  const tile = a + <usize>block * rowBytes + ((<usize>column) << 3);
  let c00 = v128.load(tile);
  let c01 = v128.load(tile, 16);
  let c10 = v128.load(tile + rowBytes);
  let c11 = v128.load(tile + rowBytes, 16);
  let c20 = v128.load(tile + 2 * rowBytes);
  let c21 = v128.load(tile + 2 * rowBytes, 16);
  let c30 = v128.load(tile + 3 * rowBytes);
  let c31 = v128.load(tile + 3 * rowBytes, 16);
  let left = a + ((<usize>block) << 3);
  let right = a + ((<usize>column) << 3);
  for (let k = 0; k < block; k++) {
    const r0 = v128.load(right);
    const r1 = v128.load(right, 16);
    let l = v128.load_splat<f64>(left);
    c00 = f64x2.sub(c00, f64x2.mul(l, r0));
    c01 = f64x2.sub(c01, f64x2.mul(l, r1));
    l = v128.load_splat<f64>(left, 8);
    c10 = f64x2.sub(c10, f64x2.mul(l, r0));
    c11 = f64x2.sub(c11, f64x2.mul(l, r1));
    l = v128.load_splat<f64>(left, 16);
    c20 = f64x2.sub(c20, f64x2.mul(l, r0));
    c21 = f64x2.sub(c21, f64x2.mul(l, r1));
    l = v128.load_splat<f64>(left, 24);
    c30 = f64x2.sub(c30, f64x2.mul(l, r0));
    c31 = f64x2.sub(c31, f64x2.mul(l, r1));
    left += rowBytes;
    right += rowBytes;
  }
  v128.store(tile, c00);
  v128.store(tile, c01, 16);
  v128.store(tile + rowBytes, c10);
  v128.store(tile + rowBytes, c11, 16);
  v128.store(tile + 2 * rowBytes, c20);
  v128.store(tile + 2 * rowBytes, c21, 16);
  v128.store(tile + 3 * rowBytes, c30);
  v128.store(tile + 3 * rowBytes, c31, 16);
}

/** own[from..size) -= factor * other[from..size) */
function subtractRow(own: usize, other: usize, factor: f64, from: i32, size: i32): void {
  for (let column = from; column < size; column++) {
    const offset = (<usize>column) << 3;
    store<f64>(own + offset, load<f64>(own + offset) - factor * load<f64>(other + offset));
  }
}

/**
 * The inverse V of an upper triangular U, upper triangular as well. Rows are found from the last one up:
 * v[i][j] = ((i == j) - u[i][i+1] v[i+1][j] - u[i][i+2] v[i+2][j] - ...) / u[i][i], products subtracted in this order.
 * @param v zeros where the result goes
 */
export function invertTriangular(u: usize, v: usize, size: i32, stride: i32): void {
  const rowBytes = (<usize>stride) << 3;
  for (let row = size - 1; row >= 0; row--) {
    const own = v + <usize>row * rowBytes;
    const factors = u + <usize>row * rowBytes;
    store<f64>(own + ((<usize>row) << 3), 1);
    const diagonal = load<f64>(factors + ((<usize>row) << 3));
    for (let column = row & ~7; column < size; column += 8)
      solveColumns(
        own + ((<usize>column) << 3),
        v + ((<usize>column) << 3),
        factors,
        rowBytes,
        row,
        min(column + 8, size),
        size - column
      );
    for (let column = row; column < size; column++) {
      const to = own + ((<usize>column) << 3);
      store<f64>(to, load<f64>(to) / diagonal);
    }
  }
}

/** Subtracts from up to 8 neighbouring elements of a row; v[k][j] is zero for j < k, so k ends with the last of them. */
function solveColumns(
  own: usize,
  columns: usize,
  factors: usize,
  rowBytes: usize,
  row: i32,
  end: i32,
  left: i32
): void {
  const wide = left > 4;
  let c0 = v128.load(own);
  let c1 = v128.load(own, 16);
  let c2 = wide ? v128.load(own, 32) : c0;
  let c3 = wide ? v128.load(own, 48) : c0;
  let from = columns + <usize>(row + 1) * rowBytes;
  for (let k = row + 1; k < end; k++, from += rowBytes) {
    const factor = v128.load_splat<f64>(factors + ((<usize>k) << 3));
    c0 = f64x2.sub(c0, f64x2.mul(factor, v128.load(from)));
    c1 = f64x2.sub(c1, f64x2.mul(factor, v128.load(from, 16)));
    if (wide) {
      c2 = f64x2.sub(c2, f64x2.mul(factor, v128.load(from, 32)));
      c3 = f64x2.sub(c3, f64x2.mul(factor, v128.load(from, 48)));
    }
  }
  v128.store(own, c0);
  v128.store(own, c1, 16);
  if (wide) {
    v128.store(own, c2, 32);
    v128.store(own, c3, 48);
  }
}
