import { floatInitializer, withOutputs, writeModel } from '../graph/index.ts';
import type { GraphAnalysis, Layer, Model, QuantizedWeights } from '../graph/index.ts';
import type { LinearAlgebra } from '../kernels/linear-algebra.ts';
import {
  columnsOf,
  correctedBias,
  groupsOf,
  inputsOf,
  toRows,
  type LayerReading
} from '../quantization/rounding/index.ts';
import type { PassSettings } from './stepwise-network.ts';
import { readingOf } from './layer-reading.ts';
import { openSession } from './session.ts';

/** Samples that pass at a time, and values of all layers' inputs together. */
const largestBatch = 64;
const largestValues = 2 ** 26;

/** Biases after correction, and what a person should know. */
export interface CorrectedBiases {
  /** Layer name -> its bias. */
  readonly biases: ReadonlyMap<string, Float32Array>;
  readonly notes: readonly string[];
}

/**
 * Takes what the rounding of weights does to the mean of each output out of the biases, as `correctedBias` says, for every layer
 * that has one. One pass through the float network gives the mean inputs of all layers: since layers are linear, the mean patch
 * is the patch of the mean.
 * @param weights layer name -> its weights as they are used
 */
export async function correctBiases(
  model: Model,
  analysis: GraphAnalysis,
  weights: ReadonlyMap<string, QuantizedWeights>,
  kernels: LinearAlgebra,
  passes: PassSettings
): Promise<CorrectedBiases> {
  const corrected = analysis.layers.filter(({ bias }) => bias !== null);
  const notes = analysis.layers
    .filter(({ bias }) => bias === null)
    .map(({ name }) => `${name} has no bias, so that its outputs' means are not corrected.`);
  const means = await meanInputs(model, analysis, corrected, passes);
  const biases = new Map<string, Float32Array>();
  for (const layer of corrected) {
    const { reading, rows } = readingOf(model, layer);
    const rounded = weights.get(layer.name)!.values;
    const { weightShape: shape, weightAxis: axis } = layer;
    const bias = correctedBias(
      floatInitializer(model, layer.bias!).data,
      toRows(floatInitializer(model, layer.weight).data, shape, axis),
      toRows(rounded, shape, axis),
      meanPatches(kernels, reading, means.get(layer.input)!, rows)
    );
    biases.set(layer.name, bias);
  }
  return { biases, notes };
}

/** The mean over samples of what enters layers: tensor -> values of one sample. */
async function meanInputs(
  model: Model,
  analysis: GraphAnalysis,
  layers: readonly Layer[],
  { source, samples, threads, signal }: PassSettings
): Promise<ReadonlyMap<string, Float32Array>> {
  const input = analysis.input.name;
  const tensors = [...new Set(layers.map((layer) => layer.input))];
  const sums = new Map(
    tensors.map((tensor) => {
      const { inputShape } = layers.find((layer) => layer.input === tensor)!;
      return [tensor, new Float64Array(inputShape.reduce((product, extent) => product * extent, 1))];
    })
  );
  const perSample = [...sums.values()].reduce((total, { length }) => total + length, 0);
  const batch = Math.max(1, Math.min(largestBatch, Math.floor(largestValues / Math.max(perSample, 1))));
  const fetched = tensors.filter((tensor) => tensor !== input);
  const session = await openSession(writeModel(withOutputs(model, fetched)), { threads });
  try {
    for (let start = 0; start < samples; start += batch) {
      signal.throwIfAborted();
      const count = Math.min(batch, samples - start);
      const pictures = await source.batch(start, count);
      const shape = [count, ...analysis.input.shape];
      const results = fetched.length === 0 ? new Map() : await session.run(pictures, shape, fetched);
      for (const [tensor, sum] of sums)
        addSamples(sum, tensor === input ? pictures : (results.get(tensor)!.data as Float32Array));
    }
  } finally {
    await session.release();
  }
  return new Map(
    [...sums].map(([tensor, sum]) => [tensor, Float32Array.from(sum, (value) => value / samples)])
  );
}

function addSamples(sum: Float64Array, values: Float32Array): void {
  const size = sum.length;
  for (let start = 0; start < values.length; start += size)
    for (let i = 0; i < size; i++) sum[i]! += values[start + i]!;
}

/** The mean over positions of what a mean sample lets each group of a layer read. @param rows that a sample has in a product */
function meanPatches(
  kernels: LinearAlgebra,
  reading: LayerReading,
  sample: Float32Array,
  rows: number
): Float64Array[] {
  const inputs = inputsOf(reading);
  return Array.from({ length: groupsOf(reading) }, (_, group) => {
    const columns = columnsOf(kernels, reading, sample, rows, group);
    const count = columns.length / inputs;
    return Float64Array.from({ length: inputs }, (_, i) => {
      let sum = 0;
      for (let column = 0; column < count; column++) sum += columns[i * count + column]!;
      return sum / count;
    });
  });
}
