import type { ReductionOrder } from '../../kernels/integer-kernels.ts';

/** Who rounds how between a sum and a code; see requantization.ts. */
export type RequantizationDialect = 'onnx' | 'qnnpack' | 'gemmlowp';

/** The bias in float32, as int32 at input scale times weight scale, or in so many bits with a scale of its own. */
export type BiasMode = 'float' | 'int32' | { readonly bits: number };

export interface AccumulatorSettings {
  /** 8 to 32. */
  readonly bits: number;
  readonly overflow: 'wrap' | 'saturate';
  readonly check: 'each-addition' | 'per-tile';
  /** Products in a tile, in the order of the reduction; only with `per-tile`. */
  readonly tile: number;
  readonly order: ReductionOrder;
  /** `avx2-pairs`: neighbouring products saturate to 16 bits when they are added; accumulators have 32 bits there. */
  readonly products: 'exact' | 'avx2-pairs';
}

/** How a network is computed in whole numbers. */
export interface IntegerSettings {
  readonly accumulator: AccumulatorSettings;
  readonly requantization: RequantizationDialect;
  readonly bias: BiasMode;
}

/** What ONNX Runtime's integer kernels compute. */
export const onnxRuntimeSettings: IntegerSettings = {
  accumulator: {
    bits: 32,
    overflow: 'wrap',
    check: 'each-addition',
    tile: 1,
    order: 'channel-outermost',
    products: 'exact'
  },
  requantization: 'onnx',
  bias: 'int32'
};
