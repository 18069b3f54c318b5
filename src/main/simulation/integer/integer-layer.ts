import { BitlabError } from '../../../contract/index.ts';
import type { Accumulation, IntegerLayer, LayerOutput, LayerShape } from '../../kernels/integer-kernels.ts';
import { outputChannels, reductionLength } from '../../kernels/layer-shape.ts';
import { bitsFor } from '../../kernels/worst-case-sums.ts';
import { f32 } from '../../numeric/float32.ts';
import type { Quantizer } from '../../quantization/quantizer.ts';
import { layerBias, type LayerBias } from './bias.ts';
import { requantizationFor } from './requantization.ts';
import type { AccumulatorSettings, IntegerSettings } from './settings.ts';

/** A layer as the graph and the plan of a run describe it. */
export interface LayerDescription {
  readonly name: string;
  readonly shape: LayerShape;
  readonly input: Quantizer;
  /** Codes with the output channels first: (output channels, ...), whatever the layout in the model. */
  readonly weightCodes: Int32Array;
  /** Scales and zero points of the weights, one for each output channel, or one for all. */
  readonly weights: Quantizer;
  readonly bias: Float32Array | null;
  /** Null where the output stays in float. Its `low` and `high` already contain a fused Relu or Clip. */
  readonly output: Quantizer | null;
}

/** A layer in whole numbers, and how its bias was represented. */
export interface BuiltLayer {
  readonly layer: IntegerLayer;
  readonly bias: LayerBias | null;
}

/** Sums of products need codes that are whole multiples of one scale for each output channel. */
function requireWholeMultiples({ name, input, weights, output }: LayerDescription): void {
  const onGrid = [input, weights, output].some((quantizer) => quantizer?.grid !== undefined);
  if (!onGrid && weights.groups === undefined) return;
  throw new BitlabError('CONFIGURATION_CONFLICT', {
    reason: onGrid
      ? `${name} has levels that are not evenly spaced, so that it has no integers`
      : `${name} has weights in groups with a scale each, so that its sums are no integers`,
    advice: 'Choose a run with grid uniform and granularity tensor or channel.'
  });
}

/**
 * Turns a layer into whole numbers.
 * @throws BitlabError CONFIGURATION_CONFLICT for grids and groups, codes that do not fit into 16 bits, an accumulator that holds
 * not even one product, scales that do not go together, and choices that contradict each other; VALUES_NAN for a bias with NaN
 */
export function buildIntegerLayer(description: LayerDescription, settings: IntegerSettings): BuiltLayer {
  const { name, shape, input, weights, output } = description;
  const channels = outputChannels(shape);
  if (description.weightCodes.length !== channels * reductionLength(shape)) {
    throw new RangeError(`${name} has ${description.weightCodes.length} weights, and its shape does not`);
  }
  requireWholeMultiples(description);
  checkChoices(settings);
  checkFactors(description);
  const inputScale = input.scale[0]!;
  const bias =
    description.bias === null
      ? null
      : layerBias(description.bias, settings.bias, inputScale, weights.scale, output?.scale[0] ?? null);
  const isPaired = settings.accumulator.products === 'avx2-pairs';
  // Only codes less zero points matter, so that shifting both changes nothing but what avx2-pairs sees.
  const inputShift = isPaired && input.low < 0 ? 128 : 0;
  const weightShift = isPaired && weights.low >= 0 && weights.high > 127 ? -128 : 0;
  const layer: IntegerLayer = {
    shape,
    order: settings.accumulator.order,
    accumulation: accumulationOf(settings.accumulator),
    input: {
      zeroPoint: input.zeroPoint[0]! + inputShift,
      low: input.low + inputShift,
      high: input.high + inputShift
    },
    weights: Int16Array.from(description.weightCodes, (code) => code + weightShift),
    weightZeroPoints: Int32Array.from(weights.zeroPoint, (zeroPoint) => zeroPoint + weightShift),
    bias: bias?.codes ?? null,
    offset: bias?.offset ?? null,
    output: outputOf(description, settings)
  };
  if (isPaired) checkPairs(name, layer);
  checkWidths(name, description, layer);
  return { layer, bias };
}

function accumulationOf(accumulator: AccumulatorSettings): Accumulation {
  if (accumulator.products === 'avx2-pairs') return { kind: 'avx2-pairs' };
  const tile = accumulator.check === 'per-tile' ? accumulator.tile : null;
  return { kind: 'limited', bits: accumulator.bits, overflow: accumulator.overflow, tile };
}

function outputOf({ input, weights, output }: LayerDescription, settings: IntegerSettings): LayerOutput {
  const inputScale = input.scale[0]!;
  if (output === null) {
    return { kind: 'values', scales: weights.scale.map((scale) => f32(inputScale * scale)) };
  }
  const { low, high } = output;
  return {
    kind: 'codes',
    requantization: requantizationFor(settings.requantization, inputScale, weights.scale, output.scale[0]!),
    zeroPoint: output.zeroPoint[0]!,
    low,
    high
  };
}

