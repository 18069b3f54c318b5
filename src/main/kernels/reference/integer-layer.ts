import type {
  Accumulation,
  ConvolutionShape,
  IntegerKernels,
  IntegerLayer,
  LayerShape,
  SumStatistics
} from '../integer-kernels.ts';
import {
  convolutionOutput,
  inputElements,
  outputChannels,
  outputElements,
  reductionIndices,
  reductionLength
} from '../layer-shape.ts';
import { referenceConversion } from './code-conversion.ts';
import { Accumulator, saturateTo16Bits } from './integer-accumulator.ts';
import { finishSum } from './integer-requantization.ts';

/** The plain reference of the integer kernels: one sum after the other, one product after the other. */
export const referenceIntegerKernels: IntegerKernels = {
  conversion: referenceConversion,
  prepare: (layer) => ({
    run: (input, samples, output) => runLayer(layer, input, samples, output),
    release: () => {}
  })
};

function runLayer(
  layer: IntegerLayer,
  input: Int16Array,
  samples: number,
  output: Int16Array | Float32Array
): SumStatistics {
  const { shape } = layer;
  const channels = outputChannels(shape);
  const statistics = { overflows: 0, smallestSum: 0, largestSum: 0 };
  const sampleInput = inputElements(shape);
  const sampleOutput = outputElements(shape);
  const positions = sampleOutput / channels;
  for (let sample = 0; sample < samples; sample++) {
    const codes = input.subarray(sample * sampleInput, (sample + 1) * sampleInput);
    for (let channel = 0; channel < channels; channel++) {
      for (let position = 0; position < positions; position++) {
        const sum = accumulate(layer, operandsAt(layer, codes, channel, position), statistics);
        const place =
          shape.kind === 'product' ? position * channels + channel : channel * positions + position;
        const finished = finishSum(
          addBias(layer, channel, sum, statistics),
          channel,
          layer.output,
          layer.offset
        );
        output[sample * sampleOutput + place] = finished;
      }
    }
  }
  return statistics;
}

/** What is multiplied for one sum, in its order: codes and weight codes, both with their zero points still in them. */
export interface Operands {
  readonly activations: Int32Array;
  readonly weights: Int32Array;
  readonly weightZeroPoint: number;
}

/**
 * @param codes of one sample
 * @param position of the output, row-major
 */
export function operandsAt(
  layer: IntegerLayer,
  codes: Int16Array,
  channel: number,
  position: number
): Operands {
  const { shape, weights, weightZeroPoints } = layer;
  const indices = reductionIndices(shape, layer.order);
  const sources = codeSources(shape, channel, position);
  const first = channel * reductionLength(shape);
  return {
    activations: indices.map((index) => {
      const source = sources(index);
      return source === null ? layer.input.zeroPoint : codes[source]!;
    }),
    weights: indices.map((index) => weights[first + index]!),
    weightZeroPoint: weightZeroPoints[weightZeroPoints.length === 1 ? 0 : channel]!
  };
}

/** The sum of one output value as the layer's accumulator forms it, before the bias. */
export const sumOf = (layer: IntegerLayer, operands: Operands): number =>
  accumulate(layer, operands, { overflows: 0, smallestSum: 0, largestSum: 0 });

/** For an output value: weight index -> index of the code that it meets, or null where that is padding. */
export function codeSources(
  shape: LayerShape,
  channel: number,
  position: number
): (index: number) => number | null {
  if (shape.kind === 'product') return (index) => position * shape.inputs + index;
  return convolutionSources(shape, channel, position);
}

function convolutionSources(shape: ConvolutionShape, channel: number, position: number) {
  const [inputChannels, height, width] = shape.input;
  const [, outputWidth] = convolutionOutput(shape);
  const outputY = Math.floor(position / outputWidth);
  const outputX = position % outputWidth;
  const channelsOfGroup = inputChannels / shape.groups;
  const group = Math.floor(channel / (shape.outputChannels / shape.groups));
  const [kernelHeight, kernelWidth] = shape.kernel;
  return (index: number): number | null => {
    const kernelX = index % kernelWidth;
    const kernelY = Math.floor(index / kernelWidth) % kernelHeight;
    const inputChannel = group * channelsOfGroup + Math.floor(index / (kernelWidth * kernelHeight));
    const y = outputY * shape.strides[0] + kernelY * shape.dilations[0] - shape.pads[0];
    const x = outputX * shape.strides[1] + kernelX * shape.dilations[1] - shape.pads[1];
    if (y < 0 || y >= height || x < 0 || x >= width) return null;
    return (inputChannel * height + y) * width + x;
  };
}

type MutableStatistics = { -readonly [Key in keyof SumStatistics]: SumStatistics[Key] };

/** One sum of products, in order. */
function accumulate(
  layer: IntegerLayer,
  { activations, weights, weightZeroPoint }: Operands,
  statistics: MutableStatistics
): number {
  const { accumulation, input } = layer;
  const keep = (sum: number) => {
    statistics.smallestSum = Math.min(statistics.smallestSum, sum);
    statistics.largestSum = Math.max(statistics.largestSum, sum);
  };
  if (accumulation.kind === 'avx2-pairs') {
    const sum = sumOfPairs(activations, weights, input.zeroPoint, statistics);
    keep(sum);
    return sum;
  }
  const products = activations.map((code, k) => (code - input.zeroPoint) * (weights[k]! - weightZeroPoint));
  const accumulator = accumulatorOf(accumulation);
  const tile = accumulation.tile ?? 1;
  for (let start = 0; start < products.length; start += tile) {
    accumulator.add(products.subarray(start, start + tile).reduce((total, product) => total + product, 0));
    if (accumulation.kind === 'observed') keep(accumulator.value);
  }
  if (accumulation.kind === 'limited') statistics.overflows += accumulator.overflows;
  keep(accumulator.value);
  return accumulator.value;
}

function accumulatorOf(accumulation: Exclude<Accumulation, { kind: 'avx2-pairs' }>): Accumulator {
  return accumulation.kind === 'limited'
    ? new Accumulator(accumulation.bits, accumulation.overflow)
    : new Accumulator(32, 'wrap');
}

function sumOfPairs(
  activations: Int32Array,
  weights: Int32Array,
  zeroPoint: number,
  statistics: MutableStatistics
): number {
  let sum = 0;
  for (let k = 0; k < activations.length; k += 2) {
    const pair = activations[k]! * weights[k]! + (activations[k + 1] ?? 0) * (weights[k + 1] ?? 0);
    const saturated = saturateTo16Bits(pair);
    if (saturated !== pair) statistics.overflows++;
    sum = (sum + saturated) | 0;
  }
  const sumOfWeights = weights.reduce((total, weight) => total + weight, 0);
  return (sum - zeroPoint * sumOfWeights) | 0;
}

/** The sum with its bias, in a register of 32 bits. */
function addBias(layer: IntegerLayer, channel: number, sum: number, statistics: MutableStatistics): number {
  if (layer.bias === null) return sum;
  const { accumulation } = layer;
  const register = new Accumulator(32, accumulation.kind === 'limited' ? accumulation.overflow : 'wrap', sum);
  register.add(layer.bias[layer.bias.length === 1 ? 0 : channel]!);
  if (accumulation.kind === 'limited') statistics.overflows += register.overflows;
  return register.value;
}
