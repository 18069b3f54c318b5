import type { CodeDifference, CodeMap } from '../../../contract/index.ts';

/** @param codes as many as `expected` */
export function difference(expected: Int16Array, codes: Int16Array): CodeDifference {
  let differing = 0;
  let largest = 0;
  expected.forEach((code, i) => {
    const distance = Math.abs(code - codes[i]!);
    if (distance > 0) differing++;
    if (distance > largest) largest = distance;
  });
  return { differing, share: differing / expected.length, largest };
}

/** All samples together, each with as many codes. */
export function totalDifference(differences: readonly CodeDifference[]): CodeDifference {
  return {
    differing: differences.reduce((sum, { differing }) => sum + differing, 0),
    share: differences.reduce((sum, { share }) => sum + share, 0) / differences.length,
    largest: differences.reduce((most, { largest }) => Math.max(most, largest), 0)
  };
}

/** How the channels of an output lie over its positions. */
export interface MapShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * The output of a layer as a picture: a convolution has channels of height x width (or of one row), any other layer rows of outputs.
 * @param outputShape for one sample
 */
export function mapShape(operator: string, outputShape: readonly number[]): MapShape {
  const width = outputShape.at(-1) ?? 1;
  const rows = outputShape
    .slice(operator === 'Conv' ? 1 : 0, -1)
    .reduce((product, extent) => product * extent, 1);
  return { channels: operator === 'Conv' ? outputShape[0]! : 1, height: rows, width };
}

/** The differences of one sample, and where they are. @param codes (channels, height, width) */
export function differenceMap(
  expected: Int16Array,
  codes: Int16Array,
  { channels, height, width }: MapShape
): CodeMap {
  const positions = height * width;
  const largestAt = new Array<number>(positions).fill(0);
  for (let i = 0; i < channels * positions; i++) {
    const at = i % positions;
    largestAt[at] = Math.max(largestAt[at]!, Math.abs(expected[i]! - codes[i]!));
  }
  return { ...difference(expected, codes), largestAt };
}
