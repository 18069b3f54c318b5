import type { ReachMode } from '../../../contract/index.ts';

/** Rates that are always drawn, in GS/s: those of the published table. */
const usualRates = [1, 3, 5, 10];
const whole = [1, 2, 3, 4, 5, 6, 7, 8];
/** Every tenth of a bit, each as the decimal that it is. */
const fine = Array.from({ length: 71 }, (_, index) => Number((1 + index / 10).toFixed(1)));

/** Where the curves of reach are asked for: at the usual rates and at the hardware's own. */
export function curvesFor(mode: ReachMode, rate: number | undefined): { rates: number[]; bits: number[] } {
  const rates = rate === undefined || usualRates.includes(rate) ? usualRates : [...usualRates, rate];
  return { rates: rates.toSorted((a, b) => a - b), bits: mode === 'exact' ? fine : whole };
}
