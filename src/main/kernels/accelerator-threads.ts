import type { KernelMemory } from './kernel-memory.ts';
import {
  threadArea,
  type AcceleratorBatch,
  type AcceleratorFunctions,
  type AcceleratorProgram,
  type GatherProgram,
  type ThreadArea
} from './accelerator-program.ts';

/** How many parts a batch is cut into: each is some panels of positions, of one sample in a convolution. */
export function partCount(
  program: AcceleratorProgram,
  { samples }: Pick<AcceleratorBatch, 'samples'>
): number {
  const { gather, positions, panelsOfChunk } = program;
  const chunks = (columns: number) => Math.ceil(Math.ceil(columns / 8) / panelsOfChunk);
  return gather.kind === 'convolution' ? samples * chunks(positions) : chunks(positions * samples);
}

/**
 * Computes parts of a batch until all are taken, and pauses after each; several threads do so at a time.
 * @param address of this thread's area
 */
export function* takenParts(
  functions: AcceleratorFunctions,
  memory: KernelMemory,
  program: AcceleratorProgram,
  batch: AcceleratorBatch,
  address: number
): Generator<void, void> {
  const area = threadArea(program, address);
  memory.float64(area.statistics, 4).fill(0);
  if (program.bins > 0) memory.int32(area.histogram, program.bins).fill(0);
  const next = memory.int32(batch.next, 1);
  const parts = partCount(program, batch);
  const part = { functions, memory, program, batch, area };
  let padded = -1;
  for (let taken = Atomics.add(next, 0, 1); taken < parts; taken = Atomics.add(next, 0, 1)) {
    if (program.gather.kind === 'product') {
      productPart(part, program.gather, taken);
      yield;
      continue;
    }
    const chunks = parts / batch.samples;
    const sample = Math.floor(taken / chunks);
    if (sample !== padded) padSample(part, program.gather, sample);
    padded = sample;
    convolutionPart(part, program.gather, sample, taken % chunks);
    yield;
  }
}

interface Part {
  readonly functions: AcceleratorFunctions;
  readonly memory: KernelMemory;
  readonly program: AcceleratorProgram;
  readonly batch: AcceleratorBatch;
  readonly area: ThreadArea;
}

type Convolution = Extract<GatherProgram, { kind: 'convolution' }>;

function padSample({ functions, program, batch, area }: Part, gather: Convolution, sample: number): void {
  const { channels, height, width, top, left, paddedHeight, paddedWidth, border } = gather;
  functions.padPlanes(
    ...([
      batch.input + sample * program.inputs * 2,
      area.planes,
      channels,
      height,
      width,
      top,
      left
    ] as const),
    ...([paddedHeight, paddedWidth, program.subtracted, border] as const)
  );
}

function convolutionPart(part: Part, gather: Convolution, sample: number, chunk: number): void {
  const { functions, program, batch, area } = part;
  const { positions, groups, channels, panelsOfChunk, elementBytes } = program;
  const first = chunk * panelsOfChunk;
  const panels = Math.min(panelsOfChunk, Math.ceil(positions / 8) - first);
  const groupBytes = (gather.channels / groups) * gather.paddedHeight * gather.paddedWidth * 2;
  for (let group = 0; group < groups; group++) {
    functions.gatherPatches(
      area.planes + group * groupBytes,
      gather.kernelOffsets,
      gather.positionOffsets + first * 32,
      gather.arrangements + first * 4,
      program.pairs,
      panels,
      area.patches
    );
    const columns = { positions: gather.positionNumbers + first * 32, samples: 0 };
    sumPanels(part, group, panels, columns, batch.firstSample + sample);
    const channel = (group * channels) / groups;
    const target = batch.output + ((sample * channels + channel) * positions + first * 8) * elementBytes;
    finish(
      part,
      group,
      panels,
      Math.min(panels * 8, positions - first * 8),
      target,
      positions * elementBytes
    );
  }
}

function productPart(
  part: Part,
  { places, rows }: Extract<GatherProgram, { kind: 'product' }>,
  chunk: number
): void {
  const { functions, memory, program, batch, area } = part;
  const { channels, panelsOfChunk, elementBytes } = program;
  const first = chunk * panelsOfChunk * 8;
  const columns = Math.min(panelsOfChunk * 8, batch.samples * rows - first);
  const panels = Math.ceil(columns / 8);
  const inputs = program.inputs / rows;
  functions.packColumns(
    ...([batch.input + first * inputs * 2, places, area.patches, columns, inputs] as const),
    ...([program.pairs, panels, program.subtracted] as const)
  );
  const positions = memory.int32(area.positions, panels * 8);
  const samples = memory.int32(area.samples, panels * 8);
  for (let column = 0; column < panels * 8; column++) {
    positions[column] = column < columns ? (first + column) % rows : -1;
    samples[column] = batch.firstSample + Math.floor((first + column) / rows);
  }
  sumPanels(part, 0, panels, area, 0);
  const rowBytes = columns * elementBytes;
  finish(part, 0, panels, columns, area.results, rowBytes);
  const target = batch.output + first * channels * elementBytes;
  functions.transpose(area.results, target, channels, columns, rowBytes, elementBytes);
}

/** All passes of a group on patches that were gathered, and the digital corrections of what their registers hold. */
function sumPanels(
  { functions, memory, program, area }: Part,
  group: number,
  panels: number,
  columns: { readonly positions: number; readonly samples: number },
  sample: number
): void {
  const { pairs, tiles, tilePairs, filled, filledCount, channels, groups } = program;
  const rows = channels / groups;
  const rowBytes = panels * 32;
  if (filledCount > 0) functions.clearFilling(area.patches, panels, pairs, filled, filledCount);
  program.slices.forEach(({ kind, shift, mask, last, hasSquares }, i) => {
    const target = area.slices[i]!;
    const all = pairs * panels;
    if (kind === 'codes') functions.sliceCodes(area.patches, target, all, shift, mask);
    else if (kind === 'values') functions.sliceValues(area.patches, target, all, shift, mask, last);
    else if (kind === 'rows') functions.sliceRows(area.patches, target, all, shift, mask, last);
    if (hasSquares) functions.squareTiles(target, area.squares[i]!, panels, pairs, tilePairs);
  });
  memory.int32(area.content, rows * panels * 8).fill(0);
  const firstBlock = group * Math.ceil(rows / 4);
  for (const { parameters, slice, squared, weights, variance } of program.passes) {
    functions.runPass(
      ...([parameters, weights[group]!, area.slices[slice]!, area.squares[squared]!] as const),
      ...([columns.positions, columns.samples, sample, area.content, rows, panels, rowBytes] as const),
      ...([
        firstBlock,
        variance + group * rows * tiles * 4,
        area.scratch,
        area.statistics,
        area.histogram
      ] as const)
    );
  }
  if (!program.isCorrected) return;
  functions.sumColumns(area.patches, area.activations, panels, pairs);
  const channel = group * rows;
  functions.correctSums(
    ...([area.content, rows, panels * 8, rowBytes, program.step] as const),
    ...([program.factors + channel * 4, program.constants + channel * 4, area.activations] as const)
  );
}

function finish(
  { functions, program, area }: Part,
  group: number,
  panels: number,
  columns: number,
  target: number,
  targetRowBytes: number
): void {
  const rows = program.channels / program.groups;
  functions.finishRows(
    ...([area.content, rows, columns, panels * 32, program.finishing + group * rows * 4] as const),
    ...([program.channels, ...program.finish] as const),
    ...([target, targetRowBytes, area.statistics + 16] as const)
  );
}
