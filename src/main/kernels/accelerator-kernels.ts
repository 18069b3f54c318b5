import type { LayerOutput, LayerShape, ReductionOrder } from './integer-kernels.ts';

/**
 * One use of the hardware: a slice of every activation meets a slice of every weight, and the sums of its tiles are read. Its
 * unit is the product of slice codes. Where weights are whole numbers, a tile's sum is exact in 32 bits; where they are
 * float32, it is formed in float32, product after product in the order of the reduction.
 */
export interface TilePass {
  /** The slice of an activation: (code - lowest code) >> activationShift & activationMask. */
  readonly activationShift: number;
  readonly activationMask: number;
  /** The operand that each slice code sets; null where it is the code itself. Not null only with float32 weights. */
  readonly activationValues: Float32Array | null;
  /**
   * (output channels, reduction length), as weights lie. With `products` they are columns of that table instead.
   * Whole numbers and the slice codes that they meet fit into 15 bits and a sign.
   */
  readonly weights: Int16Array | Float32Array;
  /** What a slice code and a column give, in place of products: row * columns + column. Weights are then columns. */
  readonly products: { readonly values: Float32Array; readonly columns: number } | null;
  /** What a sum counts for: 2^shift, subtracted where `isNegative`. */
  readonly shift: number;
  readonly isNegative: boolean;
  /** Below 1,024; tells the random numbers of passes apart. */
  readonly index: number;
  readonly noise: TileNoise | null;
}

/**
 * The variance of a tile's sum v, all in float32 and in this order:
 * variance[channel, tile] + perSquareOfActivations * sum x^2 + perSquareOfProducts * sum (x w)^2 + perMagnitude |v| + perSquare v^2 + table(v)^2.
 */
export interface TileNoise {
  /** What does not depend on activations: (output channels, tiles). */
  readonly variance: Float32Array;
  readonly perSquareOfActivations: number;
  /** Above 0 only with float32 weights. */
  readonly perSquareOfProducts: number;
  readonly perMagnitude: number;
  readonly perSquare: number;
  /** Standard deviations at ascending values of v, straight lines between them, constant beyond. */
  readonly table: { readonly values: Float32Array; readonly deviations: Float32Array } | null;
}

/**
 * How the sum of a tile is read.
 * - `whole`: whole sums pass, between the two ends.
 * - `levels`: f32(sum * perLevel), rounded to the nearest whole number (ties to even) or down, between the two ends.
 * - `thresholds`: `low` and one more for each threshold (ascending) that the sum reaches.
 */
export type TileConverter =
  | { readonly kind: 'whole'; readonly low: number; readonly high: number }
  | {
      readonly kind: 'levels';
      readonly perLevel: number;
      readonly rounding: 'nearest' | 'floor';
      readonly low: number;
      readonly high: number;
    }
  | { readonly kind: 'thresholds'; readonly thresholds: Float32Array; readonly low: number };

/** A layer as hardware computes it that adds `tile` products at a time. */
export interface AcceleratorLayer {
  readonly shape: LayerShape;
  readonly order: ReductionOrder;
  readonly tile: number;
  /** The codes that enter; they are computed with as code - low, from 0 to 65,535. */
  readonly input: { readonly zeroPoint: number; readonly low: number; readonly high: number };
  /** In the order in which their sums are added, tile after tile. */
  readonly passes: readonly TilePass[];
  readonly converter: TileConverter;
  /** The register that adds what the converter reads, times 2^shift. */
  readonly accumulator: { readonly bits: number; readonly overflow: 'wrap' | 'saturate' };
  /** Products that a level stands for: the register's content becomes rint(content * step) as int32. */
  readonly step: number;
  /**
   * Zero points and offsets, corrected digitally, one entry for each output channel:
   * sum = rint(content * step) - positionFactors * (sum of code - low) + constants, in 32 bits that wrap.
   */
  readonly positionFactors: Int32Array;
  readonly constants: Int32Array;
  /** As in an IntegerLayer, behind the sum. */
  readonly bias: Int32Array | null;
  readonly offset: Float32Array | null;
  readonly output: LayerOutput;
  /** Philox's key: a seed, and what tells this layer's read noise from all other random numbers. */
  readonly key: readonly [number, number];
  /** Counts sums, as they reach the converter, in bins of f32(sum * perBin) rounded down, from -bins / 2; null does not. */
  readonly histogram: { readonly perBin: number; readonly bins: number } | null;
}

export interface AcceleratorStatistics {
  /** Sums of tiles that were read, and how many of them were rounded to a level beyond the converter's ends. */
  readonly sums: number;
  readonly clipped: number;
  /** Additions whose result did not fit into the register. */
  readonly overflows: number;
  readonly histogram: Float64Array | null;
}

/** A layer whose weights are laid out for a kernel. */
export interface PreparedAcceleratorLayer {
  /**
   * Computes a batch; several may be under way. What is random depends on the layer's key and on sample, output value, tile and pass only.
   * @param input codes (samples, ...input shape), row-major, between the layer's `low` and `high`
   * @param firstSample number of the batch's first sample among all samples
   * @param output where codes (Int16Array) or values (Float32Array) go, (samples, ...output shape)
   * @throws RangeError where an array has the wrong length or type
   */
  run(
    input: Int16Array,
    samples: number,
    firstSample: number,
    output: Int16Array | Float32Array
  ): Promise<AcceleratorStatistics>;
  /** Gives the memory back; the layer cannot be used afterwards. */
  release(): void;
}

/** Computes layers as hardware with errors does. The plain reference and the WebAssembly kernels give the same bits. */
export interface AcceleratorKernels {
  /** How many compute a batch together. Above one, two batches at a time keep all of them busy. */
  readonly threads: number;
  prepare(layer: AcceleratorLayer): PreparedAcceleratorLayer;
}

/** How many tiles the reduction of a layer takes. */
export const tileCount = (reductionLength: number, tile: number): number => Math.ceil(reductionLength / tile);

/** The counter's last word: tile and pass. */
export const tileWord = (tile: number, passIndex: number): number => ((tile << 10) | passIndex) >>> 0;
