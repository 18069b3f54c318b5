import type { AcceleratorSettings } from '../../../contract/index.ts';
import { f32 } from '../../numeric/float32.ts';
import { isStraight, operandValues } from './converters.ts';
import { crosstalkGains } from './crosstalk.ts';
import { programmingErrors } from './programming.ts';
import type { Rail } from './signs.ts';
import { sliceCode, type Slice } from './slicing.ts';

/** The weights of a layer as one set of devices holds them. */
export interface WeightOperands {
  /** (channels, reduction length) in the order of the reduction, in units of slice codes. */
  readonly values: Float64Array;
  /** Whether all are whole numbers whatever the seed. */
  readonly isWhole: boolean;
}

/** What of the settings changes a weight on its way to a product. */
type Devices = Pick<AcceleratorSettings, 'weightReach' | 'crosstalk' | 'noise' | 'tile'> & {
  readonly converter: AcceleratorSettings['converters']['weights'];
};

/** Which set of devices these are, for what is drawn once for each. */
export interface ProgrammedAt {
  readonly seed: number;
  readonly layer: number;
  readonly rail: number;
}

/**
 * A slice of a rail: its code through the converter, no further than the device reaches, with the errors of programming it, times
 * what leaks to its neighbours. A signed rail is two devices, the one without the weight at code 0; the errors of the pair
 * are those of one device.
 * @param codes (channels, reduction length) weight codes in the order of the reduction
 */
export function weightOperands(
  codes: Int32Array,
  channels: number,
  rail: Rail,
  slice: Slice,
  { weightReach, crosstalk, noise, tile, converter }: Devices,
  transfer: readonly number[] | null,
  { seed, layer, rail: index }: ProgrammedAt
): WeightOperands {
  const length = codes.length / channels;
  const reach = weightReach * slice.largest;
  const held = operandValues(slice, converter, transfer).map((value) => Math.min(value, f32(reach)));
  const gains = crosstalk === null ? null : crosstalkGains(crosstalk, tile);
  const isProgrammed = noise.programming > 0 || noise.programmingProportional > 0;
  const errors = isProgrammed ? programmingErrors(seed, layer, index, channels, length) : null;
  const proportional =
    errors === null ? null : programmingErrors(seed, layer, index | 0x8000, channels, length);
  const values = new Float64Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    const operand = rail.operand(codes[i]!);
    const sliced = sliceCode(Math.abs(operand), slice);
    // The other side of a pair is at code 0, which an imported converter may not set to 0.
    const magnitude = rail.isSigned ? held[sliced]! - held[0]! : held[sliced]!;
    let value = operand < 0 ? -magnitude : magnitude;
    if (errors !== null) {
      const additive = noise.programming * slice.largest * errors[i]!;
      value += additive + noise.programmingProportional * value * proportional![i]!;
    }
    values[i] = gains === null ? value : value * gains[(i % length) % tile]!;
  }
  const isWhole = errors === null && gains === null && isStraight(held.subarray(0, slice.largest + 1));
  return { values, isWhole };
}
