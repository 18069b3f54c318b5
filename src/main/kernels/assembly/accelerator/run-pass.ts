import { countSums, readSums } from './converter';
import {
  CONVERTER,
  FLOAT,
  IS_NOISY,
  KIND,
  PAIRS,
  PER_SQUARE_OF_PRODUCTS,
  TABLE,
  TILE_PAIRS,
  TILES,
  WHOLE,
  WHOLE_LEVELS
} from './parameters';
import { addNoise } from './tile-noise';
import { sumFloat, sumSquares, sumTable, sumWhole } from './tile-sums';

/**
 * One use of the hardware for some panels: for each panel and each block of four rows the sums of all tiles, their errors, and
 * what the converters read, added to the registers.
 * @param a weights, block by block @param b operands of the activations, panel by panel
 * @param squares float32 (panel, tile, column), where the noise asks for them
 * @param positions int32, eight for each panel, -1 for columns that do not exist
 * @param samples int32, eight for each panel, or 0 where all are of `sample`
 * @param content int32 (row, panel, column), rows `rowBytes` apart
 * @param firstBlock number of the first block among all of the layer @param variance (row, tile)
 * @param scratch 64 bytes, then twice tiles * 128 bytes
 * @param histogram of this thread, or 0
 */
export function runPass(
  pass: usize,
  a: usize,
  b: usize,
  squares: usize,
  positions: usize,
  samples: usize,
  sample: i32,
  content: usize,
  rows: i32,
  panels: i32,
  rowBytes: usize,
  firstBlock: i32,
  variance: usize,
  scratch: usize,
  statistics: usize,
  histogram: usize
): void {
  const kind = load<i32>(pass, KIND);
  const tiles = load<i32>(pass, TILES);
  const pairs = load<i32>(pass, PAIRS);
  const tilePairs = load<i32>(pass, TILE_PAIRS);
  const isNoisy = load<i32>(pass, IS_NOISY) != 0;
  const hasProducts = isNoisy && load<f32>(pass, PER_SQUARE_OF_PRODUCTS) != 0;
  const isCounted = histogram != 0;
  const isWhole = kind == WHOLE && !isNoisy && load<i32>(pass, CONVERTER) == WHOLE_LEVELS;
  const sums = scratch + 64;
  const products = sums + ((<usize>tiles) << 7);
  const panelBytes = (<usize>pairs) << (kind == WHOLE ? 5 : 6);
  const blockBytes = (<usize>pairs) << (kind == WHOLE ? 4 : 5);
  for (let panel = 0; panel < panels; panel++) {
    let weights = a;
    for (let row = 0; row < rows; row += 4) {
      const count = min(rows - row, 4);
      if (kind == WHOLE) {
        sumWhole(weights, b, sums, count, pairs, tilePairs);
        if (!isWhole) toFloat(sums, tiles);
      } else if (kind == FLOAT) sumFloat(weights, b, sums, count, pairs, tilePairs);
      else sumTable(load<i32>(pass, TABLE), weights, b, sums, count, pairs, tilePairs);
      if (hasProducts) sumSquares(weights, b, products, count, pairs, tilePairs);
      if (isNoisy) {
        addNoise(
          pass,
          sums,
          squares,
          products,
          count,
          positions,
          samples,
          sample,
          firstBlock + (row >> 2),
          variance + ((<usize>(row * tiles)) << 2),
          scratch
        );
      }
      if (isCounted) countSums(pass, sums, count, positions, isWhole, histogram);
      readSums(pass, sums, content + <usize>row * rowBytes, count, rowBytes, positions, statistics);
      weights += blockBytes;
    }
    b += panelBytes;
    squares += (<usize>tiles) << 5;
    positions += 32;
    if (samples != 0) samples += 32;
    content += 32;
  }
}

/** Whole sums as float32, in place. */
function toFloat(sums: usize, tiles: i32): void {
  const end = sums + ((<usize>tiles) << 7);
  for (; sums < end; sums += 16) v128.store(sums, f32x4.convert_i32x4_s(v128.load(sums)));
}
