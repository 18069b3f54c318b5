import { BitlabError } from '../../../contract/index.ts';

/** The smallest and the largest finite value; minimum above maximum where there is none. */
export interface Extent {
  readonly minimum: number;
  readonly maximum: number;
}

/** The extent of values, and whether all of them were finite. */
export interface ObservedExtent extends Extent {
  readonly allFinite: boolean;
}

export const nothingObserved: ObservedExtent = { minimum: Infinity, maximum: -Infinity, allFinite: true };

const positiveInfinity = ordered(0x7f800000);
const negativeInfinity = ordered(0xff800000 | 0);
const oneFloat = new Float32Array(1);
const oneInteger = new Int32Array(oneFloat.buffer);

/**
 * The smallest and the largest value, infinities left out: they would make the range infinite, and are clamped anyway.
 * Compares the bits of the values as whole numbers, which is faster and finds NaN and infinities as the extremes.
 * @throws BitlabError VALUES_NAN
 */
export function extentOf(values: Float32Array): ObservedExtent {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let smallest = 0x7fffffff;
  let largest = -0x80000000;
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i]! ^ ((bits[i]! >> 31) & 0x7fffffff);
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  if (bits.length === 0) return nothingObserved;
  if (smallest <= negativeInfinity || largest >= positiveInfinity) return finiteExtentOf(values);
  return { minimum: floatOf(smallest), maximum: floatOf(largest), allFinite: true };
}

export function union(a: Extent, b: Extent): Extent {
  return { minimum: Math.min(a.minimum, b.minimum), maximum: Math.max(a.maximum, b.maximum) };
}

function finiteExtentOf(values: Float32Array): ObservedExtent {
  let minimum = Infinity;
  let maximum = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) throw new BitlabError('VALUES_NAN', { index: i });
    if (!Number.isFinite(value)) continue;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return { minimum, maximum, allFinite: false };
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
