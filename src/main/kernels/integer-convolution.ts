import type { ConvolutionShape, IntegerLayer, PreparedLayer } from './integer-kernels.ts';
import {
  checkArrays,
  clearStatistics,
  finishConstants,
  multiplyFor,
  readStatistics,
  statisticsBytes,
  store,
  storeParameters,
  type KernelContext
} from './integer-kernel-context.ts';
import {
  panelColumns,
  panelPairBytes,
  patchTables,
  reductionPlaces,
  weightRows
} from './integer-operands.ts';
import { inputElements, outputElements } from './layer-shape.ts';

/** Patches and sums of a chunk of positions stay in the second-level cache. */
const chunkBytes = 128 * 1024;
/** gatherPatches reads up to this far beyond the last code. */
const overreadBytes = 64;

/**
 * A convolution: for each sample the codes go into planes with a border; then, chunk of positions by chunk of positions,
 * patches are gathered, multiplied by the weights of each group, and finished.
 */
export function prepareConvolution(
  { functions, memory, scratch }: KernelContext,
  layer: IntegerLayer,
  shape: ConvolutionShape
): PreparedLayer {
  const places = reductionPlaces(layer);
  const pairs = places.length / 2;
  const tables = patchTables(shape, places);
  const panels = tables.arrangements.length;
  const channelsOfGroup = shape.outputChannels / shape.groups;
  const rowsOfGroup = Array.from({ length: shape.groups }, (_, group) =>
    store(memory, weightRows(layer, places, group * channelsOfGroup, channelsOfGroup))
  );
  const kernelOffsets = store(memory, tables.kernelOffsets);
  const positionOffsets = store(memory, tables.positionOffsets);
  const arrangements = store(memory, tables.arrangements);
  const parameters = storeParameters(memory, layer);
  const blocks = [...rowsOfGroup, kernelOffsets, positionOffsets, arrangements, parameters];

  const [channels, height, width] = shape.input;
  const planeBytes = tables.paddedHeight * tables.paddedWidth * 2;
  const groupBytes = (channels / shape.groups) * planeBytes;
  const sampleInput = inputElements(shape);
  const sampleOutput = outputElements(shape);
  const positions = sampleOutput / shape.outputChannels;
  const elementBytes = layer.output.kind === 'codes' ? 2 : 4;
  const isPaired = layer.accumulation.kind === 'avx2-pairs';
  const [subtracted, border] = isPaired ? [0, layer.input.zeroPoint] : [layer.input.zeroPoint, 0];
  const bytesOfPanel = Math.max(pairs * panelPairBytes, channelsOfGroup * panelColumns * 4);
  const panelsOfChunk = Math.min(Math.max(Math.floor(chunkBytes / bytesOfPanel), 1), panels);
  const multiply = multiplyFor(functions, layer, pairs);
  const constants = finishConstants(layer);

  return {
    run(input, samples, output) {
      checkArrays(layer, input, output, samples, sampleInput, sampleOutput);
      const [statistics = 0, codes = 0, planes = 0, patches = 0, sums = 0, results = 0] = scratch.areas(
        statisticsBytes,
        sampleInput * 2,
        channels * planeBytes + overreadBytes,
        panelsOfChunk * pairs * panelPairBytes,
        panelsOfChunk * channelsOfGroup * panelColumns * 4,
        sampleOutput * elementBytes
      );
      const entering = memory.int16(codes, sampleInput);
      const leaving =
        elementBytes === 2 ? memory.int16(results, sampleOutput) : memory.float32(results, sampleOutput);
      clearStatistics(memory, statistics);
      for (let sample = 0; sample < samples; sample++) {
        entering.set(input.subarray(sample * sampleInput, (sample + 1) * sampleInput));
        functions.padPlanes(
          ...([codes, planes, channels, height, width, shape.pads[0], shape.pads[1]] as const),
          ...([tables.paddedHeight, tables.paddedWidth, subtracted, border] as const)
        );
        for (let group = 0; group < shape.groups; group++) {
          for (let first = 0; first < panels; first += panelsOfChunk) {
            const count = Math.min(panelsOfChunk, panels - first);
            const rowBytes = count * panelColumns * 4;
            functions.gatherPatches(
              planes + group * groupBytes,
              kernelOffsets.address,
              positionOffsets.address + first * panelColumns * 4,
              arrangements.address + first * 4,
              pairs,
              count,
              patches
            );
            const rows = rowsOfGroup[group]!.address;
            multiply(rows, patches, sums, channelsOfGroup, count, rowBytes, statistics);
            const channel = group * channelsOfGroup;
            const columns = Math.min(count * panelColumns, positions - first * panelColumns);
            functions.finishRows(
              ...([sums, channelsOfGroup, columns, rowBytes] as const),
              ...([parameters.address + channel * 4, shape.outputChannels] as const),
              ...constants,
              results + (channel * positions + first * panelColumns) * elementBytes,
              positions * elementBytes,
              statistics + 16
            );
          }
        }
        output.set(leaving, sample * sampleOutput);
      }
      return readStatistics(memory, statistics, layer);
    },
    release: () => blocks.forEach((block) => memory.release(block))
  };
}
