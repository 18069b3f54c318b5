import type { AcceleratorLayer, TileConverter, TilePass } from './accelerator-kernels.ts';

/** Where the arrays lie that a pass refers to; 0 where it has none. */
export interface PassAddresses {
  readonly table: number;
  readonly deviations: number;
  readonly thresholds: number;
}

/** How the reduction of a layer is cut. */
export interface TilePairs {
  readonly tiles: number;
  readonly pairs: number;
  readonly tilePairs: number;
}

/** Words of a pass in assembly/accelerator/parameters.ts. */
const words = 28;

/** A pass as the kernels read it, word by word (assembly/accelerator/parameters.ts). */
export function passParameters(
  layer: AcceleratorLayer,
  pass: TilePass,
  { tiles, pairs, tilePairs }: TilePairs,
  addresses: PassAddresses,
  isLimited: boolean
): Int32Array {
  const { noise } = pass;
  const { accumulator, converter, histogram, key } = layer;
  const buffer = new ArrayBuffer(words * 4);
  const integers = new Int32Array(buffer);
  const floats = new Float32Array(buffer);
  const kind = pass.products !== null ? 2 : pass.weights instanceof Float32Array ? 1 : 0;
  integers.set([kind, tiles, pairs, tilePairs, addresses.table, Number(noise !== null)]);
  floats.set(
    [
      noise?.perSquareOfActivations ?? 0,
      noise?.perSquareOfProducts ?? 0,
      noise?.perMagnitude ?? 0,
      noise?.perSquare ?? 0
    ],
    6
  );
  integers.set([addresses.deviations, noise?.table?.values.length ?? 0, ...key, pass.index], 10);
  setConverter(integers, floats, converter, addresses.thresholds);
  const register = isLimited ? (accumulator.overflow === 'wrap' ? 1 : 2) : 0;
  integers.set([pass.shift, Number(pass.isNegative), register, accumulator.bits], 22);
  floats[26] = histogram?.perBin ?? 0;
  integers[27] = histogram?.bins ?? 0;
  return integers;
}

function setConverter(
  integers: Int32Array,
  floats: Float32Array,
  converter: TileConverter,
  thresholds: number
): void {
  integers[15] = { whole: 0, levels: 1, thresholds: 2 }[converter.kind];
  floats[16] = converter.kind === 'levels' ? converter.perLevel : 0;
  integers[17] = converter.low;
  integers[18] = converter.kind === 'thresholds' ? 0 : converter.high;
  integers[19] = Number(converter.kind === 'levels' && converter.rounding === 'floor');
  integers[20] = thresholds;
  integers[21] = converter.kind === 'thresholds' ? converter.thresholds.length : 0;
}

/** Whether the register could overflow, from the largest operands and levels. */
export function mayOverflow(
  { passes, converter, accumulator, input }: AcceleratorLayer,
  tiles: number,
  length: number
): boolean {
  let bound = 0;
  for (const { weights, activationMask, shift } of passes) {
    const largest =
      converter.kind === 'thresholds'
        ? Math.max(Math.abs(converter.low), Math.abs(converter.low + converter.thresholds.length))
        : Math.max(-converter.low, converter.high);
    const activation = Math.min(activationMask, input.high - input.low);
    // Whole sums are also bounded by their operands; their converter may have no ends.
    let heaviest = 0;
    for (const weight of weights) heaviest = Math.max(heaviest, Math.abs(weight));
    const content =
      converter.kind === 'whole'
        ? Math.min(length * activation * heaviest, tiles * largest)
        : tiles * largest;
    bound += content * 2 ** shift;
  }
  return bound > 2 ** (accumulator.bits - 1) - 1;
}
