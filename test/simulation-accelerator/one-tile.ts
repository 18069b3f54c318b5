import { AcceleratorSettings } from '../../src/contract/index.ts';
import type {
  AcceleratorKernels,
  AcceleratorStatistics
} from '../../src/main/kernels/accelerator-kernels.ts';
import type { IntegerLayer } from '../../src/main/kernels/integer-kernels.ts';
import { compileLayer, type AcceleratorContext } from '../../src/main/simulation/accelerator/index.ts';
import { noHardwareSources } from '../../src/main/inference/accelerator-context.ts';

/** A matrix product whose outputs are its sums of products, as float32. */
export interface Product {
  readonly activations: readonly number[];
  readonly activationBits: number;
  /** For each output, the weights of its sum. */
  readonly weights: readonly (readonly number[])[];
  readonly weightBits: number;
  /** Whether the lowest code is left out. */
  readonly isNarrow?: boolean;
}

/**
 * Computes a product on hardware, for many samples that are all the same, so that only what is random differs.
 * @returns samples x outputs sums, and what was counted
 */
export async function sumsOnHardware(
  kernels: AcceleratorKernels,
  { activations, activationBits, weights, weightBits, isNarrow = false }: Product,
  settings: object,
  samples = 1,
  context: Partial<AcceleratorContext> = {}
): Promise<{ sums: Float32Array; statistics: AcceleratorStatistics }> {
  const integer: IntegerLayer = {
    shape: { kind: 'product', rows: 1, inputs: activations.length, outputs: weights.length },
    order: 'channel-outermost',
    accumulation: { kind: 'limited', bits: 32, overflow: 'wrap', tile: null },
    input: { zeroPoint: 0, low: 0, high: 2 ** activationBits - 1 },
    weights: Int16Array.from(weights.flat()),
    weightZeroPoints: Int32Array.of(0),
    bias: null,
    offset: null,
    output: { kind: 'values', scales: Float32Array.of(1) }
  };
  const end = 2 ** (weightBits - 1);
  const { layer } = compileLayer(
    {
      name: 'layer',
      index: 0,
      integer,
      weights: { bits: weightBits, low: isNarrow ? 1 - end : -end, high: end - 1 }
    },
    { bits: 32, overflow: 'wrap' },
    AcceleratorSettings.parse(settings),
    { ...noHardwareSources, seed: 1, ...context },
    null
  );
  const prepared = kernels.prepare(layer);
  const codes = Int16Array.from(
    { length: samples * activations.length },
    (_, i) => activations[i % activations.length]!
  );
  const sums = new Float32Array(samples * weights.length);
  const statistics = await prepared.run(codes, samples, 0, sums);
  prepared.release();
  return { sums, statistics };
}

/** Mean and standard deviation. */
export function spread(values: Iterable<number>): { mean: number; deviation: number; count: number } {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    count++;
    sum += value;
    squares += value * value;
  }
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(squares / count - mean * mean), count };
}
