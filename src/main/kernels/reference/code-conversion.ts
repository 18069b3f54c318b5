import { f32, rint } from '../../numeric/float32.ts';
import type { CodeConversion } from '../code-conversion.ts';

/** The plain reference of the conversion of codes: one value after the other. */
export const referenceConversion: CodeConversion = {
  valuesToCodes(values, { scale, zeroPoint, low, high }, codes) {
    for (let i = 0; i < values.length; i++) {
      const scaled = f32(values[i]! / scale);
      if (Number.isNaN(scaled)) return i;
      codes[i] = Math.min(Math.max(rint(scaled) + zeroPoint, low), high);
    }
    return -1;
  },
  codesToValues(codes, { scale, zeroPoint }, values) {
    for (let i = 0; i < codes.length; i++) values[i] = (codes[i]! - zeroPoint) * scale;
  }
};