function conflict(reason: string, advice: string): never {
  throw new BitlabError('CONFIGURATION_CONFLICT', { reason, advice });
}

function checkChoices({ accumulator, requantization, bias }: IntegerSettings): void {
  const { bits, tile } = accumulator;
  if (!Number.isInteger(bits) || bits < 8 || bits > 32) {
    conflict(`An accumulator has 8 to 32 bits, not ${bits}`, 'Choose accumulator.bits from 8 to 32.');
  }
  if (accumulator.check === 'per-tile' && (!Number.isInteger(tile) || tile < 1)) {
    conflict(
      `A tile has at least 1 product, not ${tile}`,
      'Choose a whole number of products for accumulator.tile.'
    );
  }
  if (bias === 'float' && requantization !== 'onnx') {
    const reason = `The requantization ${requantization} works on integers, and the bias is float`;
    conflict(reason, 'Set bias to int32, or requantization to onnx.');
  }
  if (typeof bias === 'object' && (!Number.isInteger(bias.bits) || bias.bits < 2 || bias.bits > 32)) {
    conflict(`A bias has 2 to 32 bits, not ${bias.bits}`, 'Choose bias.bits from 2 to 32.');
  }
  if (accumulator.products === 'avx2-pairs' && (bits !== 32 || accumulator.overflow !== 'wrap')) {
    const reason = `avx2-pairs adds in accumulators of 32 bits that wrap, not of ${bits} bits that ${accumulator.overflow}`;
    conflict(reason, 'Set accumulator to 32 bits and wrap, or products to exact.');
  }
}

/** The largest factor from sums to codes that a fixed-point number holds; beyond it every sum but 0 leaves the codes anyway. */
const largestFactor = 2 ** 31;

function checkFactors({ name, input, weights, output }: LayerDescription): void {
  if (output === null) return;
  const factors = weights.scale.map((scale) => f32(input.scale[0]! * scale) / output.scale[0]!);
  const channel = factors.findIndex((factor) => !(factor < largestFactor));
  if (channel < 0) return;
  conflict(
    `One step of the sums of ${name} is ${factors[channel]!.toExponential(1)} codes of its output, first in channel ${channel}, so that the output cannot be quantized`,
    'Look at the weights of the layer after folding, and at the range of its output on the calibration data.'
  );
}

function checkPairs(name: string, { input, weights, weightZeroPoints }: IntegerLayer): void {
  const fits = input.low >= 0 && input.high <= 255 && weights.every((code) => code >= -128 && code <= 127);
  if (!fits) conflict(`avx2-pairs multiplies bytes, and ${name} has wider codes`, 'Use 8 bits or fewer.');
  if (weightZeroPoints.some((zeroPoint) => zeroPoint !== 0)) {
    conflict(
      `avx2-pairs needs the weights of ${name} to have zero point 0`,
      'Make the scheme of the weights symmetric.'
    );
  }
}

/** Operands in 16 bits, a product in the accumulator, the exact sum of a tile in 32 bits. */
function checkWidths(name: string, description: LayerDescription, layer: IntegerLayer): void {
  const { input, weights: quantizer } = description;
  const inputEnds = [input.low - input.zeroPoint[0]!, input.high - input.zeroPoint[0]!] as const;
  const weightEnds = [
    quantizer.low - Math.max(...quantizer.zeroPoint),
    quantizer.high - Math.min(...quantizer.zeroPoint)
  ] as const;
  for (const [what, [low, high]] of [
    ['The codes that enter', inputEnds],
    ['The weight codes of', weightEnds]
  ] as const) {
    if (bitsFor(low, high) <= 16) continue;
    const reason = `${what} ${name} need ${bitsFor(low, high)} bits once their zero point is subtracted, and the kernels have 16`;
    conflict(reason, 'Use 15 bits or fewer, or a symmetric signed scheme.');
  }
  const { accumulation } = layer;
  if (accumulation.kind !== 'limited') return;
  const products = inputEnds.flatMap((code) => weightEnds.map((weight) => code * weight));
  const productBits = bitsFor(Math.min(...products), Math.max(...products));
  if (accumulation.bits < productBits) {
    const reason = `An accumulator of ${accumulation.bits} bits cannot hold a single product of ${name}, which has up to ${productBits} bits`;
    conflict(
      reason,
      `Use ${productBits} bits or more for the accumulator, or fewer for weights and activations.`
    );
  }
  const tile = Math.min(accumulation.tile ?? 1, reductionLength(layer.shape));
  const room = accumulation.bits < 32 ? 2 ** 31 - 2 ** (accumulation.bits - 1) : 2 ** 31 - 1;
  if (tile * Math.max(...products.map(Math.abs)) > room) {
    conflict(
      `The exact sum of a tile of ${tile} products of ${name} and the accumulator can exceed 32 bits`,
      'Use smaller tiles.'
    );
  }
}
