import type { AcceleratorSettings, LayerCost } from '../../../contract/index.ts';

/** A layer as dot products: what a mapping needs to know of it. */
export interface DotProducts {
  readonly name: string;
  /** K, the products of one sum. */
  readonly reduction: number;
  readonly outputChannels: number;
  /** Groups of channels that see different inputs; 1 but for grouped convolutions. */
  readonly groups: number;
  /** Sums of each channel: the pixels of its output, or the rows of a product. */
  readonly positions: number;
  readonly weightBits: number;
  readonly activationBits: number;
}

/** The part of a layer's cost that is counting. */
export type LayerMapping = Pick<
  LayerCost,
  | 'reduction'
  | 'tiles'
  | 'blocks'
  | 'slicePasses'
  | 'passes'
  | 'weightSettings'
  | 'utilization'
  | 'unitUtilization'
>;

/** N, M and what follows from the organization. */
export interface ArrayShape {
  readonly tile: number;
  readonly units: number;
  /** Whether all units of an array are given the same inputs, as where inputs are modulated before light is split. */
  readonly sharedInputs: boolean;
}

export function arrayShape({ tile, units, link }: AcceleratorSettings): ArrayShape {
  return { tile, units: units ?? tile, sharedInputs: link?.organization !== 'AMM' };
}

/**
 * Weights stay where they are while all positions pass: for each slice of the weights, each tile and each block they are set
 * once. Units that share their inputs take the channels of one group; others take any.
 */
export function mappedLayer(
  layer: DotProducts,
  { tile, units, sharedInputs }: ArrayShape,
  slicing: AcceleratorSettings['slicing']
): LayerMapping {
  const tiles = Math.ceil(layer.reduction / tile);
  const blocks = sharedInputs
    ? layer.groups * Math.ceil(layer.outputChannels / layer.groups / units)
    : Math.ceil(layer.outputChannels / units);
  const weightSlices = sliceCount(layer.weightBits, slicing.weights);
  const activationSlices = sliceCount(layer.activationBits, slicing.activations);
  return {
    reduction: layer.reduction,
    tiles,
    blocks,
    slicePasses: weightSlices * activationSlices,
    passes: tiles * blocks * layer.positions,
    weightSettings: tiles * blocks * weightSlices,
    utilization: layer.reduction / (tiles * tile),
    unitUtilization: layer.outputChannels / (blocks * units)
  };
}

function sliceCount(bits: number, sliceBits: number | null): number {
  return sliceBits === null ? 1 : Math.ceil(bits / sliceBits);
}
