import { BitlabError, type AcceleratorSettings, type LinkSettings } from '../../../contract/index.ts';
import {
  type AcceleratorLayer,
  type TileConverter,
  type TilePass
} from '../../kernels/accelerator-kernels.ts';
import type { IntegerLayer } from '../../kernels/integer-kernels.ts';
import { outputChannels, reductionIndices, reductionLength } from '../../kernels/layer-shape.ts';
import { sumReading, type SumRange } from './analog-to-digital.ts';
import { isStraight, operandValues } from './converters.ts';
import type { Measurements } from './measurements.ts';
import { productTable } from './product-table.ts';
import { randomKey, randomSources } from './random-sources.ts';
import { signScheme, type Rail } from './signs.ts';
import { slicesOf, sliceCode, type Slice } from './slicing.ts';
import type { SumNoise } from './sum-noise.ts';
import { fullScaleOf, hasReadNoise, tileNoise, type FullScale } from './tile-errors.ts';
import { weightOperands } from './weight-operands.ts';

/** The noise of a link at its operating point, for tiles of `tile` elements by `units` dot products. */
export type LinkNoise = (link: LinkSettings, tile: number, units: number) => SumNoise;

/** What the hardware of a run is computed with. */
export interface AcceleratorContext {
  readonly linkNoise: LinkNoise;
  readonly measurements: Measurements;
  readonly seed: number;
}

/** A layer in whole numbers, and what must be known of its weights' codes. */
export interface LayerOnCodes {
  readonly name: string;
  /** Index among all layers of the network. */
  readonly index: number;
  /** With exact products and codes as they are. */
  readonly integer: IntegerLayer;
  readonly weights: { readonly bits: number; readonly low: number; readonly high: number };
}

/** A layer on hardware. */
export interface CompiledLayer {
  readonly layer: AcceleratorLayer;
  /** Full scale of the tile's sum, in products of slice codes. */
  readonly fullScaleSum: number;
  /** The ends of the converter, in the same; null for an ideal one. */
  readonly range: SumRange | null;
}

/**
 * Puts a layer on hardware: its stages in the order in which signals pass.
 * @param calibrated the ends that calibration found, in products of slice codes; null before it was calibrated, and then the
 *   converter is taken to be ideal where it asks for a calibrated range
 * @throws BitlabError CONFIGURATION_CONFLICT that names the layer, where codes, slices or sums do not fit
 */
