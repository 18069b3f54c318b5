import type { ActivationSettings, WeightSettings } from '../../contract/index.ts';
import type { ValueStatistics } from '../kernels/statistics-kernels.ts';
import type { Grid } from './grids/grid.ts';

/** A uniform quantizer, code = clamp(zeroPoint + rint(x / scale), low, high), unless it has a `grid`. */
export interface Quantizer {
  readonly bits: number;
  /** One entry for each channel, or a single one. */
  readonly scale: Float32Array;
  /** As many entries as `scale`. */
  readonly zeroPoint: Int32Array;
  /** The smallest and the largest code. */
  readonly low: number;
  readonly high: number;
  /** The axis of the channels, or null for one quantizer for the whole tensor. */
  readonly axis: number | null;
  /** Levels that are not evenly spaced: a code is the number of a level, the value is level * scale, and zero points are 0. */
  readonly grid?: Grid;
  /** Weights in groups: `scale` has outputs x groups entries, one for each run of neighbouring inputs. */
  readonly groups?: { readonly perOutput: number; readonly inputsPerGroup: number };
}

/** The range that an observer found: one entry for each channel, or a single one. */
export interface Range {
  readonly minimum: Float32Array;
  readonly maximum: Float32Array;
}

/** What turns a range into a quantizer. */
export interface QuantizerSettings {
  readonly bits: number;
  readonly scheme: WeightSettings['scheme'];
  readonly storage: WeightSettings['storage'];
  readonly narrow: boolean;
  readonly reduceRange: boolean;
  /** In per cent; what a percentile observer keeps on each side. */
  readonly percentile?: number | undefined;
  /** The power of the error that `mse` minimizes; 2 where it is left out. */
  readonly exponent?: number | undefined;
  /** Levels that are not evenly spaced, for which the least squared error is searched. */
  readonly gridLevels?: Grid;
}

export type ObserverKind = ActivationSettings['observer'];
export type ObserverDialect = ActivationSettings['dialect'];

/**
 * Collects what a range needs from batches of a tensor. What it collects does not depend on the bit width,
 * so that one calibration pass serves every configuration that uses the same kind of statistics.
 */
export interface Observer {
  /**
   * @param batch values in row-major order, not kept @param shape its shape, the batch dimension included
   * @param statistics of the whole batch, where the caller has them already
   * @throws BitlabError VALUES_NAN, with nothing of the batch collected
   */
  observe(batch: Float32Array, shape: readonly number[], statistics?: ValueStatistics): void;
  /** @param destinationLevels how many levels the histogram's search assumes, or null for what `settings` has */
  range(settings: QuantizerSettings, destinationLevels: number | null): Range;
}
