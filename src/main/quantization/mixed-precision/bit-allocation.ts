/** A width that a layer's weights, or the activations that enter layers, can have, and what it costs. */
export interface WidthOption {
  readonly bits: number;
  /** What is minimized in sum: 0 or more, finite. */
  readonly cost: number;
}

export interface AllocatedLayer {
  readonly widths: readonly WidthOption[];
  /** What the layer takes of the budget, a whole number. */
  readonly size: (bits: number, inputBits: number) => number;
}

/** Layers that the same activations enter: their sizes may depend on one width that they share. */
export interface AllocationGroup {
  /** Widths of the activations; a single one where it is given. */
  readonly inputs: readonly WidthOption[];
  readonly layers: readonly AllocatedLayer[];
}

/** The widths of one group. */
export interface GroupWidths {
  readonly inputBits: number;
  /** In the order of the group's layers. */
  readonly bits: readonly number[];
}

export interface Allocation {
  readonly groups: readonly GroupWidths[];
  readonly cost: number;
  readonly size: number;
}

/** Cells of the table: sizes are exact where they are so few multiples of their greatest common divisor above the least. */
const usualCells = 2 ** 15;

/**
 * Chooses widths with the least sum of costs whose sizes fit a budget: a multiple-choice knapsack, solved by dynamic
 * programming over the budget (Kellerer, Pferschy, Pisinger, "Knapsack Problems", 2004, section 11.5). The table holds the least cost for
 * every budget at once. A group's layers are tried under each width of what enters them, so that products of both widths
 * (bit operations) are handled exactly.
 *
 * Sizes are counted in cells above the smallest possible size. Where there are more sizes than cells, each is rounded up to whole
 * cells: what is chosen always fits, and is at least as good as anything that fits a budget smaller by one cell for each
 * layer and each group.
 */
export class BitAllocation {
  /** The smallest size that any choice of widths has. */
  readonly least: number;
  /** Size of one cell. */
  readonly grain: number;
  /** Whether nothing is rounded, so that the choice is the best there is. */
  readonly exact: boolean;
  readonly #groups: readonly CountedGroup[];
  readonly #cells: number;
  readonly #tables: GroupTable[] = [];
  #costs: Float64Array;

  /** @param cells how many sizes are told apart */
  constructor(groups: readonly AllocationGroup[], cells: number = usualCells) {
    const counted = groups.map(countedGroup);
    const sum = (of: (group: CountedGroup) => number) =>
      counted.reduce((total, group) => total + of(group), 0);
    this.least = sum(({ least }) => least);
    const most = sum(({ mostExtra }) => mostExtra);
    const divisor = counted.flatMap(({ extras }) => extras).reduce(greatestCommonDivisor, 0) || 1;
    const sizes = most / divisor;
    this.grain = divisor * Math.max(1, Math.ceil(sizes / cells));
    this.exact = this.grain === divisor;
    this.#groups = counted;
    // Rounding up may need a cell more for each choice than the sizes themselves.
    const choices = sum(({ layers }) => layers.length + 1);
    this.#cells = Math.ceil(most / this.grain) + (this.exact ? 0 : choices) + 1;
    this.#costs = new Float64Array(this.#cells);
  }

