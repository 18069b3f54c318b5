import type { IntegerLayer, LayerOutput, SumStatistics } from './integer-kernels.ts';
import { outputChannels } from './layer-shape.ts';
import { finishingParameters, pairCorrections, tileOf, type Finishing } from './integer-operands.ts';
import type { Block, KernelMemory, Scratch } from './kernel-memory.ts';
import { worstCaseSums } from './worst-case-sums.ts';

/** What assembly/integer/index.ts exports; addresses and counts, booleans as 0 and 1. */
export interface KernelFunctions {
  heapBase(): number;
  padPlanes(
    codes: number,
    planes: number,
    channels: number,
    height: number,
    width: number,
    top: number,
    left: number,
    paddedHeight: number,
    paddedWidth: number,
    subtracted: number,
    border: number
  ): void;
  gatherPatches(
    planes: number,
    kernelOffsets: number,
    positionOffsets: number,
    arrangements: number,
    pairs: number,
    panels: number,
    target: number
  ): void;
  packRows(
    codes: number,
    places: number,
    target: number,
    rows: number,
    columns: number,
    pairs: number,
    subtracted: number
  ): void;
  multiply(...operands: Operands): void;
  multiplyLimited(
    ...rest: [...Operands, tilePairs: number, bits: number, saturates: number, statistics: number]
  ): void;
  multiplyObserved(...rest: [...Operands, tilePairs: number, statistics: number]): void;
  multiplyPairs(...rest: [...Operands, statistics: number]): void;
  finishRows(...rest: Finish): void;
  finishColumns(...rest: Finish): void;
  valuesToCodes(
    values: number,
    codes: number,
    count: number,
    scale: number,
    zeroPoint: number,
    low: number,
    high: number
  ): number;
  codesToValues(codes: number, values: number, count: number, scale: number, zeroPoint: number): void;
}

type Operands = [
  a: number,
  b: number,
  c: number,
  rows: number,
  pairs: number,
  panels: number,
  rowBytes: number
];

export type Finish = [
  sums: number,
  rows: number,
  columns: number,
  rowBytes: number,
  parameters: number,
  channels: number,
  kind: number,
  saturates: number,
  zeroPoint: number,
  low: number,
  high: number,
  target: number,
  targetRowBytes: number,
  statistics: number
];

export interface KernelContext {
  readonly functions: KernelFunctions;
  readonly memory: KernelMemory;
  readonly scratch: Scratch;
}

/** Bytes of the statistics: float64 overflows, int32 smallest, int32 largest; of the sums, and of what follows them. */
export const statisticsBytes = 32;

export function clearStatistics(memory: KernelMemory, address: number): void {
  memory.float64(address, 4).fill(0);
}

export function readStatistics(memory: KernelMemory, address: number, layer: IntegerLayer): SumStatistics {
  const overflows = memory.float64(address, 3);
  const extremes = memory.int32(address, 8);
  return {
    // The register that adds the bias is watched together with the accumulator only.
    overflows: overflows[0]! + (layer.accumulation.kind === 'limited' ? overflows[2]! : 0),
    smallestSum: Math.min(extremes[2]!, extremes[6]!),
    largestSum: Math.max(extremes[3]!, extremes[7]!)
  };
}

/** Forms sums: C = A B, in the way that the layer asks for. */
export type Multiply = (
  a: number,
  b: number,
  c: number,
  rows: number,
  panels: number,
  rowBytes: number,
  statistics: number
) => void;

/** @param pairs of the reduction */
export function multiplyFor(functions: KernelFunctions, layer: IntegerLayer, pairs: number): Multiply {
  const { accumulation } = layer;
  const tile = tileOf(layer);
  const tilePairs = tile === null ? 0 : Math.ceil(tile / 2);
  switch (accumulation.kind) {
    case 'avx2-pairs':
      return (a, b, c, rows, panels, rowBytes, statistics) =>
        functions.multiplyPairs(a, b, c, rows, pairs, panels, rowBytes, statistics);
    case 'observed':
      return (a, b, c, rows, panels, rowBytes, statistics) =>
        functions.multiplyObserved(a, b, c, rows, pairs, panels, rowBytes, tilePairs, statistics);
    case 'limited': {
      const { bits, overflow } = accumulation;
      if (cannotOverflow(layer, bits)) {
        return (a, b, c, rows, panels, rowBytes) =>
          functions.multiply(a, b, c, rows, pairs, panels, rowBytes);
      }
      const saturates = Number(overflow === 'saturate');
      return (a, b, c, rows, panels, rowBytes, statistics) =>
        functions.multiplyLimited(
          ...([a, b, c, rows, pairs, panels, rowBytes, tilePairs, bits, saturates, statistics] as const)
        );
    }
  }
}

/** Where no partial sum leaves the register, it need not be looked at. */
function cannotOverflow(layer: IntegerLayer, bits: number): boolean {
  const end = 2 ** (bits - 1);
  return worstCaseSums(layer).every(({ smallest, largest }) => smallest >= -end && largest < end);
}

/** The constants that finishRows and finishColumns take behind the parameters. */
export function finishConstants({ output, accumulation }: IntegerLayer): FinishConstants {
  return finishWith(output, accumulation.kind === 'limited' && accumulation.overflow === 'saturate');
}

type FinishConstants = [kind: number, saturates: number, zeroPoint: number, low: number, high: number];

/** @param isSaturating whether the register that adds the bias saturates */
export function finishWith(output: LayerOutput, isSaturating: boolean): FinishConstants {
  const saturates = Number(isSaturating);
  if (output.kind === 'values') return [2, saturates, 0, 0, 0];
  const kind = output.requantization.kind === 'fixed-point' ? 1 : 0;
  return [kind, saturates, output.zeroPoint, output.low, output.high];
}

/** Copies arrays into kernel memory. */
export function store(memory: KernelMemory, data: Int16Array | Int32Array | Float32Array): Block {
  const block = memory.allocate(data.byteLength);
  if (data instanceof Int16Array) memory.int16(block.address, data.length).set(data);
  else if (data instanceof Float32Array) memory.float32(block.address, data.length).set(data);
  else memory.int32(block.address, data.length).set(data);
  return block;
}

/** The finishing parameters, with room behind them: vectors are read beyond the last channel. */
export function storeParameters(memory: KernelMemory, layer: IntegerLayer): Block {
  return storeFinishing(memory, layer, pairCorrections(layer));
}

export function storeFinishing(
  memory: KernelMemory,
  finishing: Finishing,
  corrections: Int32Array | null
): Block {
  const parameters = new Int32Array(finishingParameters(finishing, corrections));
  const block = memory.allocate(parameters.byteLength + 16);
  memory.int32(block.address, parameters.length).set(parameters);
  return block;
}

/** @throws RangeError where an array has the wrong length or type */
export function checkArrays(
  layer: Finishing,
  input: Int16Array,
  output: Int16Array | Float32Array,
  samples: number,
  inputElements: number,
  outputElements: number
): void {
  if (input.length !== samples * inputElements) {
    throw new RangeError(
      `${input.length} codes enter, and ${samples} samples have ${samples * inputElements}`
    );
  }
  if (output.length !== samples * outputElements) {
    throw new RangeError(`there is room for ${output.length} results of ${samples * outputElements}`);
  }
  if (output instanceof Int16Array !== (layer.output.kind === 'codes')) {
    throw new RangeError(`the results of ${outputChannels(layer.shape)} channels are ${layer.output.kind}`);
  }
}
