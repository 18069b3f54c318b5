import type { CodeConversion } from './code-conversion.ts';
/** A convolution of one or two dimensions; one dimension is two of height 1. */
export interface ConvolutionShape {
  readonly kind: 'convolution';
  readonly groups: number;
  /** Channels, height and width of what enters. */
  readonly input: readonly [number, number, number];
  readonly outputChannels: number;
  /** Height and width, as in all pairs that follow. */
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Top, left, bottom, right, as in ONNX. What is padded has the code of the zero point. */
  readonly pads: readonly [number, number, number, number];
}

/** A matrix product: Gemm, or MatMul with constants on its right. */
export interface ProductShape {
  readonly kind: 'product';
  /** Rows that enter for each sample: 1 for a Gemm, the product of the middle dimensions for a MatMul. */
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
}

export type LayerShape = ConvolutionShape | ProductShape;

/**
 * How a sum is formed, product after product in the order of the reduction index.
 * - `limited`: in a register of `bits` (two's complement, 8 to 32) that wraps or saturates. With `tile` null every addition
 *   is checked. With a tile of T, the sums of T neighbouring products are exact, and their additions are checked.
 * - `observed`: exact in 32 bits (beyond them it wraps), and the extremes of all partial sums are kept, of those after every
 *   addition or after every tile.
 * - `avx2-pairs`: as the instruction pmaddubsw does it: codes enter without their zero points, the products of neighbours 2i
 *   and 2i+1 are added and saturate to 16 bits; sums of 32 bits that wrap; the zero point is corrected afterwards. Codes
 *   that enter are from 0 to 255, weights from -128 to 127 with zero point 0.
 */
export type Accumulation =
  | {
      readonly kind: 'limited';
      readonly bits: number;
      readonly overflow: 'wrap' | 'saturate';
      readonly tile: number | null;
    }
  | { readonly kind: 'observed'; readonly tile: number | null }
  | { readonly kind: 'avx2-pairs' };

/** How the reduction index runs: as the weights lie (channel, kernel row, kernel column), or with the channel innermost. */
export type ReductionOrder = 'channel-outermost' | 'channel-innermost';

/**
 * From a sum to a code, with one entry for each output channel, or one for all.
 * - `float-multiplier`: rint(f32(f32(sum) * m) + offset), offset being 0 without a float bias
 * - `fixed-point`: gemmlowp's rounding doubling high multiply by M0 in [2^30, 2^31), then its rounding shift right by n;
 *   for n < 0 a saturating shift left by -n comes first
 */
export type Requantization =
  | { readonly kind: 'float-multiplier'; readonly multipliers: Float32Array }
  | { readonly kind: 'fixed-point'; readonly multipliers: Int32Array; readonly shifts: Int32Array };

/** What leaves a layer: codes between `low` and `high` (the bounds of a fused Relu or Clip included), or float32 values. */
export type LayerOutput =
  | {
      readonly kind: 'codes';
      readonly requantization: Requantization;
      readonly zeroPoint: number;
      readonly low: number;
      readonly high: number;
    }
  /** f32(f32(sum) * scale) + offset, with one scale for each output channel, or one for all. */
  | { readonly kind: 'values'; readonly scales: Float32Array };

/** A layer in whole numbers: all that a kernel needs to compute it. */
export interface IntegerLayer {
  readonly shape: LayerShape;
  readonly order: ReductionOrder;
  readonly accumulation: Accumulation;
  /** The codes that may enter. */
  readonly input: { readonly zeroPoint: number; readonly low: number; readonly high: number };
  /**
   * Codes of shape (output channels, input channels / groups, kernel height, kernel width), or (outputs, inputs).
   * Less their zero point they fit into 16 bits, and so do the codes that enter.
   */
  readonly weights: Int16Array;
  /** One for each output channel, or one for all. */
  readonly weightZeroPoints: Int32Array;
  /** Added to the sums in a register of 32 bits that wraps or saturates as the accumulator does. */
  readonly bias: Int32Array | null;
  /** Added in float32 after the multiplier, in units of the output; only where the multiplier is a float. */
  readonly offset: Float32Array | null;
  readonly output: LayerOutput;
}

/** What happened while sums were formed. */
export interface SumStatistics {
  /**
   * `limited`: additions whose exact result did not fit into the accumulator, or into 32 bits at the bias;
   * `avx2-pairs`: pairs that did not fit into 16 bits; `observed`: 0.
   */
  readonly overflows: number;
  /** The extremes of the sums before the bias (`observed`: of all partial sums), and of 0, with which each sum begins. */
  readonly smallestSum: number;
  readonly largestSum: number;
}

/** A layer whose weights are laid out for a kernel. */
export interface PreparedLayer {
  /**
   * Computes a batch.
   * @param input codes (samples, ...input shape), row-major, all between the layer's `low` and `high`
   * @param output where the codes (Int16Array) or values (Float32Array) go, (samples, ...output shape)
   * @throws RangeError where an array has the wrong length or type
   */
  run(input: Int16Array, samples: number, output: Int16Array | Float32Array): SumStatistics;
  /** Gives the memory back; the layer cannot be used afterwards. */
  release(): void;
}

/** Computes layers on codes. The plain reference and the WebAssembly kernels give the same bits. */
export interface IntegerKernels {
  readonly conversion: CodeConversion;
  prepare(layer: IntegerLayer): PreparedLayer;
}
