import type { ConvolutionShape, IntegerLayer, LayerShape, ReductionOrder } from './integer-kernels.ts';
import { convolutionOutput, outputChannels, reductionIndices, reductionLength } from './layer-shape.ts';

/** How many columns a panel has (assembly/integer/index.ts). */
export const panelColumns = 8;
/** Bytes of one pair of reduction indices in a panel. */
export const panelPairBytes = 32;

/**
 * The reduction in pairs: for each of 2 * pairs places the index among the weights of one output channel, or -1 where a
 * place is filled up with a zero, because each tile begins with a pair of its own.
 */
export function reductionPlaces(layer: IntegerLayer): Int32Array {
  return tiledPlaces(layer.shape, layer.order, tileOf(layer));
}

/** The same for tiles of so many products; null for a single one. */
export function tiledPlaces(
  shape: LayerShape,
  order: ReductionOrder,
  tileProducts: number | null
): Int32Array {
  const indices = reductionIndices(shape, order);
  const tile = tileProducts ?? indices.length;
  const tilePlaces = Math.ceil(tile / 2) * 2;
  const places: number[] = [];
  for (let start = 0; start < indices.length; start += tile) {
    const end = Math.min(start + tile, indices.length);
    for (let k = start; k < end; k++) places.push(indices[k]!);
    while (places.length % (end === indices.length ? 2 : tilePlaces) !== 0) places.push(-1);
  }
  return Int32Array.from(places);
}

/** Products in a tile, or null where every addition is looked at or none. */
export function tileOf(layer: IntegerLayer): number | null {
  return layer.accumulation.kind === 'avx2-pairs' ? null : layer.accumulation.tile;
}

/** The weight that stands in a sum: less its zero point, but for avx2-pairs. */
function operandOf(layer: IntegerLayer, channel: number, index: number): number {
  if (index < 0) return 0;
  const code = layer.weights[channel * reductionLength(layer.shape) + index]!;
  if (layer.accumulation.kind === 'avx2-pairs') return code;
  return code - layer.weightZeroPoints[layer.weightZeroPoints.length === 1 ? 0 : channel]!;
}

/** The weights of `rows` channels as rows of A: blocks of four, the rest one by one. */
export function weightRows(
  layer: IntegerLayer,
  places: Int32Array,
  firstChannel: number,
  rows: number
): Int16Array {
  const packed = new Int16Array(rows * places.length);
  const whole = rows - (rows % 4);
  for (let row = 0; row < rows; row++) {
    const isBlocked = row < whole;
    const first = (isBlocked ? row - (row % 4) : row) * places.length + (isBlocked ? (row % 4) * 2 : 0);
    places.forEach((index, place) => {
      const pair = place >> 1;
      packed[first + pair * (isBlocked ? 8 : 2) + (place & 1)] = operandOf(layer, firstChannel + row, index);
    });
  }
  return packed;
}

/** The weights of all channels as panels of B. */
export function weightPanels(layer: IntegerLayer, places: Int32Array): Int16Array {
  const channels = outputChannels(layer.shape);
  const panels = Math.ceil(channels / panelColumns);
  const packed = new Int16Array(panels * panelColumns * places.length);
  for (let channel = 0; channel < channels; channel++) {
    const first =
      Math.floor(channel / panelColumns) * panelColumns * places.length + (channel % panelColumns) * 2;
    places.forEach((index, place) => {
      packed[first + (place >> 1) * panelColumns * 2 + (place & 1)] = operandOf(layer, channel, index);
    });
  }
  return packed;
}

/** Where a convolution finds its codes in planes with a border; offsets in bytes. */
export interface PatchTables {
  readonly paddedHeight: number;
  readonly paddedWidth: number;
  readonly kernelOffsets: Int32Array;
  readonly positionOffsets: Int32Array;
  readonly arrangements: Int32Array;
}