export function compileLayer(
  description: LayerOnCodes,
  accumulator: AcceleratorLayer['accumulator'],
  settings: AcceleratorSettings,
  { linkNoise, measurements, seed }: AcceleratorContext,
  calibrated: SumRange | null
): CompiledLayer {
  const { name, index, integer, weights } = description;
  const { tile, noise, adc } = settings;
  const channels = outputChannels(integer.shape);
  const length = reductionLength(integer.shape);
  const order = settings.reduction === 'channel-innermost' ? 'channel-innermost' : 'channel-outermost';
  const indices = reductionIndices(integer.shape, order);
  const codes = new Int32Array(integer.weights.length);
  for (let first = 0; first < codes.length; first += length) {
    for (let k = 0; k < length; k++) codes[first + k] = integer.weights[first + indices[k]!]!;
  }
  const activationSlices = slicesOf(integer.input.high - integer.input.low, settings.slicing.activations);
  const signs = signScheme(settings.signs, weights.bits, weights.low, weights.high);
  const link =
    settings.link === null
      ? { additive: 0, shot: 0, proportional: 0 }
      : linkNoise(settings.link, tile, settings.units ?? tile);
  const isNoisy = hasReadNoise(noise, link);
  const noiseTable = noise.table === null ? null : measurements.noise(noise.table);
  const transferOf = (side: 'activations' | 'weights') => {
    const { transfer } = settings.converters[side];
    return transfer === null ? null : measurements.transfer(transfer);
  };
  const activationValues = activationSlices.map((slice) =>
    operandValues(slice, settings.converters.activations, transferOf('activations'))
  );

  const devices = signs.rails.flatMap((rail, r) =>
    slicesOf(rail.largest, settings.slicing.weights).map((slice, s) => ({
      rail,
      slice,
      operands: weightOperands(
        codes,
        channels,
        rail,
        slice,
        { ...settings, converter: settings.converters.weights },
        transferOf('weights'),
        { seed, layer: index, rail: r * 16 + s }
      )
    }))
  );
  const isProportional = noise.inputProportional > 0 || noise.weightProportional > 0;
  const isWhole =
    settings.products === null &&
    !isProportional &&
    activationValues.every(isStraight) &&
    devices.every(({ operands }) => operands.isWhole);
  const isTable = settings.products !== null;
  const measured = settings.products === null ? null : measurements.products(settings.products);

  const passes: TilePass[] = [];
  for (const [d, { rail, slice, operands }] of devices.entries()) {
    for (const [a, activationSlice] of activationSlices.entries()) {
      checkOperands(name, activationSlice, slice);
      const fullScale = fullScaleOf(tile, activationSlice.largest, slice.largest);
      const table =
        measured === null ? null : productTable(name, measured, activationSlice, slice, rail.isSigned);
      const placed = isTable ? tableColumns(codes, rail, slice) : operands.values;
      passes.push({
        activationShift: activationSlice.shift,
        activationMask: 2 ** activationSlice.bits - 1,
        activationValues: isStraight(activationValues[a]!) || isTable ? null : activationValues[a]!,
        weights: asTheyLie(placed, indices, length, isWhole || isTable ? Int16Array : Float32Array),
        products: table,
        shift: activationSlice.shift + slice.shift,
        isNegative: rail.isNegative,
        index: d * 16 + a,
        noise: isNoisy ? tileNoise(noise, link, noiseTable, fullScale, operands.values, channels, tile) : null
      });
    }
  }

  const fullScale = fullScaleOf(tile, activationSlices[0]!.largest, devices[0]!.slice.largest);
  const content = largestContent(activationSlices, devices, length);
  const tileSum = Math.min(length, tile) * fullScale.activation * fullScale.weight;
  const range = rangeOf(adc, fullScale, settings.signs === 'differential', calibrated);
  const reading = sumReading(
    range === null ? { ...adc, bits: 'ideal' } : adc,
    range ?? { low: 0, high: 0 },
    fullScale.sum,
    isWhole && !isNoisy,
    range === null || adc.transfer === null ? null : adcTransfer(adc, measurements.transfer(adc.transfer)),
    { content, tileSum }
  );
  checkSums(name, content, tileSum, reading.converter);

  const sumOfWeights = sumsOfWeights(integer, channels, length);
  const { zeroPoint, low } = integer.input;
  return {
    layer: {
      shape: integer.shape,
      order,
      tile,
      input: integer.input,
      passes,
      converter: reading.converter,
      // The register has its bits for products; fractions of an ideal converter come below them.
      accumulator: {
        ...accumulator,
        bits: Math.min(accumulator.bits + reading.fractionBits, 32)
      },
      step: reading.step,
      positionFactors: Int32Array.from(
        { length: channels },
        (_, channel) => signs.offset + weightZeroPoint(integer, channel)
      ),
      // The activations of the hardware are codes - low, those of the sum codes - zero point.
      constants: sumOfWeights.map((sum, channel) =>
        Math.imul(low - zeroPoint, sum - length * weightZeroPoint(integer, channel))
      ),
      bias: integer.bias,
      offset: integer.offset,
      output: integer.output,
      key: randomKey(seed, randomSources.read, index),
      histogram: null
    },
    fullScaleSum: fullScale.sum,
    range
  };
}

const weightZeroPoint = ({ weightZeroPoints }: IntegerLayer, channel: number) =>
  weightZeroPoints[weightZeroPoints.length === 1 ? 0 : channel]!;

