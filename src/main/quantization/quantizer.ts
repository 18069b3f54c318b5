import type { ActivationSettings, WeightSettings } from '../../contract/index.ts';

/** A uniform quantizer: code = clamp(zeroPoint + rint(x / scale), low, high). */
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
}

export type ObserverKind = ActivationSettings['observer'];
export type ObserverDialect = ActivationSettings['dialect'];

/**
 * Collects what a range needs from batches of a tensor. What it collects does not depend on the bit width,
 * so that one calibration pass serves every configuration that uses the same kind of statistics.
 */
export interface Observer {
  /** @param batch values in row-major order @param shape its shape, the batch dimension included */
  observe(batch: Float32Array, shape: readonly number[]): void;
  /** @param destinationLevels how many levels the histogram's search assumes, or null for what `settings` has */
  range(settings: QuantizerSettings, destinationLevels: number | null): Range;
}
