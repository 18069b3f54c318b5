import { f32 } from '../numeric/float32.ts';
import { instantiateKernels } from './instantiate.ts';
import { KernelMemory, type Block, type SharedMemory } from './kernel-memory.ts';
import { countedEnds, countEqual } from './reference/statistics/count.ts';
import { finiteExtentOf } from './reference/statistics/extent.ts';
import { levelWidth, scaledBins } from './reference/statistics/quantization-error.ts';
import {
  binCount,
  type HistogramError,
  type ObservedExtent,
  type StatisticsKernels,
  type ValueStatistics
} from './statistics-kernels.ts';

/** What assembly/statistics/index.ts exports; addresses in bytes. */
interface Functions {
  heapBase(): number;
  addToExtent(values: number, length: number, state: number): void;
  countValues(
    values: number,
    length: number,
    low: number,
    high: number,
    allInside: boolean,
    factor: number,
    origin: number,
    unit: number,
    tables: number
  ): void;
  quantizationError(
    densities: number,
    begins: number,
    ends: number,
    from: number,
    to: number,
    level: number,
    levels: number
  ): number;
}

/** Values that are copied at a time, and looked at while they are in the second-level cache. */
const copiedAtOnce = 2 ** 15;
/** In every table: see assembly/statistics/count.ts. */
const slots = binCount + 16;
const tables = 4;
/** Where the bits of float32 magnitudes, shifted left by one, stop being finite. */
const notFinite = 0xff000000;

/**
 * The WebAssembly kernels. Their memory holds the values that were asked about last, and they are for one thread.
 * @param bytes of kernels/build/statistics.wasm
 */
export async function loadStatisticsKernels(bytes: Uint8Array<ArrayBuffer>): Promise<StatisticsKernels> {
  const { functions, memory } = await instantiateKernels<Functions>(bytes);
  return new CompiledKernels(functions, memory);
}

class CompiledKernels implements StatisticsKernels {
  readonly #functions: Functions;
  readonly #memory: KernelMemory;
  /** The smallest and largest values, then the magnitudes. */
  readonly #extent: Block;
  readonly #counts: Block;
  /** Begins and ends of bins, and their densities. */
  readonly #bins: Block;
  #values: Block;
  /** Whose values, and whose bins, lie in the memory; a token, so that it keeps nothing alive. */
  #ownerOfValues: object | null = null;
  #ownerOfBins: object | null = null;

  constructor(functions: Functions, shared: SharedMemory) {
    this.#functions = functions;
    this.#memory = new KernelMemory(shared, functions.heapBase());
    this.#extent = this.#memory.allocate(48);
    this.#counts = this.#memory.allocate(tables * slots * 4);
    this.#bins = this.#memory.allocate(5 * binCount * 4);
    // The last block, so that a larger one takes its place.
    this.#values = this.#memory.allocate(0);
  }

  statisticsOf(values: Float32Array): ValueStatistics {
    const owner = {};
    let extent: ObservedExtent | null = null;
    const found = () => (extent ??= this.#copyAndMeasure(values, owner));
    return {
      get extent() {
        return found();
      },
      count: (low, high) => {
        const ends = countedEnds(low, high);
        if (ends === null) return countEqual(values, low);
        if (this.#ownerOfValues !== owner || extent === null) extent = this.#copyAndMeasure(values, owner);
        const { minimum, maximum, allFinite } = extent;
        const allInside = allFinite && ends[0] <= minimum && ends[1] >= maximum;
        return this.#count(values.length, ...ends, allInside);
      }
    };
  }

  #copyAndMeasure(values: Float32Array, owner: object): ObservedExtent {
    this.#ownerOfValues = null;
    if (this.#values.bytes < values.byteLength) {
      this.#memory.release(this.#values);
      this.#values = this.#memory.allocate(values.byteLength);
    }
    const { address } = this.#values;
    const copy = this.#memory.float32(address, values.length);
    const state = this.#extent.address;
    const ends = this.#memory.float32(state, 8).fill(Infinity, 0, 4).fill(-Infinity, 4);
    const magnitudes = this.#memory.int32(state + 32, 4).fill(0);
    for (let start = 0; start < values.length; start += copiedAtOnce) {
      const part = values.subarray(start, start + copiedAtOnce);
      copy.set(part, start);
      this.#functions.addToExtent(address + start * 4, part.length, state);
    }
    this.#ownerOfValues = owner;
    if (magnitudes.some((bits) => bits >>> 0 >= notFinite)) return finiteExtentOf(values);
    return {
      // Adding zero makes -0 the plain zero.
      minimum: Math.min(...ends.subarray(0, 4)) + 0,
      maximum: Math.max(...ends.subarray(4)) + 0,
      allFinite: true,
      firstNaN: -1
    };
  }

  #count(length: number, low: number, high: number, allInside: boolean): Float64Array {
    const factor = factorFor(f32(high - low));
    const origin = low * factor;
    const unit = f32(high * factor - origin) / binCount;
    const { address } = this.#counts;
    const counts = this.#memory.int32(address, tables * slots).fill(0);
    const from = this.#values.address;
    this.#functions.countValues(from, length, low, high, allInside, factor, origin, unit, address);
    const result = new Float64Array(binCount);
    for (let table = 0; table < tables; table++) {
      const start = table * slots;
      for (let bin = 0; bin < binCount; bin++) result[bin]! += counts[start + bin]!;
      result[binCount - 1]! += counts[start + binCount]!;
    }
    return result;
  }

  quantizationError(counts: Float32Array, minimum: number, maximum: number, levels: number): HistogramError {
    const { binWidth, begins, ends, densities } = scaledBins(counts, minimum, maximum);
    const occupied = counts.findIndex((count) => count !== 0);
    const from = Math.max(occupied, 0) & ~3;
    const to = occupied < 0 ? 0 : (counts.findLastIndex((count) => count !== 0) & ~3) + 4;
    const owner = {};
    const beginsAt = this.#bins.address;
    const endsAt = beginsAt + begins.byteLength;
    const densitiesAt = endsAt + ends.byteLength;
    return (first, last) => {
      if (this.#ownerOfBins !== owner) {
        this.#memory.float32(beginsAt, begins.length).set(begins);
        this.#memory.float32(endsAt, ends.length).set(ends);
        this.#memory.float32(densitiesAt, densities.length).set(densities);
        this.#ownerOfBins = owner;
      }
      const shift = (binCount - first) * 4;
      const level = levelWidth(binWidth, first, last, levels);
      return this.#functions.quantizationError(
        ...([densitiesAt, beginsAt + shift, endsAt + shift, from, to, level, levels] as const)
      );
    };
  }
}

/**
 * The power of two by which values are multiplied before they are counted: ranges wider than the largest float32 are halved, so
 * that differences stay finite, and narrow ones are widened, so that the width of a bin is not subnormal.
 */
function factorFor(range: number): number {
  if (!Number.isFinite(range)) return 0.5;
  return range < 2 ** -60 ? 2 ** 64 : 1;
}
