import type { AcceleratorSettings } from '../../../contract/index.ts';
import type { TileConverter } from '../../kernels/accelerator-kernels.ts';
import { f32, float32Epsilon, rint } from '../../numeric/float32.ts';

/** The ends of a converter in products of slice codes. */
export interface SumRange {
  readonly low: number;
  readonly high: number;
}

/** A converter with evenly spaced levels, all whole multiples of the step, so that 0 is a level wherever the range has it. */
export interface Levels {
  /** Products of slice codes from level to level, at least 1. */
  readonly step: number;
  /** The outermost levels, in steps. */
  readonly low: number;
  readonly high: number;
}

/**
 * The levels of a converter: (high - low) / (levels - 1) apart, 2^bits of them, moved by up to half a step so that 0 is one of
 * them (a range from 0 on stays where it is). Sums of codes are whole numbers, so a step below 1 would resolve nothing: it is 1
 * then, every whole number of the range is a level, and a converter of activation bits + weight bits + ceil(log2 N) bits at
 * full scale reads every sum exactly.
 * @param narrow one level less, so that there are as many below 0 as above
 */
export function levelsOf({ low, high }: SumRange, bits: number, narrow: boolean): Levels {
  const count = 2 ** bits - Number(narrow);
  const step = Math.max((high - low) / Math.max(count - 1, 1), 1);
  const lowest = rint(low / step) + 0;
  return { step, low: lowest, high: Math.min(lowest + count - 1, Math.ceil(high / step)) };
}

/** A converter, and the products that one of its levels stands for. */
export interface SumReading {
  readonly converter: TileConverter;
  readonly step: number;
  /** Bits below the point, of an ideal converter: step is 2^-fractionBits. */
  readonly fractionBits: number;
}

/**
 * @param isWhole whether sums are whole numbers when they reach the converter
 * @param transfer imported: the value in units of full scale at which each code stands, ascending; null for even levels
 * @param bounds the largest magnitudes that the register and the sum of a tile can reach, in products, where nothing errs: an
 *   ideal converter keeps fractions below them
 */
export function sumReading(
  adc: AcceleratorSettings['adc'],
  range: SumRange,
  fullScaleSum: number,
  isWhole: boolean,
  transfer: readonly number[] | null,
  bounds: { readonly content: number; readonly tileSum: number }
): SumReading {
  if (adc.bits === 'ideal') return isWhole ? wholeReading : idealReading(bounds.content, bounds.tileSum);
  if (transfer !== null) {
    // Codes are taken for evenly spaced levels, wherever the table says that they stand.
    const step = (range.high - range.low) / (transfer.length - 1);
    const thresholds = transferThresholds(transfer, adc.rounding, fullScaleSum);
    return {
      converter: { kind: 'thresholds', thresholds, low: rint(range.low / step) + 0 },
      step,
      fractionBits: 0
    };
  }
  const { step, low, high } = levelsOf(range, adc.bits, adc.narrow);
  if (isWhole && step === 1) return { converter: { kind: 'whole', low, high }, step, fractionBits: 0 };
  const perLevel = levelsPerProduct(step, adc.rounding);
  const ends = { low: f32(low), high: f32(high) };
  return { converter: { kind: 'levels', perLevel, rounding: adc.rounding, ...ends }, step, fractionBits: 0 };
}

/** 1 / step as float32; for `floor` the next one above, so that a sum that is a level is not read as the one below. */
function levelsPerProduct(step: number, rounding: 'nearest' | 'floor'): number {
  const nearest = f32(1 / step);
  return rounding === 'floor' && nearest * step < 1 ? f32(nearest * (1 + float32Epsilon)) : nearest;
}

const wholeReading: SumReading = {
  converter: { kind: 'whole', low: -(2 ** 31), high: 2 ** 31 - 1 },
  step: 1,
  fractionBits: 0
};

/** Fractions of a product, as fine as 32 bits hold beside the largest sum; sums of up to twice the largest pass. */
function idealReading(bound: number, tileSum: number): SumReading {
  const fractionBits = Math.min(Math.max(28 - Math.ceil(Math.log2(bound)), 0), 16);
  const perLevel = 2 ** fractionBits;
  const end = f32(Math.min(2 * tileSum * perLevel, 2 ** 30));
  return {
    converter: { kind: 'levels', perLevel, rounding: 'nearest', low: -end, high: end },
    step: 1 / perLevel,
    fractionBits
  };
}

/** Where a converter goes from each code to the next: midway between its values, or at the next value for `floor`. */
function transferThresholds(
  transfer: readonly number[],
  rounding: 'nearest' | 'floor',
  fullScaleSum: number
): Float32Array {
  return Float32Array.from({ length: transfer.length - 1 }, (_, code) => {
    const [value, next] = [transfer[code]!, transfer[code + 1]!];
    return fullScaleSum * (rounding === 'floor' ? next : (value + next) / 2);
  });
}
