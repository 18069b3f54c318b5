/**
 * Registers as sums of products, in place: rint(content * step) - factor * (sum of activations) + constant. Exact where the step
 * is 1.
 * @param factors int32, one for each row @param constants likewise @param activations int32, one for each column
 */
export function correctSums(
  content: usize,
  rows: i32,
  columns: i32,
  rowBytes: usize,
  step: f64,
  factors: usize,
  constants: usize,
  activations: usize
): void {
  const steps = f64x2.splat(step);
  for (let row = 0; row < rows; row++) {
    const factor = v128.load32_splat(factors + ((<usize>row) << 2));
    const constant = v128.load32_splat(constants + ((<usize>row) << 2));
    const registers = content + <usize>row * rowBytes;
    for (let column: usize = 0; column < (<usize>columns) << 2; column += 16) {
      let sum = v128.load(registers + column);
      if (step != 1) {
        const low = f64x2.nearest(f64x2.mul(f64x2.convert_low_i32x4_s(sum), steps));
        const upper = i32x4.shuffle(sum, sum, 2, 3, 2, 3);
        const high = f64x2.nearest(f64x2.mul(f64x2.convert_low_i32x4_s(upper), steps));
        sum = i32x4.shuffle(
          i32x4.trunc_sat_f64x2_s_zero(low),
          i32x4.trunc_sat_f64x2_s_zero(high),
          0,
          1,
          4,
          5
        );
      }
      sum = i32x4.add(i32x4.sub(sum, i32x4.mul(factor, v128.load(activations + column))), constant);
      v128.store(registers + column, sum);
    }
  }
}

/** Rows of outputs (channel, column) as columns, (column, channel). @param elementBytes 2 or 4 */
export function transpose(
  rows: usize,
  target: usize,
  channels: i32,
  columns: i32,
  rowBytes: usize,
  elementBytes: i32
): void {
  for (let channel = 0; channel < channels; channel++) {
    for (let column = 0; column < columns; column++) {
      const to = target + <usize>(column * channels + channel) * elementBytes;
      const from = rows + <usize>channel * rowBytes + <usize>(column * elementBytes);
      if (elementBytes == 2) store<i16>(to, load<i16>(from));
      else store<i32>(to, load<i32>(from));
    }
  }
}
