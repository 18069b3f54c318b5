import type { ExperimentFile, RunDetails } from '../../../contract/index.ts';
import { designOfRun } from './design-of-run.ts';

/** A product has as many bits as both of its factors together; register widths go from 8 to 32. */
const narrowest = ({ weights, activations }: RunDetails['configuration']) =>
  Math.min(Math.max(8, weights.bits + activations.bits), 32);

/**
 * A design that varies the width of a run's accumulators, from 32 bits down to what still holds a product: in steps of four
 * as long as sums usually fit, then bit by bit.
 */
export function widthSweep(run: RunDetails): ExperimentFile {
  const { configuration } = run;
  const lowest = narrowest(configuration);
  const widths = Array.from({ length: 33 - lowest }, (_, i) => 32 - i);
  const { bits: _bits, ...accumulator } = configuration.accumulator;
  const design = designOfRun(run);
  const integer = { arithmetic: 'integer', accumulator: { ...accumulator, products: 'exact' } } as const;
  return {
    ...design,
    name: `Accumulator width of ${run.model}`,
    question: `How many bits do the accumulators of ${run.model} need?`,
    fixed: { ...design.fixed, ...integer },
    factors: { 'accumulator.bits': widths.filter((bits) => bits % 4 === 0 || bits < 24) }
  };
}
