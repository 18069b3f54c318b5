import {
  outputExtents,
  patchSize,
  type LinearAlgebra,
  type PatchGeometry
} from '../../kernels/linear-algebra.ts';
import type { LayerProblem } from './layer-problem.ts';
import { transposed } from './weight-rows.ts';

/** How a layer reads its input: patches of pictures (Conv), or rows of features (Gemm, MatMul). */
export type LayerReading =
  | { readonly kind: 'patches'; readonly geometry: PatchGeometry }
  | { readonly kind: 'rows'; readonly inputs: number };

/** Columns that are computed at a time: patches of so many positions stay in the processor's cache. */
const columnsAtATime = 2048;

/**
 * Collects, batch by batch, what rounding methods need to know of a layer's inputs and wanted outputs. Sums are kept in
 * float64, and are the same however samples fall into batches, up to the order of summation.
 */
export class LayerStatistics {
  readonly #kernels: LinearAlgebra;
  readonly #reading: LayerReading;
  readonly #outputs: number;
  readonly #bias: Float32Array | null;
  readonly #grams: Float64Array[];
  readonly #products: Float64Array[];
  readonly #energy: Float64Array;
  #columns = 0;
  #hasTargets: boolean | null = null;

  /**
   * @param outputs output channels of the layer
   * @param bias what the targets contain beside the products of weights and inputs, one for each output, or null
   */
  constructor(kernels: LinearAlgebra, reading: LayerReading, outputs: number, bias: Float32Array | null) {
    this.#kernels = kernels;
    this.#reading = reading;
    this.#outputs = outputs;
    this.#bias = bias;
    const groups = groupsOf(reading);
    const inputs = inputsOf(reading);
    this.#grams = Array.from({ length: groups }, () => new Float64Array(inputs * inputs));
    this.#products = Array.from({ length: groups }, () => new Float64Array((outputs / groups) * inputs));
    this.#energy = new Float64Array(outputs);
  }

  /**
   * @param input what enters the layer, quantized where the finished network's will be: samples x channels x height x width
   * for patches, samples x inputs for rows
   * @param targets what should leave it before any activation (samples x outputs x height x width, or samples x outputs), or
   * null in all batches where that is what the original weights make of `input`
   */
  add(input: Float32Array, samples: number, targets: Float32Array | null): void {
    if (this.#hasTargets !== null && this.#hasTargets !== (targets !== null))
      throw new RangeError('either all batches have targets or none');
    this.#hasTargets = targets !== null;
    const positions = positionsOf(this.#reading);
    const step = Math.max(1, Math.floor(columnsAtATime / positions));
    const inputSize = input.length / samples;
    const outputSize = this.#outputs * positions;
    for (let start = 0; start < samples; start += step) {
      const count = Math.min(step, samples - start);
      const part = input.subarray(start * inputSize, (start + count) * inputSize);
      const wanted = targets?.subarray(start * outputSize, (start + count) * outputSize) ?? null;
      this.#addColumns(part, count, positions, wanted);
    }
  }

  /** What was collected, one problem for each group of the layer. */
  problems(): LayerProblem[] {
    const groups = groupsOf(this.#reading);
    const outputs = this.#outputs / groups;
    return this.#grams.map((gram, group) => ({
      firstOutput: group * outputs,
      outputs,
      inputs: inputsOf(this.#reading),
      columns: this.#columns,
      gram,
      targets:
        this.#hasTargets === true
          ? {
              product: this.#products[group]!,
              energy: this.#energy.subarray(group * outputs, (group + 1) * outputs)
            }
          : null
    }));
  }

  #addColumns(input: Float32Array, samples: number, positions: number, targets: Float32Array | null): void {
    const columns = samples * positions;
    const inputs = inputsOf(this.#reading);
    const outputs = this.#outputs / this.#grams.length;
    for (const [group, gram] of this.#grams.entries()) {
      const x = columnsOf(this.#kernels, this.#reading, input, samples, group);
      this.#kernels.addGram(x, inputs, columns, gram);
      if (targets === null) continue;
      const t = this.#targetRows(targets, samples, positions, group * outputs, outputs);
      this.#kernels.addProduct(t, x, outputs, inputs, columns, this.#products[group]!);
    }
    this.#columns += columns;
  }

  /** Targets without the bias as outputs x columns; adds their squares to the energy. */
  #targetRows(
    targets: Float32Array,
    samples: number,
    positions: number,
    firstOutput: number,
    outputs: number
  ): Float32Array {
    const rows = targetColumns(targets, this.#outputs, samples, positions, firstOutput, outputs);
    const columns = samples * positions;
    for (let output = 0; output < outputs; output++) {
      const bias = this.#bias?.[firstOutput + output] ?? 0;
      let energy = 0;
      for (let i = output * columns; i < (output + 1) * columns; i++) {
        rows[i]! -= bias;
        energy += rows[i]! ** 2;
      }
      this.#energy[firstOutput + output]! += energy;
    }
    return rows;
  }
}

/** The inputs of a group as a matrix of inputs x (samples * positions). */
export function columnsOf(
  kernels: LinearAlgebra,
  reading: LayerReading,
  input: Float32Array,
  samples: number,
  group: number
): Float32Array {
  return reading.kind === 'patches'
    ? kernels.im2col(input, samples, reading.geometry, group)
    : transposed(input, samples, reading.inputs);
}

/** Some outputs of a batch (samples x outputs x positions) as a matrix of outputs x (samples * positions). */
export function targetColumns(
  targets: Float32Array,
  allOutputs: number,
  samples: number,
  positions: number,
  firstOutput: number,
  outputs: number
): Float32Array {
  const rows = new Float32Array(outputs * samples * positions);
  for (let sample = 0; sample < samples; sample++) {
    for (let output = 0; output < outputs; output++) {
      const from = (sample * allOutputs + firstOutput + output) * positions;
      rows.set(targets.subarray(from, from + positions), (output * samples + sample) * positions);
    }
  }
  return rows;
}

export const groupsOf = (reading: LayerReading): number =>
  reading.kind === 'patches' ? reading.geometry.groups : 1;

export const inputsOf = (reading: LayerReading): number =>
  reading.kind === 'patches' ? patchSize(reading.geometry) : reading.inputs;

/** Output positions of one sample. */
export function positionsOf(reading: LayerReading): number {
  if (reading.kind === 'rows') return 1;
  const [height, width] = outputExtents(reading.geometry);
  return height * width;
}