  /** Fills the table, one group at a time, so that a caller can let others have their turn. */
  *solving(): Generator<void> {
    for (const group of this.#groups.slice(this.#tables.length)) {
      const { costs, table } = withGroup(this.#costs, group, this.grain);
      this.#costs = costs;
      this.#tables.push(table);
      yield;
    }
  }

  /** The best widths within a budget, once `solving` is done; null where no choice fits it. */
  best(budget: number): Allocation | null {
    if (this.#tables.length < this.#groups.length) throw new Error('the table is not filled yet');
    if (!(budget >= this.least)) return null;
    let cell = Math.min(this.#cells - 1, Math.floor((budget - this.least) / this.grain));
    const cost = this.#costs[cell]!;
    const groups: GroupWidths[] = [];
    let size = 0;
    for (let index = this.#groups.length - 1; index >= 0; index--) {
      const group = this.#groups[index]!;
      const table = this.#tables[index]!;
      const input = table.inputs[cell]!;
      const { bits: inputBits, extra, layers } = group.inputs[input]!;
      const bits: number[] = [];
      for (let layer = layers.length - 1; layer >= 0; layer--) {
        const width = layers[layer]![table.layers[input]![layer]![cell]!]!;
        bits.unshift(width.bits);
        size += group.layers[layer]!.size(width.bits, inputBits);
        cell -= Math.ceil(width.extra / this.grain);
      }
      cell -= Math.ceil(extra / this.grain);
      groups.unshift({ inputBits, bits });
    }
    return { groups, cost, size };
  }
}

/** A width with what it takes above the smallest. */
interface CountedWidth extends WidthOption {
  readonly extra: number;
}

/** A group with its sizes as extras: above its least size for the width of its inputs, above each layer's least for the layer's. */
interface CountedGroup {
  readonly least: number;
  readonly mostExtra: number;
  readonly extras: readonly number[];
  readonly layers: readonly AllocatedLayer[];
  readonly inputs: readonly (CountedWidth & { readonly layers: readonly (readonly CountedWidth[])[] })[];
}

function countedGroup({ inputs, layers }: AllocationGroup): CountedGroup {
  const sized = inputs.map((input) => {
    const counted = layers.map(({ widths, size }) => {
      const sizes = widths.map(({ bits }) => size(bits, input.bits));
      const least = Math.min(...sizes);
      const extras = widths.map((width, index) => ({ ...width, extra: sizes[index]! - least }));
      // At equal cost, the smaller width is met first.
      return { least, extras: extras.sort((a, b) => a.extra - b.extra) };
    });
    return {
      ...input,
      least: counted.reduce((sum, layer) => sum + layer.least, 0),
      layers: counted.map(({ extras }) => extras)
    };
  });
  const least = Math.min(...sized.map((input) => input.least));
  const withExtras = sized
    .map((input) => ({ ...input, extra: input.least - least }))
    .sort((a, b) => a.extra - b.extra || a.bits - b.bits);
  const mostOf = ({ extra, layers: widths }: (typeof withExtras)[number]) =>
    widths.reduce((sum, options) => sum + options.at(-1)!.extra, extra);
  return {
    least,
    mostExtra: Math.max(...withExtras.map(mostOf)),
    extras: withExtras.flatMap((input) => [input.extra, ...input.layers.flat().map(({ extra }) => extra)]),
    layers,
    inputs: withExtras
  };
}

/** Which choice is the best for each cell. */
interface GroupTable {
  /** Index of the input's width. */
  readonly inputs: Uint8Array;
  /** input -> layer -> index of the layer's width. */
  readonly layers: readonly (readonly Uint8Array[])[];
}

/** @param costs cell -> the least cost of the groups before, nowhere rising */
function withGroup(
  costs: Float64Array,
  group: CountedGroup,
  grain: number
): { costs: Float64Array; table: GroupTable } {
  const best = new Float64Array(costs.length).fill(Infinity);
  const chosen = new Uint8Array(costs.length);
  const layers: Uint8Array[][] = [];
  for (const [index, input] of group.inputs.entries()) {
    let under: Float64Array = withWidths(costs, [input], grain).costs;
    layers[index] = [];
    for (const widths of input.layers) {
      const next = withWidths(under, widths, grain);
      under = next.costs;
      layers[index].push(next.chosen);
    }
    for (let cell = 0; cell < best.length; cell++) {
      if (under[cell]! >= best[cell]!) continue;
      best[cell] = under[cell]!;
      chosen[cell] = index;
    }
  }
  return { costs: best, table: { inputs: chosen, layers } };
}

function withWidths(costs: Float64Array, widths: readonly CountedWidth[], grain: number) {
  const best = new Float64Array(costs.length).fill(Infinity);
  const chosen = new Uint8Array(costs.length);
  for (const [index, { extra, cost }] of widths.entries()) {
    const shift = Math.ceil(extra / grain);
    for (let cell = shift; cell < best.length; cell++) {
      const total = costs[cell - shift]! + cost;
      if (total >= best[cell]!) continue;
      best[cell] = total;
      chosen[cell] = index;
    }
  }
  return { costs: best, chosen };
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
