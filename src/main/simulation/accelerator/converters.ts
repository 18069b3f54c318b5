import { BitlabError, type ConverterSettings } from '../../../contract/index.ts';
import { f32 } from '../../numeric/float32.ts';
import type { Slice } from './slicing.ts';

/**
 * What a digital-to-analog converter sets for each code of a slice, in units of the code, float32.
 * - straight: the code itself, exact, however many bits the converter has beyond those of the slice
 * - nonlinearity n: u + 4 n u (1 - u) at u = code / largest, the parabola whose largest deviation n stands in the middle
 * - transfer: the imported value of each converter code in units of full scale; a converter of more bits than the slice is
 *   driven with the slice's bits at its upper end
 * @param transfer value of each code, or null
 * @throws BitlabError CONFIGURATION_CONFLICT where it has too few codes
 */
export function operandValues(
  { largest, bits }: Slice,
  { nonlinearity, bits: converterBits }: ConverterSettings,
  transfer: readonly number[] | null
): Float32Array {
  const codes = 2 ** bits;
  const spare = Math.max((converterBits ?? bits) - bits, 0);
  if (transfer !== null && transfer.length <= largest * 2 ** spare) {
    throw new BitlabError('CONFIGURATION_CONFLICT', {
      reason: `A transfer table has ${transfer.length} codes, and the converter is driven with codes up to ${largest * 2 ** spare}`,
      advice: 'Import a table of all codes, or cut operands by accelerator.slicing to what it has.'
    });
  }
  return Float32Array.from({ length: codes }, (_, code) => {
    if (transfer !== null) {
      return f32(transfer[Math.min(code * 2 ** spare, transfer.length - 1)]! * largest);
    }
    const u = code / largest;
    return f32(code + 4 * nonlinearity * u * (1 - u) * largest);
  });
}

/** Whether every code is set exactly. */
export const isStraight = (values: Float32Array): boolean => values.every((value, code) => value === code);
