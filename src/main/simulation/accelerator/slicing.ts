/** Neighbouring bits of an operand that a converter sets at once. */
export interface Slice {
  /** Of its lowest bit. */
  readonly shift: number;
  readonly bits: number;
  /** The code at full scale of the converter that sets it. */
  readonly largest: number;
}

/**
 * An operand from 0 to `largest` in slices, the lowest bits first. One slice that holds the whole operand has its largest code
 * at full scale; several are set by one kind of converter, whose full scale is 2^sliceBits - 1 whatever the slice holds.
 * @param sliceBits null does not slice
 */
export function slicesOf(largest: number, sliceBits: number | null): Slice[] {
  const bits = Math.max(32 - Math.clz32(largest), 1);
  if (sliceBits === null || sliceBits >= bits) return [{ shift: 0, bits, largest: Math.max(largest, 1) }];
  return Array.from({ length: Math.ceil(bits / sliceBits) }, (_, i) => ({
    shift: i * sliceBits,
    bits: sliceBits,
    largest: 2 ** sliceBits - 1
  }));
}

/** The bits of a slice, of an operand of 0 or more. */
export const sliceCode = (operand: number, { shift, bits }: Slice): number =>
  (operand >> shift) & (2 ** bits - 1);
