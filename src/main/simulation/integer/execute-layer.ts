import type { IntegerKernels, IntegerLayer, SumStatistics } from '../../kernels/integer-kernels.ts';
import { outputElements, reductionLength } from '../../kernels/layer-shape.ts';

/** A layer that is computed batch by batch. */
export interface LayerExecutor {
  /**
   * @param codes (samples, ...input shape), between the input's low and high
   * @returns codes, or float32 values where the output stays in float; overwritten by the next call
   */
  execute(codes: Int16Array, samples: number): Int16Array | Float32Array;
  /** Over all batches so far. */
  statistics(): SumStatistics;
  /** Gives the kernels' memory back. */
  release(): void;
}

/**
 * Prepares a layer for many batches. The memory for what leaves is kept from batch to batch, and grows with the largest.
 * @param kernels the WebAssembly kernels or the plain reference: both give the same bits
 */
export function layerExecutor(kernels: IntegerKernels, layer: IntegerLayer): LayerExecutor {
  const prepared = kernels.prepare(layer);
  const sampleOutput = outputElements(layer.shape);
  const Output = layer.output.kind === 'codes' ? Int16Array : Float32Array;
  let output: Int16Array | Float32Array = new Output(0);
  let total: SumStatistics = { overflows: 0, smallestSum: 0, largestSum: 0 };
  return {
    execute(codes, samples) {
      const elements = samples * sampleOutput;
      if (output.length < elements) output = new Output(elements);
      const target = output.length === elements ? output : output.subarray(0, elements);
      total = joined(total, prepared.run(codes, samples, target));
      return target;
    },
    statistics: () => total,
    release: () => prepared.release()
  };
}

/** How many additions a layer makes for one sample, the bias included: what overflows are a share of. */
export function additionsPerSample(layer: IntegerLayer): number {
  const { shape, accumulation } = layer;
  const tile = accumulation.kind === 'avx2-pairs' ? 2 : (accumulation.tile ?? 1);
  return outputElements(shape) * (Math.ceil(reductionLength(shape) / tile) + Number(layer.bias !== null));
}

const joined = (one: SumStatistics, two: SumStatistics): SumStatistics => ({
  overflows: one.overflows + two.overflows,
  smallestSum: Math.min(one.smallestSum, two.smallestSum),
  largestSum: Math.max(one.largestSum, two.largestSum)
});
