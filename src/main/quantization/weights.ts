import type { WeightSettings } from '../../contract/index.ts';
import { dequantize, quantizeToCodes } from './fake-quantize.ts';
import { createObserver } from './observers/index.ts';
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
 * Quantizes the weights of a layer. The histogram's search assumes 2^bits levels.
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
  const observer = createObserver(settings.range, 'torch', channelAxis);
  observer.observe(weights, shape);
  const range = observer.range(settings, null);
  const quantizer = quantizerFromRange(range, settings, channelAxis);
  const codes = quantizeToCodes(weights, shape, quantizer);
  return { quantizer, range, codes, values: dequantize(codes, shape, quantizer) };
}
