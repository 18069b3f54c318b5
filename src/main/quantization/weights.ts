import type { WeightSettings } from '../../contract/index.ts';
import { dequantize, quantizeToCodes } from './fake-quantize.ts';
import { createObserver } from './observers/index.ts';
import { withPowerOfTwoScale } from './power-of-two-scale.ts';
import { quantizerFromRange } from './quantizer-from-range.ts';
import type { Quantizer, Range } from './quantizer.ts';

/** Weights after quantization. */
export interface QuantizedWeights {
  readonly quantizer: Quantizer;
  readonly range: Range;
  /** As many as weights, in their order. */
  readonly codes: Int32Array;
  /** What the codes stand for. */
  readonly values: Float32Array;
}

/**
 * Quantizes the weights of a layer on evenly spaced levels. The histogram's search assumes 2^bits levels, or as many as the settings say.
 * @param weights values in row-major order @param shape its shape
 * @param axis the axis of the output channels, used where the granularity is `channel`
 * @throws BitlabError VALUES_NAN, CONFIGURATION_BITS
 */
export function quantizeWeights(
  weights: Float32Array,
  shape: readonly number[],
  axis: number,
  settings: WeightSettings
): QuantizedWeights {
  const channelAxis = settings.granularity === 'channel' ? axis : null;
  const range = rangeOfWeights(weights, shape, channelAxis, settings);
  const exact = quantizerFromRange(range, settings, channelAxis);
  const quantizer = settings.powerOfTwoScale ? withPowerOfTwoScale(exact, range, settings.scheme) : exact;
  const codes = quantizeToCodes(weights, shape, quantizer);
  return { quantizer, range, codes, values: dequantize(codes, shape, quantizer) };
}

/** The range of weights, of each channel along an axis or of all. */
export function rangeOfWeights(
  weights: Float32Array,
  shape: readonly number[],
  channelAxis: number | null,
  settings: WeightSettings
): Range {
  const observer = createObserver(settings.range, 'torch', channelAxis);
  observer.observe(weights, shape);
  return observer.range(settings, settings.destinationLevels ?? null);
}
