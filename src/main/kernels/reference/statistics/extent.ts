import type { ObservedExtent } from '../../statistics-kernels.ts';

const positiveInfinity = ordered(0x7f800000);
const negativeInfinity = ordered(0xff800000 | 0);
const oneFloat = new Float32Array(1);
const oneInteger = new Int32Array(oneFloat.buffer);

/** Compares the bits of the values as whole numbers, which is faster and finds NaN and infinities as the extremes. */
export function extentOf(values: Float32Array): ObservedExtent {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let smallest = 0x7fffffff;
  let largest = -0x80000000;
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i]! ^ ((bits[i]! >> 31) & 0x7fffffff);
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  if (bits.length === 0 || smallest <= negativeInfinity || largest >= positiveInfinity)
    return finiteExtentOf(values);
  return { minimum: floatOf(smallest), maximum: floatOf(largest), allFinite: true, firstNaN: -1 };
}

/** The extent of values of which some are NaN or infinite. */
export function finiteExtentOf(values: Float32Array): ObservedExtent {
  let minimum = Infinity;
  let maximum = -Infinity;
  let allFinite = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! + 0;
    if (!Number.isFinite(value)) allFinite = false;
    else {
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
    }
  }
  return { minimum, maximum, allFinite, firstNaN: allFinite ? -1 : values.findIndex(Number.isNaN) };
}

/** Float32 bits as a whole number of the same order: the negative half of the bit patterns runs the other way. */
function ordered(bits: number): number {
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

function floatOf(value: number): number {
  oneInteger[0] = ordered(value);
  // Adding zero makes -0 the plain zero.
  return oneFloat[0]! + 0;
}
