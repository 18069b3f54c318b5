import type { Finish, KernelFunctions } from './integer-kernel-context.ts';

/** What assembly/accelerator/index.ts exports; addresses and counts, booleans as 0 and 1. */
export interface AcceleratorFunctions extends Pick<
  KernelFunctions,
  'heapBase' | 'padPlanes' | 'gatherPatches'
> {
  finishRows(...rest: Finish): void;
  gaussians(counters: number, key0: number, key1: number): void;
  clearFilling(patches: number, panels: number, pairs: number, filled: number, count: number): void;
  packColumns(
    codes: number,
    places: number,
    patches: number,
    columns: number,
    inputs: number,
    pairs: number,
    panels: number,
    subtracted: number
  ): void;
  sumColumns(patches: number, target: number, panels: number, pairs: number): void;
  sliceCodes(patches: number, target: number, pairs: number, shift: number, mask: number): void;
  sliceValues(...slice: SliceArguments): void;
  sliceRows(...slice: SliceArguments): void;
  squareTiles(operands: number, target: number, panels: number, pairs: number, tilePairs: number): void;
  runPass(
    pass: number,
    a: number,
    b: number,
    squares: number,
    positions: number,
    samples: number,
    sample: number,
    content: number,
    rows: number,
    panels: number,
    rowBytes: number,
    firstBlock: number,
    variance: number,
    scratch: number,
    statistics: number,
    histogram: number
  ): void;
  correctSums(
    content: number,
    rows: number,
    columns: number,
    rowBytes: number,
    step: number,
    factors: number,
    constants: number,
    activations: number
  ): void;
  transpose(
    rows: number,
    target: number,
    channels: number,
    columns: number,
    rowBytes: number,
    elementBytes: number
  ): void;
}

type SliceArguments = [
  patches: number,
  target: number,
  pairs: number,
  shift: number,
  mask: number,
  /** Of values, or bytes of a row. */
  last: number
];

/** Activations as one or more passes need them. */
export interface SliceProgram {
  /** `patches`: the codes as they were gathered. */
  readonly kind: 'patches' | 'codes' | 'values' | 'rows';
  readonly shift: number;
  readonly mask: number;
  /** Address of what a converter makes of codes, 0 for the codes themselves; or bytes of a row of a table. */
  readonly last: number;
  readonly hasSquares: boolean;
}

/** A pass: addresses of its parameters, weights and variances. */
export interface PassProgram {
  readonly parameters: number;
  /** Index of its activations among the slices, and of those whose squares its noise asks for. */
  readonly slice: number;
  readonly squared: number;
  /** For each group. */
  readonly weights: readonly number[];
  readonly variance: number;
}

/** How a layer gets its patches. */
export type GatherProgram =
  | {
      readonly kind: 'convolution';
      readonly channels: number;
      readonly height: number;
      readonly width: number;
      readonly top: number;
      readonly left: number;
      readonly paddedHeight: number;
      readonly paddedWidth: number;
      readonly border: number;
      readonly kernelOffsets: number;
      readonly positionOffsets: number;
      readonly arrangements: number;
      /** Number of each column's position, -1 for none. */
      readonly positionNumbers: number;
    }
  | { readonly kind: 'product'; readonly places: number; readonly rows: number };

/** A layer as numbers and addresses only, so that every thread can compute parts of it. */
export interface AcceleratorProgram {
  readonly gather: GatherProgram;
  readonly subtracted: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly positions: number;
  readonly channels: number;
  readonly groups: number;
  readonly elementBytes: number;
  readonly pairs: number;
  readonly tiles: number;
  readonly tilePairs: number;
  readonly panelsOfChunk: number;
  readonly filled: number;
  readonly filledCount: number;
  readonly slices: readonly SliceProgram[];
  readonly passes: readonly PassProgram[];
  readonly step: number;
  readonly factors: number;
  readonly constants: number;
  readonly isCorrected: boolean;
  readonly finishing: number;
  readonly finish: readonly [number, number, number, number, number];
  /** Bins of each thread's histogram; 0 for none. */
  readonly bins: number;
}

/** A batch of a program. */
export interface AcceleratorBatch {
  readonly input: number;
  readonly output: number;
  readonly samples: number;
  readonly firstSample: number;
  /** Address of an int32: the next part that no thread has taken yet. */
  readonly next: number;
}

/** Bytes of a thread's statistics: float64 clipped, overflows, and those of the bias; then int32 extremes. */
export const threadStatisticsBytes = 32;

const round64 = (bytes: number) => Math.ceil(bytes / 64) * 64;

/** Where a thread keeps what it works on, from the address of its area on. */
export interface ThreadArea {
  readonly statistics: number;
  readonly planes: number;
  readonly patches: number;
  readonly slices: readonly number[];
  readonly squares: readonly number[];
  readonly activations: number;
  readonly content: number;
  readonly results: number;
  readonly positions: number;
  readonly samples: number;
  readonly scratch: number;
  readonly histogram: number;
  readonly bytes: number;
}

/** gatherPatches reads up to this far beyond the last code. */
const overreadBytes = 64;

export function threadArea(program: AcceleratorProgram, address: number): ThreadArea {
  let end = round64(address);
  const area = (bytes: number) => {
    const start = end;
    end = round64(end + bytes);
    return start;
  };
  const { gather, panelsOfChunk: panels, pairs, tiles, channels, groups, elementBytes } = program;
  const isConvolution = gather.kind === 'convolution';
  const statistics = area(threadStatisticsBytes);
  const planes = area(
    isConvolution ? gather.channels * gather.paddedHeight * gather.paddedWidth * 2 + overreadBytes : 0
  );
  const patches = area(panels * pairs * 32);
  const slices = program.slices.map(({ kind }) => {
    if (kind === 'patches') return patches;
    return area(panels * pairs * (kind === 'codes' ? 32 : 64));
  });
  const squares = program.slices.map(({ hasSquares }) => (hasSquares ? area(panels * tiles * 32) : 0));
  const activations = area(panels * 32);
  const content = area((channels / groups) * panels * 32);
  const results = area(isConvolution ? 0 : channels * panels * 8 * elementBytes);
  const positions = area(isConvolution ? 0 : panels * 32);
  const samples = area(isConvolution ? 0 : panels * 32);
  const scratch = area(64 + tiles * 256);
  const histogram = program.bins === 0 ? 0 : area(program.bins * 4);
  return {
    ...{ statistics, planes, patches, slices, squares, activations, content },
    ...{ results, positions, samples, scratch, histogram },
    bytes: end - address
  };
}
