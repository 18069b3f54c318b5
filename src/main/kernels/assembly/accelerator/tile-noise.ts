// Errors of the sums of a block's tiles, as in reference/tile-noise.ts.
import { gaussians } from './gaussian';
import {
  DEVIATION_COUNT,
  DEVIATIONS,
  KEY_0,
  KEY_1,
  PASS_INDEX,
  PER_MAGNITUDE,
  PER_SQUARE,
  PER_SQUARE_OF_ACTIVATIONS,
  PER_SQUARE_OF_PRODUCTS,
  TILES
} from './parameters';

/**
 * @param sums float32 (tile, row, column), in place
 * @param activations float32 (tile, column), sums of squares @param products as the sums; both only where they count
 * @param positions int32, eight @param samples int32, eight, or 0 where all columns are of `sample`
 * @param block which four rows @param variance of the first of them, (row, tile)
 * @param random 64 bytes
 */
export function addNoise(
  pass: usize,
  sums: usize,
  activations: usize,
  products: usize,
  rows: i32,
  positions: usize,
  samples: usize,
  sample: i32,
  block: i32,
  variance: usize,
  random: usize
): void {
  const tiles = load<i32>(pass, TILES);
  const index = load<i32>(pass, PASS_INDEX);
  const key0 = load<i32>(pass, KEY_0);
  const key1 = load<i32>(pass, KEY_1);
  const perActivations = load<f32>(pass, PER_SQUARE_OF_ACTIVATIONS);
  const perProducts = load<f32>(pass, PER_SQUARE_OF_PRODUCTS);
  const perMagnitude = load<f32>(pass, PER_MAGNITUDE);
  const perSquare = load<f32>(pass, PER_SQUARE);
  const deviationCount = load<i32>(pass, DEVIATION_COUNT);
  for (let tile = 0; tile < tiles; tile++) {
    for (let half: usize = 0; half < 32; half += 16) {
      v128.store(random, v128.load(positions + half));
      v128.store(random, i32x4.splat(block), 16);
      v128.store(random, samples == 0 ? i32x4.splat(sample) : v128.load(samples + half), 32);
      v128.store(random, i32x4.splat((tile << 10) | index), 48);
      gaussians(random, key0, key1);
      for (let row = 0; row < rows; row++) {
        const at = (<usize>row << 5) + half;
        const value = v128.load(sums + at);
        let v = v128.load32_splat(variance + ((<usize>(row * tiles + tile)) << 2));
        if (perActivations != 0) {
          v = f32x4.add(v, f32x4.mul(f32x4.splat(perActivations), v128.load(activations + half)));
        }
        if (perProducts != 0) {
          v = f32x4.add(v, f32x4.mul(f32x4.splat(perProducts), v128.load(products + at)));
        }
        if (perMagnitude != 0) {
          v = f32x4.add(v, f32x4.mul(f32x4.splat(perMagnitude), f32x4.abs(value)));
        }
        if (perSquare != 0) {
          v = f32x4.add(v, f32x4.mul(f32x4.splat(perSquare), f32x4.mul(value, value)));
        }
        if (deviationCount > 0) {
          const deviation = interpolated(load<i32>(pass, DEVIATIONS), deviationCount, value);
          v = f32x4.add(v, f32x4.mul(deviation, deviation));
        }
        const error = f32x4.mul(f32x4.sqrt(v), v128.load(random + ((<usize>row) << 4)));
        v128.store(sums + at, f32x4.add(value, error));
      }
    }
    sums += 128;
    activations += 32;
    products += 128;
  }
}

@inline
function interpolated(table: usize, count: i32, values: v128): v128 {
  return f32x4(
    interpolate(table, count, f32x4.extract_lane(values, 0)),
    interpolate(table, count, f32x4.extract_lane(values, 1)),
    interpolate(table, count, f32x4.extract_lane(values, 2)),
    interpolate(table, count, f32x4.extract_lane(values, 3))
  );
}

/** Straight lines between ascending values, constant beyond. @param table values, then deviations */
function interpolate(table: usize, count: i32, value: f32): f32 {
  const deviations = table + (<usize>count << 2);
  let above = 0;
  let end = count;
  // The first entry that is above the value.
  while (above < end) {
    const middle = (above + end) >> 1;
    if (load<f32>(table + (<usize>middle << 2)) > value) end = middle;
    else above = middle + 1;
  }
  if (above == 0) return load<f32>(deviations);
  const at = <usize>(above - 1) << 2;
  if (above == count) return load<f32>(deviations + at);
  const x0 = load<f32>(table + at);
  const x1 = load<f32>(table + at, 4);
  const y0 = load<f32>(deviations + at);
  const y1 = load<f32>(deviations + at, 4);
  return y0 + ((value - x0) / (x1 - x0)) * (y1 - y0);
}
