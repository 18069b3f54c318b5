import type { ExperimentFile, RunDetails } from '../../../contract/index.ts';
import { designOfRun } from './design-of-run.ts';

/**
 * A product has as many bits as both of its factors together, and one more where a zero point makes weights unsymmetric; register
 * widths go from 8 to 32. The widest layer counts: narrower registers would not hold its products.
 */
function narrowest({ configuration: { weights, activations }, layers }: RunDetails): number {
  const most = (bits: number, others: readonly (number | undefined)[]) =>
    others.reduce<number>((largest, each) => Math.max(largest, each ?? 0), bits);
  const ofWeights = most(
    weights.bits,
    layers.map((layer) => layer.weights?.bits)
  );
  const ofActivations = most(
    activations.bits,
    layers.map((layer) => layer.output?.bits)
  );
  const bits = ofWeights + ofActivations + Number(weights.scheme === 'affine');
  return Math.min(Math.max(8, bits), 32);
}

/** `resnet18-mse, 8 bits`, or where they differ `4 and 8 bits`, of weights and activations. */
function described({ model, configuration: { weights, activations } }: RunDetails): string {
  const same = weights.bits === activations.bits;
  return `${model}, ${same ? '' : `${weights.bits} and `}${activations.bits} bits`;
}

/**
 * A design that varies the width of a run's accumulators, from 32 bits down to what still holds a product: in steps of four
 * as long as sums usually fit, then bit by bit.
 */
export function widthSweep(run: RunDetails): ExperimentFile {
  const { configuration } = run;
  const lowest = narrowest(run);
  const widths = Array.from({ length: 33 - lowest }, (_, i) => 32 - i);
  const { bits: _bits, ...accumulator } = configuration.accumulator;
  const design = designOfRun(run);
  const integer = { arithmetic: 'integer', accumulator: { ...accumulator, products: 'exact' } } as const;
  return {
    ...design,
    name: `Accumulator width of ${described(run)}`,
    question: `How many bits do the accumulators of ${run.model} need?`,
    fixed: { ...design.fixed, ...integer },
    factors: { 'accumulator.bits': widths.filter((bits) => bits % 4 === 0 || bits < 24) }
  };
}
