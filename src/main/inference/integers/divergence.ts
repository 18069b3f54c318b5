import type { CodeDifference, Configuration, Divergence } from '../../../contract/index.ts';
import type { IntegerKernels } from '../../kernels/integer-kernels.ts';
import { argmaxRows } from '../../numeric/classification.ts';
import { elementCount } from '../../numeric/tensor.ts';
import { bitsThatDataNeeded } from '../../simulation/integer/index.ts';
import type { QuantizedNetwork } from '../executable-network.ts';
import type { SampleSource } from '../run-job.ts';
import { difference, totalDifference } from './code-difference.ts';
import { codesOfSample, openThreeWays } from './three-ways.ts';

/** Samples that are computed at once. */
const batch = 10;

const ways = ['simulated', 'limited'] as const;

/**
 * Computes a network three ways on the same samples: simulated, in integers, and in integers with the configuration's
 * accumulators; and says where the codes that leave the layers part. Both others are compared with the integers.
 * @param samples how many, from the first on
 * @throws BitlabError CONFIGURATION_CONFLICT that names the layer that does not fit
 */
export async function divergence(
  network: QuantizedNetwork,
  configuration: Configuration,
  kernels: IntegerKernels,
  source: SampleSource,
  samples: number,
  threads: number
): Promise<Divergence> {
  const opened = await openThreeWays(network, configuration, kernels, source, threads);
  const names = opened.layers.map(({ layer }) => layer.name);
  // For each of both comparisons the differences of each sample, layer after layer.
  const found = { simulated: [] as CodeDifference[][], limited: [] as CodeDifference[][] };
  const predicted = { simulated: [] as number[], integer: [] as number[], limited: [] as number[] };
  try {
    for (let first = 0; first < samples; first += batch) {
      const count = Math.min(batch, samples - first);
      const expected = await opened.integer.compute(first, count);
      predicted.integer.push(...argmaxRows(expected.logits, expected.logits.length / count));
      for (const way of ways) {
        const computed = await opened[way].compute(first, count);
        predicted[way].push(...argmaxRows(computed.logits, computed.logits.length / count));
        for (let sample = 0; sample < count; sample++) {
          const ofSample = (from: typeof computed, name: string) => codesOfSample(from, name, sample, count);
          found[way].push(
            names.map((name) => difference(ofSample(expected, name), ofSample(computed, name)))
          );
        }
      }
    }
    const seen = opened.seen();
    const layers = opened.layers.map(({ layer }, index) => ({
      name: layer.name,
      codes: samples * elementCount(layer.outputShape),
      dataBits: bitsThatDataNeeded(seen.get(layer.name)!.exact),
      simulated: totalDifference(found.simulated.map((sample) => sample[index]!)),
      limited: totalDifference(found.limited.map((sample) => sample[index]!))
    }));
    const recognition = (way: keyof typeof predicted) => ({
      right: predicted[way].filter((prediction, sample) => prediction === source.labels[sample]).length,
      differing: predicted[way].filter((prediction, sample) => prediction !== predicted.integer[sample])
        .length
    });
    return {
      samples,
      accumulatorBits: opened.accumulatorBits,
      predictions: {
        simulated: recognition('simulated'),
        integer: recognition('integer'),
        limited: recognition('limited')
      },
      layers,
      firstSimulated: layers.find((layer) => layer.simulated.differing > 0)?.name ?? null,
      firstLimited: layers.find((layer) => layer.limited.differing > 0)?.name ?? null,
      perSample: found.simulated.map((differences, sample) => ({
        sample,
        simulated: differences,
        limited: found.limited[sample]!
      }))
    };
  } finally {
    await opened.release();
  }
}
