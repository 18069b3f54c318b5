import type { IntegerLayer } from './integer-kernels.ts';
import { outputChannels, reductionLength } from './layer-shape.ts';

/** The extremes that the sum of one output channel can reach, before the bias, and every partial sum with it. */
export interface SumBounds {
  readonly smallest: number;
  readonly largest: number;
}

/**
 * Exact bounds, one for each output channel: every weight meets the code that makes its product largest, or smallest. The
 * code of the zero point is among those that may enter, so that no product of the largest sum is negative; so no partial
 * sum, in whatever order, exceeds the whole one. They are reached unless the padding forbids it.
 */
export function worstCaseSums(
  layer: Pick<IntegerLayer, 'shape' | 'input' | 'weights' | 'weightZeroPoints'>
): SumBounds[] {
  const { shape, input, weights, weightZeroPoints } = layer;
  const length = reductionLength(shape);
  const lowest = Math.min(input.low - input.zeroPoint, 0);
  const highest = Math.max(input.high - input.zeroPoint, 0);
  return Array.from({ length: outputChannels(shape) }, (_, channel) => {
    const zeroPoint = weightZeroPoints[weightZeroPoints.length === 1 ? 0 : channel]!;
    let positive = 0;
    let negative = 0;
    for (let k = channel * length; k < (channel + 1) * length; k++) {
      const weight = weights[k]! - zeroPoint;
      if (weight > 0) positive += weight;
      else negative -= weight;
    }
    return {
      smallest: positive * lowest - negative * highest + 0,
      largest: positive * highest - negative * lowest + 0
    };
  });
}

/** The bits of the smallest two's complement register that holds both ends. */
export function bitsFor(smallest: number, largest: number): number {
  let bits = 1;
  while (smallest < -(2 ** (bits - 1)) || largest > 2 ** (bits - 1) - 1) bits++;
  return bits;
}
