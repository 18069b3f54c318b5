import { instantiateKernels } from './instantiate.ts';
import type { SharedMemory } from './kernel-memory.ts';
import {
  outputExtents,
  patchSize,
  type LinearAlgebra,
  type PatchGeometry,
  type QuadraticSlope,
  type RoundingIteration,
  type RoundingState
} from './linear-algebra.ts';
import { Workspace } from './workspace.ts';

/** What assembly/linear-algebra exports; pointers are bytes into the memory. */
interface Exports {
  heapBase(): number;
  im2col(input: number, patches: number, ...geometry: number[]): void;
  gemm(a: number, rowStrideA: number, columnStrideA: number, b: number, ...rest: number[]): void;
  gemmScratchBytes(rows: number, columns: number, inner: number): number;
  addGram(
    x: number,
    m: number,
    y: number,
    k: number,
    n: number,
    gram: number,
    symmetric: boolean,
    scratch: number
  ): void;
  addGramScratchBytes(m: number, k: number): number;
  cholesky(matrix: number, size: number, stride: number): number;
  invertTriangular(upper: number, inverse: number, size: number, stride: number): void;
  relax(v: number, base: number, step: number, difference: number, count: number): void;
  updateRounding(
    v: number,
    first: number,
    second: number,
    step: number,
    slope: number,
    ...rest: number[]
  ): void;
  roundOnGram(v: number, first: number, second: number, base: number, step: number, ...rest: number[]): void;
  roundOnGramScratchBytes(outputs: number, inputs: number): number;
}

/**
 * Linear algebra in WebAssembly. Every call copies its arguments into the memory and its results out of it, and uses all of
 * the memory from the kernels' own data upwards: a memory serves one instance, and one thread.
 * @param bytes of kernels/build/linear-algebra.wasm
 */
export async function loadLinearAlgebra(bytes: Uint8Array<ArrayBuffer>): Promise<LinearAlgebra> {
  const { functions, memory } = await instantiateKernels<Exports>(bytes);
  return new CompiledLinearAlgebra(functions, memory);
}

class CompiledLinearAlgebra implements LinearAlgebra {
  readonly #kernels: Exports;
  readonly #workspace: Workspace;

  constructor(kernels: Exports, memory: SharedMemory) {
    this.#kernels = kernels;
    this.#workspace = new Workspace(memory, kernels.heapBase());
  }

  im2col(input: Float32Array, samples: number, geometry: PatchGeometry, group: number): Float32Array {
    const { channels, height, width, kernel, strides, pads, dilations, groups } = geometry;
    const [outputHeight, outputWidth] = outputExtents(geometry);
    const positions = outputHeight * outputWidth;
    const columns = samples * positions;
    const channelsInGroup = channels / groups;
    const workspace = this.#workspace.empty();
    const from = workspace.place(4 * samples * channels * height * width);
    const to = workspace.place(4 * patchSize(geometry) * columns);
    workspace.write(from, input);
    const plane = 4 * height * width;
    for (let sample = 0; sample < samples; sample++) {
      const picture = from + (sample * channels + group * channelsInGroup) * plane;
      const place = [
        ...kernel,
        ...strides,
        pads[0],
        pads[1],
        ...dilations,
        outputHeight,
        outputWidth,
        columns
      ];
      this.#kernels.im2col(picture, to + 4 * sample * positions, channelsInGroup, height, width, ...place);
    }
    return workspace.readFloat32(to, patchSize(geometry) * columns);
  }

