import type { IntegerResult } from '../../contract/index.ts';
import type { SumStatistics } from '../kernels/integer-kernels.ts';
import {
  a2qMargin,
  accumulatorNeed,
  additionsPerSample,
  bitsThatDataNeeded,
  overflowIsImpossible,
  type IntegerSettings
} from '../simulation/integer/index.ts';
import type { NetworkLayer } from './integer-layers.ts';

/** What our kernels saw of a layer's sums. */
export interface SeenSums {
  /** Over all samples, in the accumulator that was chosen; null where they did not compute them all. */
  readonly limited: SumStatistics | null;
  readonly samples: number;
  /** Over the first samples, exact, the extremes of partial sums included. */
  readonly exact: SumStatistics;
}

/** How a layer's sums fared: what follows from its weights, and what was seen. */
export function integerResult(
  { integer, bias, input }: NetworkLayer,
  { accumulator }: IntegerSettings,
  seen: SeenSums
): IntegerResult {
  const need = accumulatorNeed(integer);
  // A signed code is only half as large as an unsigned one where nothing is subtracted from it.
  const isSigned = input.low < 0 && input.zeroPoint[0] === 0;
  const margin = a2qMargin(need.weightNorms, accumulator.bits, input.bits, isSigned);
  const overflows = seen.limited?.overflows ?? (overflowIsImpossible(integer) ? 0 : null);
  const additions = additionsPerSample(integer) * seen.samples;
  return {
    accumulatorBits: accumulator.bits,
    overflows,
    overflowShare: overflows === null ? null : overflows / Math.max(additions, 1),
    worstCaseBits: need.largestWorstCaseBits,
    dataBits: bitsThatDataNeeded(seen.exact),
    a2qMarginBits: Number.isFinite(margin.marginBits) ? margin.marginBits : null,
    biasError: bias?.error.largest ?? null,
    biasErrorCodes: bias?.error.largestInCodes ?? null
  };
}
