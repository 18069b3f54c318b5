import type { HistogramQuantizer, ValueHistogram } from '../../contract/index.ts';
import { clipEnds, levelsOfScale } from './quantizer-levels.ts';
import type { Quantizer } from './quantizer.ts';

/** Enough to see the shape of a distribution, and few enough that each bin is a visible bar. */
const mostBins = 160;
const leastBins = 24;
/** Beyond this, levels are not listed. */
const mostLevels = 1024;

/** Values with the quantizer that is to take them. */
export interface ToBeQuantized {
  readonly values: Float32Array;
  readonly quantizer: Quantizer | null;
  /** The code that each value goes to; null where nothing is quantized. */
  readonly codes: Int32Array | null;
  /** Which of the quantizer's scales value i has. */
  readonly scaleOf: (i: number) => number;
  /** The only scale that occurs, or null for several. */
  readonly scale: number | null;
}

/** Counts values in bins of equal widths, and says where the levels of their quantizer lie among them. */
export function valueHistogram(given: ToBeQuantized): ValueHistogram {
  const { values, quantizer, scale } = given;
  const isCode = quantizer !== null && scale === null;
  const places = isCode ? inCodes(given, quantizer) : values;
  let minimum = Infinity;
  let maximum = -Infinity;
  let zeros = 0;
  for (let i = 0; i < places.length; i++) {
    minimum = Math.min(minimum, places[i]!);
    maximum = Math.max(maximum, places[i]!);
    if (values[i] === 0) zeros++;
  }
  if (values.length === 0) minimum = maximum = 0;
  // Around one value that is all there is: wide enough to be a range, however large it is.
  const margin = minimum < maximum ? 0 : Math.max(0.5, Math.abs(minimum) / 2);
  const [start, end] = [minimum - margin, maximum + margin];
  return {
    unit: isCode ? 'code' : 'value',
    values: values.length,
    zeros,
    zero: isCode ? commonZero(quantizer) : 0,
    minimum,
    maximum,
    start,
    end,
    counts: counted(places, values, start, end),
    quantizer: quantizer === null ? null : described(given, quantizer, places)
  };
}

/** Each value in steps of its scale, from where the code 0 lies. */
function inCodes({ values, scaleOf }: ToBeQuantized, { scale, zeroPoint }: Quantizer): Float64Array {
  const places = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const of = scaleOf(i);
    places[i] = values[i]! / scale[of]! + zeroPoint[of]!;
  }
  return places;
}

/** The code of zero where all scales have the same. */
function commonZero({ zeroPoint }: Quantizer): number | null {
  return zeroPoint.every((zero) => zero === zeroPoint[0]) ? zeroPoint[0]! : null;
}

/** Without the values that are exactly zero. */
function counted(places: ArrayLike<number>, values: Float32Array, start: number, end: number): number[] {
  const bins = Math.max(leastBins, Math.min(mostBins, 2 * Math.ceil(Math.sqrt(places.length))));
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < places.length; i++)
    if (values[i] !== 0)
      counts[Math.max(0, Math.min(Math.floor(((places[i]! - start) / (end - start)) * bins), bins - 1))]!++;
  return counts;
}

function described(
  { codes, scale }: ToBeQuantized,
  quantizer: Quantizer,
  places: ArrayLike<number>
): HistogramQuantizer {
  const { bits, low, high, grid } = quantizer;
  const levels = scale === null ? levelsInCodes(quantizer) : levelsOfScale(quantizer, scale);
  const { lowest, highest } = clipEnds(levels);
  let clippedBelow = 0;
  let clippedAbove = 0;
  for (let i = 0; i < places.length; i++) {
    if (places[i]! < lowest) clippedBelow++;
    else if (places[i]! > highest) clippedAbove++;
  }
  const levelCount = high - low + 1;
  return {
    bits,
    scale: scale === null ? null : quantizer.scale[scale]!,
    zeroPoint: scale === null ? null : quantizer.zeroPoint[scale]!,
    levels: levelCount > mostLevels ? [] : [...levels],
    levelCount,
    evenlySpaced: grid === undefined,
    firstLevel: levels[0]!,
    lastLevel: levels.at(-1)!,
    lowest,
    highest,
    clippedBelow,
    clippedAbove,
    levelsUsed: codes === null ? 0 : new Set(codes).size
  };
}

/** The levels as `inCodes` places them. */
function levelsInCodes({ low, high, grid }: Quantizer): Float64Array {
  return grid?.levels ?? Float64Array.from({ length: high - low + 1 }, (_, i) => low + i);
}
