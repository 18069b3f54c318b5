import type { AcceleratorLayer, TilePass } from './accelerator-kernels.ts';
import { passParameters } from './accelerator-pass-parameters.ts';
import type { AcceleratorProgram, GatherProgram, PassProgram, SliceProgram } from './accelerator-program.ts';
import { finishWith, store, storeFinishing } from './integer-kernel-context.ts';
import type { ConvolutionShape } from './integer-kernels.ts';
import { patchTables, tiledPlaces } from './integer-operands.ts';
import type { Block, KernelMemory } from './kernel-memory.ts';
import { convolutionOutput, inputElements, outputChannels, outputElements } from './layer-shape.ts';
import { mayOverflow } from './accelerator-pass-parameters.ts';

/** A layer in kernel memory. */
export interface LaidOutLayer {
  readonly program: AcceleratorProgram;
  readonly blocks: readonly Block[];
}

/** Operands, sums and registers of a chunk of positions stay in the second-level cache. */
const chunkBytes = 160 * 1024;

/** Lays out a layer's weights and tables. */
export function layOut(memory: KernelMemory, layer: AcceleratorLayer): LaidOutLayer {
  const { shape, passes, converter } = layer;
  const blocks: Block[] = [];
  const keep = (data: Int16Array | Int32Array | Float32Array) => {
    const block = store(memory, data);
    blocks.push(block);
    return block.address;
  };
  const channels = outputChannels(shape);
  const groups = shape.kind === 'product' ? 1 : shape.groups;
  const length = passes[0]!.weights.length / channels;
  const isLimited = mayOverflow(layer, Math.ceil(length / layer.tile), length);
  const isCut = !isPlainSum(layer, isLimited);
  const places = tiledPlaces(shape, layer.order, isCut ? layer.tile : null);
  const pairs = places.length / 2;
  const tiles = isCut ? Math.ceil(length / layer.tile) : 1;
  const tilePairs = isCut ? Math.min(Math.ceil(layer.tile / 2), pairs) : pairs;
  const filled = Int32Array.from(fillingPairs(places));
  const thresholds = converter.kind === 'thresholds' ? keep(converter.thresholds) : 0;

  const slices: SliceProgram[] = [];
  const sliceOf = (slice: SliceProgram) => {
    const known = slices.findIndex(
      ({ kind, shift, mask, last, hasSquares }) =>
        kind === slice.kind &&
        shift === slice.shift &&
        mask === slice.mask &&
        last === slice.last &&
        hasSquares === slice.hasSquares
    );
    return known >= 0 ? known : slices.push(slice) - 1;
  };
  const addressOf = keptOnce(keep);
  const laidOut = passes.map((pass): PassProgram => {
    const table = pass.products === null ? 0 : keep(widened(pass.products));
    const deviations = pass.noise?.table ?? null;
    const parameters = passParameters(
      layer,
      pass,
      { tiles, pairs, tilePairs },
      {
        table,
        thresholds,
        deviations:
          deviations === null ? 0 : keep(Float32Array.of(...deviations.values, ...deviations.deviations))
      },
      isLimited
    );
    const hasSquares = (pass.noise?.perSquareOfActivations ?? 0) > 0;
    const slice = sliceFor(layer, pass, hasSquares, addressOf);
    const isPaired = slice.kind === 'patches' || slice.kind === 'codes';
    return {
      parameters: keep(parameters),
      slice: sliceOf(isPaired ? { ...slice, hasSquares: false } : slice),
      squared: sliceOf(isPaired && hasSquares ? { ...slice, kind: 'values', last: 0 } : slice),
      weights: Array.from({ length: groups }, (_, group) =>
        keep(weightBlocks(pass, places, channels / groups, group, length))
      ),
      variance: pass.noise === null ? 0 : keep(pass.noise.variance)
    };
  });

  const gather =
    shape.kind === 'product'
      ? ({ kind: 'product', places: keep(places), rows: shape.rows } as const)
      : convolutionGather(layer, shape, places, keep);
  const finishing = storeFinishing(memory, layer, null);
  blocks.push(finishing);
  const isCorrected =
    layer.step !== 1 || [...layer.positionFactors, ...layer.constants].some((value) => value !== 0);
  const positions = outputElements(shape) / channels;
  const operandBytes = slices.reduce((sum, { kind }) => sum + (kind === 'codes' ? 32 : 64), 32);
  const panelBytes = pairs * operandBytes + (channels / groups) * 32 + slices.length * tiles * 32;
  return {
    blocks,
    program: {
      gather,
      subtracted: layer.input.low,
      inputs: inputElements(shape),
      outputs: outputElements(shape),
      positions,
      channels,
      groups,
      elementBytes: layer.output.kind === 'codes' ? 2 : 4,
      ...{ pairs, tiles, tilePairs, slices },
      panelsOfChunk: Math.max(Math.floor(chunkBytes / panelBytes), 1),
      filled: keep(filled),
      filledCount: filled.length,
      passes: laidOut,
      step: layer.step,
      factors: keep(layer.positionFactors),
      constants: keep(layer.constants),
      isCorrected,
      finishing: finishing.address,
      finish: finishWith(layer.output, layer.accumulator.overflow === 'saturate'),
      bins: layer.histogram?.bins ?? 0
    }
  };
}

