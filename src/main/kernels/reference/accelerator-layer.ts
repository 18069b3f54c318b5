import { f32, rint } from '../../numeric/float32.ts';
import {
  tileCount,
  type AcceleratorKernels,
  type AcceleratorLayer,
  type AcceleratorStatistics,
  type TilePass
} from '../accelerator-kernels.ts';
import { inputElements, outputChannels, outputElements, reductionIndices } from '../layer-shape.ts';
import { Accumulator } from './integer-accumulator.ts';
import { codeSources } from './integer-layer.ts';
import { finishSum } from './integer-requantization.ts';
import { noisy } from './tile-noise.ts';

/** The plain reference of the accelerator kernels: one output after the other, one product after the other. */
export const referenceAcceleratorKernels: AcceleratorKernels = {
  threads: 1,
  prepare: (layer) => ({
    run: async (input, samples, firstSample, output) => runLayer(layer, input, samples, firstSample, output),
    release: () => {}
  })
};

interface Counts {
  sums: number;
  clipped: number;
  overflows: number;
  readonly histogram: Float64Array | null;
}

function runLayer(
  layer: AcceleratorLayer,
  input: Int16Array,
  samples: number,
  firstSample: number,
  output: Int16Array | Float32Array
): AcceleratorStatistics {
  const { shape } = layer;
  const channels = outputChannels(shape);
  const indices = reductionIndices(shape, layer.order);
  const sampleInput = inputElements(shape);
  const sampleOutput = outputElements(shape);
  const positions = sampleOutput / channels;
  const channelsOfGroup = shape.kind === 'product' ? channels : channels / shape.groups;
  const { histogram } = layer;
  const counts: Counts = {
    sums: 0,
    clipped: 0,
    overflows: 0,
    histogram: histogram === null ? null : new Float64Array(histogram.bins)
  };
  for (let sample = 0; sample < samples; sample++) {
    const codes = input.subarray(sample * sampleInput, (sample + 1) * sampleInput);
    for (let channel = 0; channel < channels; channel++) {
      const row = channel % channelsOfGroup;
      const block = Math.floor(channel / channelsOfGroup) * Math.ceil(channelsOfGroup / 4) + (row >> 2);
      for (let position = 0; position < positions; position++) {
        const sourceOf = codeSources(shape, channel, position);
        const activations = indices.map((index) => {
          const source = sourceOf(index);
          return (source === null ? layer.input.zeroPoint : codes[source]!) - layer.input.low;
        });
        const place = { sample: firstSample + sample, channel, block, lane: row & 3, position };
        const content = registerContent(layer, activations, indices, place, counts);
        const factor = layer.positionFactors[channel]!;
        const all = activations.reduce((sum, activation) => sum + activation, 0);
        const constant = layer.constants[channel]!;
        const sum = (wholeProducts(content, layer.step) - Math.imul(factor, all) + constant) | 0;
        const at = shape.kind === 'product' ? position * channels + channel : channel * positions + position;
        output[sample * sampleOutput + at] = finishSum(
          addBias(layer, channel, sum, counts),
          channel,
          layer.output,
          layer.offset
        );
      }
    }
  }
  return counts;
}

/** Which sum it is, for what is random. */
export interface SumPlace {
  readonly sample: number;
  readonly channel: number;
  /** Four channels of a group each, and the channel among them. */
  readonly block: number;
  readonly lane: number;
  readonly position: number;
}

/** What the register holds once the tiles of all passes were added. */
function registerContent(
  layer: AcceleratorLayer,
  activations: Int32Array,
  indices: Int32Array,
  place: SumPlace,
  counts: Counts
): number {
  const register = new Accumulator(layer.accumulator.bits, layer.accumulator.overflow);
  const tiles = tileCount(indices.length, layer.tile);
  for (const pass of layer.passes) {
    for (let tile = 0; tile < tiles; tile++) {
      const first = tile * layer.tile;
      const sums = tileSums(pass, activations, indices, place.channel, first, first + layer.tile);
      const value = pass.noise === null ? sums.sum : noisy(sums, pass, place, tile, tiles, layer.key);
      count(layer, value, counts);
      const level = read(layer, value, counts);
      register.add((pass.isNegative ? -level : level) * 2 ** pass.shift);
    }
  }
  counts.overflows += register.overflows;
  return register.value;
}

export interface TileSums {
  readonly sum: number;
  readonly squaresOfActivations: number;
  readonly squaresOfProducts: number;
}

function tileSums(
  pass: TilePass,
  activations: Int32Array,
  indices: Int32Array,
  channel: number,
  first: number,
  end: number
): TileSums {
  const { weights, products, activationValues } = pass;
  const isWhole = weights instanceof Int16Array && products === null;
  let sum = 0;
  let squaresOfActivations = 0;
  let squaresOfProducts = 0;
  for (let k = first; k < Math.min(end, indices.length); k++) {
    const slice = (activations[k]! >> pass.activationShift) & pass.activationMask;
    const x = activationValues === null ? slice : activationValues[slice]!;
    const w = weights[channel * indices.length + indices[k]!]!;
    const product = products === null ? x * w : products.values[slice * products.columns + w]!;
    sum = isWhole ? sum + product : f32(sum + f32(product));
    const squareOfX = f32(x * x);
    squaresOfActivations = f32(squaresOfActivations + squareOfX);
    if (!isWhole && products === null) {
      squaresOfProducts = f32(squaresOfProducts + f32(squareOfX * f32(w * w)));
    }
  }
  return { sum: isWhole ? sum | 0 : sum, squaresOfActivations, squaresOfProducts };
}

/** What the converter makes of a sum. */
function read({ converter }: AcceleratorLayer, sum: number, counts: Counts): number {
  counts.sums++;
  if (converter.kind === 'thresholds') {
    const { thresholds, low } = converter;
    const reached = thresholds.findIndex((threshold) => !(f32(sum) >= threshold));
    return low + (reached < 0 ? thresholds.length : reached);
  }
  const { low, high } = converter;
  const level = converter.kind === 'whole' ? sum : rounded(f32(f32(sum) * converter.perLevel), converter);
  if (level >= low && level <= high) return level + 0;
  counts.clipped++;
  return level > high ? high : low;
}

const rounded = (value: number, { rounding }: { readonly rounding: 'nearest' | 'floor' }) =>
  rounding === 'floor' ? Math.floor(value) : rint(value);

function count({ histogram }: AcceleratorLayer, sum: number, counts: Counts): void {
  if (histogram === null || counts.histogram === null) return;
  const bin = Math.floor(f32(f32(sum) * histogram.perBin)) + histogram.bins / 2;
  const index = Math.min(Math.max(bin, 0), histogram.bins - 1);
  counts.histogram[index] = counts.histogram[index]! + 1;
}

/** rint(content * step), saturated to 32 bits. */
function wholeProducts(content: number, step: number): number {
  return Math.min(Math.max(rint(content * step), -(2 ** 31)), 2 ** 31 - 1) + 0;
}

/** The sum with its bias, in a register of 32 bits. */
function addBias(layer: AcceleratorLayer, channel: number, sum: number, counts: Counts): number {
  if (layer.bias === null) return sum;
  const register = new Accumulator(32, layer.accumulator.overflow, sum);
  register.add(layer.bias[layer.bias.length === 1 ? 0 : channel]!);
  counts.overflows += register.overflows;
  return register.value;
}
