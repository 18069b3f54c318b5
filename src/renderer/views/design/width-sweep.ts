import type { ExperimentFile, RunDetails } from '../../../contract/index.ts';

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
  const { seed, ...fixed } = configuration;
  return {
    name: `Accumulator width of ${run.model}`,
    question: `How many bits do the accumulators of ${run.model} need?`,
    models: [run.model],
    data: {
      evaluate: run.dataset,
      calibrate: run.calibrationDataset,
      calibrationSamples: run.provenance?.calibrationSamples ?? 512,
      samples: run.samples
    },
    fixed: plain({ ...fixed, arithmetic: 'integer', accumulator: { ...accumulator, products: 'exact' } }),
    factors: { 'accumulator.bits': widths.filter((bits) => bits % 4 === 0 || bits < 24) },
    zip: [],
    seeds: [seed],
    baseline: true
  };
}

/** Without the settings that are left out, which a file does not have either. */
const plain = (settings: object) => JSON.parse(JSON.stringify(settings)) as ExperimentFile['fixed'];
