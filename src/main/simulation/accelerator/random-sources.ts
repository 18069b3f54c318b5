import type { Key } from '../../numeric/random.ts';

/** What random numbers of an accelerator are for: a name of each source that never changes, so that runs stay reproducible. */
export const randomSources = { read: 1, programming: 2 } as const;

/**
 * Philox's key of a source in a layer. Nothing of the hardware is in it: two configurations with the same seed share their
 * random numbers wherever they have the same layers, tiles and passes.
 * @param layer index among all layers of the network, below 65,536
 */
export const randomKey = (seed: number, source: number, layer: number): Key => [
  seed >>> 0,
  ((source << 16) | layer) >>> 0
];