  gemm(
    a: Float32Array,
    b: Float32Array,
    rows: number,
    columns: number,
    inner: number,
    transposed: { readonly a?: boolean; readonly b?: boolean } = {}
  ): Float32Array {
    const [rowStrideA, columnStrideA] = transposed.a ? ([1, rows] as const) : ([inner, 1] as const);
    const [rowStrideB, columnStrideB] = transposed.b ? ([1, inner] as const) : ([columns, 1] as const);
    const workspace = this.#workspace.empty();
    const left = workspace.place(4 * rows * inner);
    const right = workspace.place(4 * inner * columns);
    const result = workspace.place(4 * rows * columns);
    const scratch = workspace.place(this.#kernels.gemmScratchBytes(rows, columns, inner));
    workspace.write(left, a);
    workspace.write(right, b);
    const rest = [rowStrideB, columnStrideB, result, rows, columns, inner, scratch];
    this.#kernels.gemm(left, rowStrideA, columnStrideA, right, ...rest);
    return workspace.readFloat32(result, rows * columns);
  }

  addGram(x: Float32Array, size: number, columns: number, gram: Float64Array): void {
    const workspace = this.#workspace.empty();
    const values = workspace.place(4 * size * columns);
    const sums = workspace.place(8 * size * size);
    const scratch = workspace.place(this.#kernels.addGramScratchBytes(size, size));
    workspace.write(values, x);
    workspace.write(sums, gram);
    this.#kernels.addGram(values, size, values, size, columns, sums, true, scratch);
    workspace.readInto(sums, gram);
  }

  addProduct(
    t: Float32Array,
    x: Float32Array,
    outputs: number,
    inputs: number,
    columns: number,
    product: Float64Array
  ): void {
    const workspace = this.#workspace.empty();
    const left = workspace.place(4 * outputs * columns);
    const right = workspace.place(4 * inputs * columns);
    const sums = workspace.place(8 * outputs * inputs);
    const scratch = workspace.place(this.#kernels.addGramScratchBytes(outputs, inputs));
    workspace.write(left, t);
    workspace.write(right, x);
    workspace.write(sums, product);
    this.#kernels.addGram(left, outputs, right, inputs, columns, sums, false, scratch);
    workspace.readInto(sums, product);
  }

  cholesky(matrix: Float64Array, size: number): Float64Array | null {
    const stride = paddedExtent(size);
    const workspace = this.#workspace.empty();
    const place = workspace.place(8 * stride * stride);
    workspace.writePadded(place, matrix, size, stride);
    if (this.#kernels.cholesky(place, size, stride) !== size) return null;
    return workspace.readUpper(place, size, stride);
  }

  invertTriangular(upper: Float64Array, size: number): Float64Array {
    const stride = paddedExtent(size);
    const workspace = this.#workspace.empty();
    const from = workspace.place(8 * stride * stride);
    const to = workspace.place(8 * stride * stride);
    workspace.writePadded(from, upper, size, stride);
    workspace.clear(to, 8 * stride * stride);
    this.#kernels.invertTriangular(from, to, size, stride);
    return workspace.readUpper(to, size, stride);
  }

  relax(state: RoundingState): Float32Array {
    const count = state.v.length;
    const workspace = this.#workspace.empty();
    const [v, base, step, difference] = workspace.placeSeveral(4, 4 * count);
    workspace.write(v!, state.v);
    workspace.write(base!, state.base);
    workspace.write(step!, state.step);
    this.#kernels.relax(v!, base!, step!, difference!, count);
    return workspace.readFloat32(difference!, count);
  }

  updateRounding(state: RoundingState, slope: Float32Array, iteration: RoundingIteration): void {
    const count = state.v.length;
    const workspace = this.#workspace.empty();
    const [v, first, second, step, slopes] = workspace.placeSeveral(5, 4 * count);
    workspace.write(v!, state.v);
    workspace.write(first!, state.first);
    workspace.write(second!, state.second);
    workspace.write(step!, state.step);
    workspace.write(slopes!, slope);
    const { beta, weight, rate } = iteration;
    this.#kernels.updateRounding(v!, first!, second!, step!, slopes!, count, beta, weight, rate);
    workspace.readInto(v!, state.v);
    workspace.readInto(first!, state.first);
    workspace.readInto(second!, state.second);
  }

  roundOnGram(
    state: RoundingState,
    error: QuadraticSlope,
    outputs: number,
    inputs: number,
    iterations: readonly RoundingIteration[]
  ): void {
    const workspace = this.#workspace.empty();
    const arrays = [
      state.v,
      state.first,
      state.second,
      state.base,
      state.step,
      error.gram,
      error.offset,
      error.rowWeight
    ];
    const places = arrays.map((array) => workspace.place(array.byteLength));
    const schedule = Float32Array.from(iterations.flatMap(({ beta, weight, rate }) => [beta, weight, rate]));
    const schedulePlace = workspace.place(schedule.byteLength);
    const scratch = workspace.place(this.#kernels.roundOnGramScratchBytes(outputs, inputs));
    arrays.forEach((array, i) => workspace.write(places[i]!, array));
    workspace.write(schedulePlace, schedule);
    const [v, first, second, base, step, ...rest] = places;
    const sizes = [outputs, inputs, schedulePlace, iterations.length, scratch];
    this.#kernels.roundOnGram(v!, first!, second!, base!, step!, ...rest, ...sizes);
    workspace.readInto(v!, state.v);
    workspace.readInto(first!, state.first);
    workspace.readInto(second!, state.second);
  }
}

/** Rows and columns that the factorizations work on: a multiple of 4. */
const paddedExtent = (size: number) => Math.ceil(size / 4) * 4;
