import type { CodeConversion } from './code-conversion.ts';
import type { KernelFunctions } from './integer-kernel-context.ts';
import type { KernelMemory } from './kernel-memory.ts';
import { referenceConversion } from './reference/code-conversion.ts';

/** Values that are converted at a time, in memory that stays in the first-level cache. */
const atOnce = 4096;

/** The conversion in WebAssembly: part after part is copied into the kernels' memory, converted there and copied out. */
export function compiledConversion(functions: KernelFunctions, memory: KernelMemory): CodeConversion {
  const valuesAt = memory.allocate(atOnce * 4).address;
  const codesAt = memory.allocate(atOnce * 2).address;
  // Memory that is shared stays where it is when it grows, so that views of it stay, too.
  const valuesThere = memory.float32(valuesAt, atOnce);
  const codesThere = memory.int16(codesAt, atOnce);
  return {
    valuesToCodes(values, grid, codes) {
      const { scale, zeroPoint, low, high } = grid;
      for (let start = 0; start < values.length; start += atOnce) {
        const part = values.subarray(start, start + atOnce);
        valuesThere.set(part);
        const hasNaN = functions.valuesToCodes(
          ...([valuesAt, codesAt, part.length, scale, zeroPoint, low, high] as const)
        );
        if (hasNaN !== 0) return start + referenceConversion.valuesToCodes(part, grid, codes.subarray(start));
        codes.set(codesThere.subarray(0, part.length), start);
      }
      return -1;
    },
    codesToValues(codes, { scale, zeroPoint }, values) {
      for (let start = 0; start < codes.length; start += atOnce) {
        const part = codes.subarray(start, start + atOnce);
        codesThere.set(part);
        functions.codesToValues(codesAt, valuesAt, part.length, scale, zeroPoint);
        values.set(valuesThere.subarray(0, part.length), start);
      }
    }
  };
}