/** Whether nothing happens to the sum of a tile but that it is added exactly: then tiles need not be told apart. */
function isPlainSum({ converter, passes, histogram }: AcceleratorLayer, isLimited: boolean): boolean {
  return (
    converter.kind === 'whole' &&
    converter.low === -(2 ** 31) &&
    converter.high === 2 ** 31 - 1 &&
    histogram === null &&
    !isLimited &&
    passes.every(({ noise }) => noise === null)
  );
}

/** An array that several passes share is kept once. */
function keptOnce(keep: (data: Float32Array) => number): (data: Float32Array | null) => number {
  const kept = new Map<Float32Array, number>();
  return (data) => {
    if (data === null) return 0;
    const address = kept.get(data) ?? keep(data);
    kept.set(data, address);
    return address;
  };
}

function sliceFor(
  { input }: AcceleratorLayer,
  { activationShift: shift, activationMask: mask, activationValues, weights, products }: TilePass,
  hasSquares: boolean,
  addressOf: (data: Float32Array | null) => number
): SliceProgram {
  if (products !== null) {
    return { kind: 'rows', shift, mask, last: (products.columns + 1) * 4, hasSquares: false };
  }
  if (weights instanceof Float32Array) {
    return { kind: 'values', shift, mask, last: addressOf(activationValues), hasSquares };
  }
  const isWhole = shift === 0 && mask >= input.high - input.low;
  return { kind: isWhole ? 'patches' : 'codes', shift, mask, last: 0, hasSquares };
}

/** Pairs whose second place only fills up a tile. */
function* fillingPairs(places: Int32Array): Generator<number> {
  for (let pair = 0; pair < places.length / 2; pair++) if (places[2 * pair + 1]! < 0) yield pair;
}

/** A table with one more column, of zeros, which is what filling places meet. */
function widened({ values, columns }: NonNullable<TilePass['products']>): Float32Array {
  const rows = values.length / columns;
  const wide = new Float32Array(rows * (columns + 1));
  for (let row = 0; row < rows; row++) {
    wide.set(values.subarray(row * columns, (row + 1) * columns), row * (columns + 1));
  }
  return wide;
}

/** The weights of a group in blocks of four rows (assembly/accelerator/tile-sums.ts); rows beyond the last are zeros. */
function weightBlocks(
  { weights, products }: TilePass,
  places: Int32Array,
  rows: number,
  group: number,
  length: number
): Int16Array | Int32Array | Float32Array {
  const size = Math.ceil(rows / 4) * 4 * places.length;
  const isPaired = weights instanceof Int16Array && products === null;
  const filling = products === null ? 0 : products.columns * 4;
  const packed =
    products !== null ? new Int32Array(size) : isPaired ? new Int16Array(size) : new Float32Array(size);
  for (let row = 0; row < rows; row++) {
    const first = (row - (row % 4)) * places.length;
    const own = (group * rows + row) * length;
    for (let place = 0; place < places.length; place++) {
      const index = places[place]!;
      const value = index < 0 ? filling : weights[own + index]! * (products === null ? 1 : 4);
      const at = isPaired ? (place >> 1) * 8 + (row % 4) * 2 + (place & 1) : place * 4 + (row % 4);
      packed[first + at] = value;
    }
  }
  return packed;
}

function convolutionGather(
  { input }: AcceleratorLayer,
  shape: ConvolutionShape,
  places: Int32Array,
  keep: (data: Int32Array) => number
): GatherProgram {
  const { paddedHeight, paddedWidth, kernelOffsets, positionOffsets, arrangements } = patchTables(
    shape,
    places
  );
  const [channels, height, width] = shape.input;
  const [outputHeight, outputWidth] = convolutionOutput(shape);
  const positions = outputHeight * outputWidth;
  const numbers = positionOffsets.map((_, i) => (i < positions ? i : -1));
  return {
    kind: 'convolution',
    ...{ channels, height, width, paddedHeight, paddedWidth },
    top: shape.pads[0],
    left: shape.pads[1],
    border: input.zeroPoint - input.low,
    kernelOffsets: keep(kernelOffsets),
    positionOffsets: keep(positionOffsets),
    arrangements: keep(arrangements),
    positionNumbers: keep(numbers)
  };
}
