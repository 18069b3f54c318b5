import type { AcceleratorSettings } from '../../../contract/index.ts';
import type { TileNoise } from '../../kernels/accelerator-kernels.ts';
import { f32 } from '../../numeric/float32.ts';
import { together, type SumNoise } from './sum-noise.ts';

/** Full scale of one pass: the largest operands, and products of slice codes in a full tile of them. */
export interface FullScale {
  readonly activation: number;
  readonly weight: number;
  /** elements * activation * weight. */
  readonly sum: number;
}

export function fullScaleOf(tile: number, activation: number, weight: number): FullScale {
  return { activation, weight, sum: tile * activation * weight };
}

/** The variance of (x + e)(w + f) - x w, e and f independent with variances a + p x^2 and b + q w^2, term by term. */
export interface ProductVariance {
  /** For each element: a b. */
  readonly perElement: number;
  /** Times x^2: b (1 + p). */
  readonly perSquareOfActivation: number;
  /** Times w^2: a (1 + q). */
  readonly perSquareOfWeight: number;
  /** Times (x w)^2: p + q + p q. */
  readonly perSquareOfProduct: number;
}

/** Read noise of the operands as the exact variance of a product; those of a tile are independent, so they add up. */
export function productVariance(
  noise: AcceleratorSettings['noise'],
  { activation, weight }: FullScale
): ProductVariance {
  const a = (noise.input * activation) ** 2;
  const b = (noise.weight * weight) ** 2;
  const p = noise.inputProportional ** 2;
  const q = noise.weightProportional ** 2;
  return {
    perElement: a * b,
    perSquareOfActivation: b * (1 + p),
    perSquareOfWeight: a * (1 + q),
    perSquareOfProduct: p + q + p * q
  };
}

/** Whether anything is random at each use. */
export function hasReadNoise(noise: AcceleratorSettings['noise'], link: SumNoise): boolean {
  const { input, inputProportional, weight, weightProportional, output, outputProportional, table } = noise;
  return (
    table !== null ||
    [input, inputProportional, weight, weightProportional, output, outputProportional].some(
      (sigma) => sigma > 0
    ) ||
    link.additive + link.shot + link.proportional > 0
  );
}

/**
 * All that errs at each use, as one Gaussian on the sum of a tile.
 * @param weights operands, (channels, reduction length) in the order of the reduction
 * @param table deviations at sums, both in units of full scale, ascending; mirrored where it names no sum below zero
 */
export function tileNoise(
  noise: AcceleratorSettings['noise'],
  link: SumNoise,
  table: { readonly values: readonly number[]; readonly deviations: readonly number[] } | null,
  fullScale: FullScale,
  weights: Float64Array,
  channels: number,
  tile: number
): TileNoise {
  const output = together(link, {
    additive: noise.output,
    shot: 0,
    proportional: noise.outputProportional
  });
  const product = productVariance(noise, fullScale);
  const length = weights.length / channels;
  const tiles = Math.ceil(length / tile);
  const variance = Float32Array.from({ length: channels * tiles }, (_, i) => {
    const first = Math.floor(i / tiles) * length + (i % tiles) * tile;
    const elements = Math.min(tile, length - (i % tiles) * tile);
    let squares = 0;
    for (let k = first; k < first + elements; k++) squares += weights[k]! ** 2;
    return (
      (output.additive * fullScale.sum) ** 2 +
      product.perElement * elements +
      product.perSquareOfWeight * squares
    );
  });
  return {
    variance,
    perSquareOfActivations: f32(product.perSquareOfActivation),
    perSquareOfProducts: f32(product.perSquareOfProduct),
    perMagnitude: f32(output.shot ** 2 * fullScale.sum),
    perSquare: f32(output.proportional ** 2),
    table: table === null ? null : scaledTable(table, fullScale.sum)
  };
}

function scaledTable(
  { values, deviations }: { readonly values: readonly number[]; readonly deviations: readonly number[] },
  fullScaleSum: number
): NonNullable<TileNoise['table']> {
  const entries = values.map((value, i) => [value, deviations[i]!] as const);
  const mirrored =
    values[0]! >= 0
      ? [
          ...entries
            .filter(([value]) => value > 0)
            .map(([value, deviation]) => [-value, deviation] as const)
            .reverse(),
          ...entries
        ]
      : entries;
  return {
    values: Float32Array.from(mirrored, ([value]) => value * fullScaleSum),
    deviations: Float32Array.from(mirrored, ([, deviation]) => deviation * fullScaleSum)
  };
}