function sumsOfWeights({ weights }: IntegerLayer, channels: number, length: number): Int32Array {
  return Int32Array.from({ length: channels }, (_, channel) =>
    weights.subarray(channel * length, (channel + 1) * length).reduce((sum, weight) => sum + weight, 0)
  );
}

/** From the order of the reduction to the order in which weights lie. */
function asTheyLie(
  placed: Float64Array,
  indices: Int32Array,
  length: number,
  Kind: typeof Int16Array | typeof Float32Array
): Int16Array | Float32Array {
  const weights = new Kind(placed.length);
  for (let first = 0; first < placed.length; first += length) {
    for (let k = 0; k < length; k++) weights[first + indices[k]!] = placed[first + k]!;
  }
  return weights;
}

/** Which column of a table of products a weight has: its slice code, counted from the lowest one on a signed rail. */
function tableColumns(codes: Int32Array, rail: Rail, slice: Slice): Float64Array {
  return Float64Array.from(codes, (code) => {
    const operand = rail.operand(code);
    const magnitude = sliceCode(Math.abs(operand), slice);
    return rail.isSigned ? (operand < 0 ? -magnitude : magnitude) + 2 ** slice.bits - 1 : magnitude;
  });
}

/** The ends of the converter; null where it is ideal, or not calibrated yet. */
function rangeOf(
  adc: AcceleratorSettings['adc'],
  { sum }: FullScale,
  isSigned: boolean,
  calibrated: SumRange | null
): SumRange | null {
  if (adc.bits === 'ideal') return null;
  switch (adc.range) {
    case 'full-scale':
      return { low: isSigned ? -sum : 0, high: sum };
    case 'fixed':
      return { low: adc.low * sum, high: adc.high * sum };
    case 'calibrated':
      return calibrated;
  }
}

/** @throws BitlabError CONFIGURATION_CONFLICT where a table is not one of the converter's */
function adcTransfer(
  { bits, narrow }: AcceleratorSettings['adc'],
  transfer: readonly number[]
): readonly number[] {
  const codes = 2 ** (bits as number) - Number(narrow);
  if (transfer.length === codes) return transfer;
  return conflict(
    `The transfer table of the analog-to-digital converter has ${transfer.length} codes, and the converter ${codes}`,
    'Set accelerator.adc.bits to what the table has.'
  );
}

/** The largest magnitude that the register can reach where nothing errs, in products. */
function largestContent(
  activations: readonly Slice[],
  devices: readonly { readonly slice: Slice }[],
  length: number
): number {
  let bound = 1;
  for (const { slice } of devices) {
    for (const activation of activations) {
      bound += length * activation.largest * slice.largest * 2 ** (activation.shift + slice.shift);
    }
  }
  return bound;
}

function checkOperands(name: string, activation: Slice, weight: Slice): void {
  for (const [what, { bits }, setting] of [
    ['activations', activation, 'slicing.activations'],
    ['weights', weight, 'slicing.weights']
  ] as const) {
    if (bits <= 15) continue;
    conflict(
      `The ${what} of ${name} have ${bits} bits at once, and the kernels multiply 15`,
      `Set accelerator.${setting} to 15 bits or fewer, or use fewer bits.`
    );
  }
}

function checkSums(name: string, content: number, tileSum: number, { kind }: TileConverter): void {
  if (tileSum >= 2 ** 31) {
    conflict(
      `The sum of a tile of ${name} can exceed 32 bits`,
      'Use a smaller accelerator.tile, or slices of fewer bits.'
    );
  }
  if (kind !== 'whole' && content >= 2 ** 31) {
    conflict(`The sums of ${name} can exceed 32 bits`, 'Use fewer bits for weights or activations.');
  }
}

function conflict(reason: string, advice: string): never {
  throw new BitlabError('CONFIGURATION_CONFLICT', { reason, advice });
}
