import type { LinearAlgebra } from '../../kernels/linear-algebra.ts';
import { uniform } from '../../numeric/random.ts';
import {
  columnsOf,
  groupsOf,
  inputsOf,
  positionsOf,
  targetColumns,
  type LayerReading
} from './layer-statistics.ts';
import { transposed } from './weight-rows.ts';

/** Inputs and wanted outputs of one group at positions drawn at random. */
export interface SampledProblem {
  readonly firstOutput: number;
  readonly outputs: number;
  readonly inputs: number;
  readonly columns: number;
  /** columns x inputs */
  readonly inputColumns: Float32Array;
  /** columns x outputs, the bias included */
  readonly targetColumns: Float32Array;
}

/** The stream of random numbers that positions are drawn from. */
const positionStream = 0x41445001;

/**
 * Keeps, batch by batch, some positions of every sample: what `adaroundThroughRelu` works on. The same positions are drawn for
 * the same seed, however samples fall into batches. Memory: 4 bytes * kept columns * (inputs + outputs) for each group.
 */
export class ColumnSample {
  readonly #kernels: LinearAlgebra;
  readonly #reading: LayerReading;
  readonly #outputs: number;
  readonly #perSample: number;
  readonly #seed: number;
  readonly #inputs: Float32Array[][];
  readonly #targets: Float32Array[][];
  #samples = 0;

  /** @param outputs output channels of the layer @param perSample positions kept of each sample @param seed 32 bits */
  constructor(
    kernels: LinearAlgebra,
    reading: LayerReading,
    outputs: number,
    perSample: number,
    seed: number
  ) {
    this.#kernels = kernels;
    this.#reading = reading;
    this.#outputs = outputs;
    this.#perSample = Math.min(perSample, positionsOf(reading));
    this.#seed = seed;
    this.#inputs = Array.from({ length: groupsOf(reading) }, () => []);
    this.#targets = Array.from({ length: groupsOf(reading) }, () => []);
  }

  /**
   * @param input what enters the layer, as in LayerStatistics.add
   * @param targets what should leave it, its bias included, before or behind the Relu
   */
  add(input: Float32Array, samples: number, targets: Float32Array): void {
    const inputSize = input.length / samples;
    const targetSize = targets.length / samples;
    for (let sample = 0; sample < samples; sample++) {
      const picture = input.subarray(sample * inputSize, (sample + 1) * inputSize);
      const wanted = targets.subarray(sample * targetSize, (sample + 1) * targetSize);
      this.#addSample(picture, wanted, this.#positions(this.#samples + sample));
    }
    this.#samples += samples;
  }

  problems(): SampledProblem[] {
    const outputs = this.#outputs / this.#inputs.length;
    return this.#inputs.map((parts, group) => ({
      firstOutput: group * outputs,
      outputs,
      inputs: inputsOf(this.#reading),
      columns: this.#samples * this.#perSample,
      inputColumns: joined(parts),
      targetColumns: joined(this.#targets[group]!)
    }));
  }

  /** Positions of a sample, all different, by Fisher and Yates' shuffle of which only the start is done. */
  #positions(sample: number): Int32Array {
    const count = positionsOf(this.#reading);
    const order = Int32Array.from({ length: count }, (_, i) => i);
    for (let i = 0; i < this.#perSample; i++) {
      const draw = uniform(this.#seed, positionStream, sample * this.#perSample + i);
      const other = i + Math.floor(draw * (count - i));
      [order[i], order[other]] = [order[other]!, order[i]!];
    }
    return order.subarray(0, this.#perSample);
  }

  #addSample(input: Float32Array, targets: Float32Array, positions: Int32Array): void {
    const all = positionsOf(this.#reading);
    const outputs = this.#outputs / this.#inputs.length;
    for (const [group, parts] of this.#inputs.entries()) {
      const x = columnsOf(this.#kernels, this.#reading, input, 1, group);
      parts.push(picked(x, inputsOf(this.#reading), all, positions));
      const t = targetColumns(targets, this.#outputs, 1, all, group * outputs, outputs);
      this.#targets[group]!.push(picked(t, outputs, all, positions));
    }
  }
}

/** Some columns of a rows x columns matrix, as picked columns x rows. */
function picked(matrix: Float32Array, rows: number, columns: number, positions: Int32Array): Float32Array {
  const result = new Float32Array(rows * positions.length);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < positions.length; i++)
      result[row * positions.length + i] = matrix[row * columns + positions[i]!]!;
  return transposed(result, rows, positions.length);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