export function patchTables(shape: ConvolutionShape, places: Int32Array): PatchTables {
  const paddedHeight = shape.input[1] + shape.pads[0] + shape.pads[2];
  const paddedWidth = shape.input[2] + shape.pads[1] + shape.pads[3];
  const [kernelHeight, kernelWidth] = shape.kernel;
  const kernelOffsets = places.map((index) => {
    if (index < 0) return 0;
    const kernelX = index % kernelWidth;
    const kernelY = Math.floor(index / kernelWidth) % kernelHeight;
    const channel = Math.floor(index / (kernelWidth * kernelHeight));
    const y = channel * paddedHeight + kernelY * shape.dilations[0];
    return 2 * (y * paddedWidth + kernelX * shape.dilations[1]);
  });
  const [height, width] = convolutionOutput(shape);
  const panels = Math.ceil((height * width) / panelColumns);
  const positionOffsets = new Int32Array(panels * panelColumns).fill(-1);
  for (let position = 0; position < height * width; position++) {
    const y = Math.floor(position / width) * shape.strides[0];
    const x = (position % width) * shape.strides[1];
    positionOffsets[position] = 2 * (y * paddedWidth + x);
  }
  const arrangements = Int32Array.from({ length: panels }, (_, panel) =>
    arrangementOf(positionOffsets.subarray(panel * panelColumns, (panel + 1) * panelColumns))
  );
  return { paddedHeight, paddedWidth, kernelOffsets, positionOffsets, arrangements };
}

/** The cases that gatherPatches tells apart (assembly/integer/patches.ts). */
function arrangementOf(offsets: Int32Array): number {
  if (offsets.includes(-1)) return 4;
  const first = offsets[0]!;
  if (offsets.every((offset, i) => offset === first + 2 * i)) return 0;
  if (offsets.every((offset, i) => offset === first + 4 * i)) return 1;
  const isFour = (start: number) => [1, 2, 3].every((i) => offsets[start + i] === offsets[start]! + 2 * i);
  return isFour(0) && isFour(4) ? 2 : 3;
}

/** What finishes a sum, of an integer layer or another one. */
export type Finishing = Pick<IntegerLayer, 'shape' | 'bias' | 'offset' | 'output'>;

/** What avx2-pairs leaves to be corrected, since codes enter it with their zero point; null for exact products. */
export function pairCorrections({ shape, accumulation, weights, input }: IntegerLayer): Int32Array | null {
  if (accumulation.kind !== 'avx2-pairs') return null;
  const length = reductionLength(shape);
  return Int32Array.from({ length: outputChannels(shape) }, (_, channel) => {
    const own = weights.subarray(channel * length, (channel + 1) * length);
    return -input.zeroPoint * own.reduce((sum, weight) => sum + weight, 0);
  });
}

/** Correction, bias, multiplier and offset of each channel, one array behind the other (assembly/integer/finish.ts). */
export function finishingParameters(
  { shape, output, bias, offset }: Finishing,
  corrections: Int32Array | null
): ArrayBuffer {
  const channels = outputChannels(shape);
  const buffer = new ArrayBuffer(channels * 16);
  const integers = new Int32Array(buffer);
  const floats = new Float32Array(buffer);
  const entry = (values: Int32Array | Float32Array | null, channel: number) =>
    values === null ? 0 : values[values.length === 1 ? 0 : channel]!;
  for (let channel = 0; channel < channels; channel++) {
    integers[channel] = corrections?.[channel] ?? 0;
    integers[channels + channel] = entry(bias, channel);
    if (output.kind === 'codes' && output.requantization.kind === 'fixed-point') {
      integers[2 * channels + channel] = entry(output.requantization.multipliers, channel);
      integers[3 * channels + channel] = entry(output.requantization.shifts, channel);
    } else {
      const multipliers = output.kind === 'values' ? output.scales : output.requantization.multipliers;
      floats[2 * channels + channel] = entry(multipliers as Float32Array, channel);
      floats[3 * channels + channel] = entry(offset, channel);
    }
  }
  return buffer;
}
