import type { IntegerLayer, PreparedLayer, ProductShape } from './integer-kernels.ts';
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
import { panelColumns, reductionPlaces, weightPanels } from './integer-operands.ts';
import { inputElements, outputElements } from './layer-shape.ts';

/** Rows that are computed at a time, a multiple of four. */
const chunkRows = 32;

/** A matrix product: the codes are laid out as rows, chunk by chunk, and multiplied by the weights. */
export function prepareProduct(
  { functions, memory, scratch }: KernelContext,
  layer: IntegerLayer,
  shape: ProductShape
): PreparedLayer {
  const { inputs, outputs } = shape;
  const places = reductionPlaces(layer);
  const pairs = places.length / 2;
  const panels = Math.ceil(outputs / panelColumns);
  const weights = store(memory, weightPanels(layer, places));
  const columnOfPlace = store(memory, places);
  const parameters = storeParameters(memory, layer);
  const blocks = [weights, columnOfPlace, parameters];
  const elementBytes = layer.output.kind === 'codes' ? 2 : 4;
  const subtracted = layer.accumulation.kind === 'avx2-pairs' ? 0 : layer.input.zeroPoint;
  const multiply = multiplyFor(functions, layer, pairs);
  const constants = finishConstants(layer);
  const rowBytes = panels * panelColumns * 4;

  return {
    run(input, samples, output) {
      checkArrays(layer, input, output, samples, inputElements(shape), outputElements(shape));
      const [statistics = 0, codes = 0, rows = 0, sums = 0, results = 0] = scratch.areas(
        statisticsBytes,
        chunkRows * inputs * 2,
        chunkRows * pairs * 4,
        chunkRows * rowBytes,
        chunkRows * outputs * elementBytes
      );
      clearStatistics(memory, statistics);
      const total = samples * shape.rows;
      for (let first = 0; first < total; first += chunkRows) {
        const count = Math.min(chunkRows, total - first);
        memory.int16(codes, count * inputs).set(input.subarray(first * inputs, (first + count) * inputs));
        functions.packRows(codes, columnOfPlace.address, rows, count, inputs, pairs, subtracted);
        multiply(rows, weights.address, sums, count, panels, rowBytes, statistics);
        functions.finishColumns(
          ...([sums, count, outputs, rowBytes, parameters.address, outputs] as const),
          ...constants,
          ...([results, outputs * elementBytes, statistics + 16] as const)
        );
        const leaving =
          elementBytes === 2
            ? memory.int16(results, count * outputs)
            : memory.float32(results, count * outputs);
        output.set(leaving, first * outputs);
      }
      return readStatistics(memory, statistics, layer);
    },
    release: () => blocks.forEach((block) => memory.release(block))
  };
}
