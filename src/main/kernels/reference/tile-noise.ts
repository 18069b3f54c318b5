import { f32 } from '../../numeric/float32.ts';
import { gaussians } from './gaussian.ts';
import type { Key } from '../../numeric/random.ts';
import { tileWord, type TileNoise, type TilePass } from '../accelerator-kernels.ts';
import type { SumPlace, TileSums } from './accelerator-layer.ts';

/**
 * A tile's sum with its error: one Gaussian with the variance of all errors of the tile. Four neighbouring channels of a group
 * share a Philox block, whose counter is (position, block, sample, tile and pass).
 */
export function noisy(
  sums: TileSums,
  pass: TilePass,
  { sample, channel, block, lane, position }: SumPlace,
  tile: number,
  tiles: number,
  key: Key
): number {
  const noise = pass.noise!;
  const value = f32(sums.sum);
  const deviation = f32(Math.sqrt(tileVariance(noise, noise.variance[channel * tiles + tile]!, value, sums)));
  const word = tileWord(tile, pass.index);
  const normal = gaussians([position, block, sample, word], key)[lane]!;
  return f32(value + f32(deviation * normal));
}

function tileVariance(
  noise: TileNoise,
  constant: number,
  value: number,
  { squaresOfActivations, squaresOfProducts }: TileSums
): number {
  let variance = f32(constant + f32(noise.perSquareOfActivations * squaresOfActivations));
  variance = f32(variance + f32(noise.perSquareOfProducts * squaresOfProducts));
  variance = f32(variance + f32(noise.perMagnitude * Math.abs(value)));
  variance = f32(variance + f32(noise.perSquare * f32(value * value)));
  if (noise.table === null) return variance;
  const deviation = interpolated(noise.table, value);
  return f32(variance + f32(deviation * deviation));
}

/** Straight lines between the entries, constant beyond the outermost. */
function interpolated({ values, deviations }: NonNullable<TileNoise['table']>, value: number): number {
  const above = values.findIndex((entry) => entry > value);
  if (above === 0) return deviations[0]!;
  if (above < 0) return deviations.at(-1)!;
  const [x0, x1] = [values[above - 1]!, values[above]!];
  const [y0, y1] = [deviations[above - 1]!, deviations[above]!];
  return f32(y0 + f32(f32(f32(value - x0) / f32(x1 - x0)) * f32(y1 - y0)));
}
