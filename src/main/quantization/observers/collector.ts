import type { ValueStatistics } from '../../kernels/statistics-kernels.ts';
import type { QuantizerSettings } from '../quantizer.ts';
import type { Extent } from './extent.ts';

/** Collects statistics of one channel, or of a whole tensor, batch by batch. */
export interface Collector {
  /**
   * @param statistics of the values, made by whichever kernels the caller has; by the plain ones where it is left out
   * @throws BitlabError VALUES_NAN, with nothing of the batch collected
   */
  add(values: Float32Array, statistics?: ValueStatistics): void;
}

/**
 * How statistics become a range.
 * @param destinationLevels how many levels the histogram's search assumes
 */
export type RangeRule<Statistics extends Collector> = (
  statistics: Statistics,
  settings: QuantizerSettings,
  destinationLevels: number
) => Extent;
