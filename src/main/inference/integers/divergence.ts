import type { CodeDifference, Configuration, Divergence } from '../../../contract/index.ts';
import { insertFakeQuantization, withOutputs, writeModel } from '../../graph/index.ts';
import type { IntegerKernels } from '../../kernels/integer-kernels.ts';
import { elementCount } from '../../numeric/tensor.ts';
import type { IntegerSettings } from '../../simulation/integer/index.ts';
import type { QuantizedNetwork } from '../executable-network.ts';
import { integerExecutor } from '../integer-executor.ts';
import { quantizersOf, type NetworkLayer } from '../integer-layers.ts';
import { integerSettings, withAmpleAccumulators } from '../integer-settings.ts';
import type { SampleSource } from '../run-job.ts';
import { openSession } from '../session.ts';

/** Samples that are computed at once. */
const batch = 10;

/** Layer name -> codes of a batch. */
type Codes = ReadonlyMap<string, Int16Array>;
/** Computes the codes that leave each layer, for `count` samples from `first` on. */
interface CodeSource {
  codes(first: number, count: number): Promise<Codes>;
  release(): Promise<void>;
}

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
  const limited = integerSettings(configuration);
  const sources: CodeSource[] = [];
  try {
    const integer = await integerCodes(network, kernels, source, withAmpleAccumulators(limited));
    sources.push(integer);
    const layers = integer.layers.filter((layer) => layer.output !== null);
    const others = [
      await simulatedCodes(network, layers, source, threads),
      await integerCodes(network, kernels, source, limited)
    ] as const;
    sources.push(...others);
    // For each of both comparisons the differences of each sample, layer after layer.
    const found: CodeDifference[][][] = [[], []];
    for (let first = 0; first < samples; first += batch) {
      const count = Math.min(batch, samples - first);
      const expected = await integer.codes(first, count);
      for (const [which, other] of others.entries()) {
        const codes = await other.codes(first, count);
        for (let sample = 0; sample < count; sample++) {
          found[which]!.push(
            layers.map(({ layer: { name } }) =>
              difference(
                ofSample(expected.get(name)!, sample, count),
                ofSample(codes.get(name)!, sample, count)
              )
            )
          );
        }
      }
    }
    const [simulated, limits] = found as [CodeDifference[][], CodeDifference[][]];
    const described = layers.map(({ layer }, index) => ({
      name: layer.name,
      codes: samples * elementCount(layer.outputShape),
      simulated: total(simulated.map((sample) => sample[index]!)),
      limited: total(limits.map((sample) => sample[index]!))
    }));
    return {
      samples,
      accumulatorBits: limited.accumulator.bits,
      layers: described,
      firstSimulated: described.find((layer) => layer.simulated.differing > 0)?.name ?? null,
      firstLimited: described.find((layer) => layer.limited.differing > 0)?.name ?? null,
      perSample: simulated.map((differences, sample) => ({
        sample,
        simulated: differences,
        limited: limits[sample]!
      }))
    };
  } finally {
    await Promise.all(sources.map((each) => each.release()));
  }
}

async function integerCodes(
  network: QuantizedNetwork,
  kernels: IntegerKernels,
  source: SampleSource,
  settings: IntegerSettings
): Promise<CodeSource & { readonly layers: readonly NetworkLayer[] }> {
  const codes = new Map<string, Int16Array>();
  const executor = await integerExecutor(network, kernels, settings, {
    threads: 1,
    onLayer: ({ layer }, { output }) => {
      if (output instanceof Int16Array) codes.set(layer.name, output.slice());
    }
  });
  return {
    layers: executor.layers,
    async codes(first, count) {
      await executor.infer(source.batch(first, count), count);
      return codes;
    },
    release: () => executor.release()
  };
}

async function simulatedCodes(
  { model, analysis, plan }: QuantizedNetwork,
  layers: readonly NetworkLayer[],
  source: SampleSource,
  threads: number
): Promise<CodeSource> {
  const simulated = insertFakeQuantization(model, analysis, plan);
  const made = new Set(simulated.graph.nodes.flatMap((node) => node.outputs));
  const quantizerOf = quantizersOf(analysis, plan);
  const tensors = layers.map(({ layer }) => {
    const quantized = `${layer.fusedOutput}.quantized`;
    const tensor = made.has(quantized) ? quantized : layer.fusedOutput;
    return { name: layer.name, tensor, quantizer: quantizerOf(layer.fusedOutput)! };
  });
  const outputs = tensors.map(({ tensor }) => tensor);
  const session = await openSession(writeModel(withOutputs(simulated, outputs)), { threads });
  return {
    async codes(first, count) {
      const shape = [count, ...analysis.input.shape];
      const values = await session.run(source.batch(first, count), shape, outputs);
      return new Map(
        tensors.map(({ name, tensor, quantizer }) => {
          const [scale, zeroPoint] = [quantizer.scale[0]!, quantizer.zeroPoint[0]!];
          // The values stand on the grid, so that rounding only undoes the multiplication's own.
          const code = (value: number) => Math.round(value / scale) + zeroPoint;
          return [name, Int16Array.from(values.get(tensor)!.data as Float32Array, code)];
        })
      );
    },
    release: () => session.release()
  };
}

function ofSample(codes: Int16Array, sample: number, count: number): Int16Array {
  const elements = codes.length / count;
  return codes.subarray(sample * elements, (sample + 1) * elements);
}

function difference(one: Int16Array, two: Int16Array): CodeDifference {
  let differing = 0;
  let largest = 0;
  one.forEach((code, i) => {
    const distance = Math.abs(code - two[i]!);
    if (distance > 0) differing++;
    if (distance > largest) largest = distance;
  });
  return { differing, share: differing / one.length, largest };
}

/** Over samples of the same size. */
function total(differences: readonly CodeDifference[]): CodeDifference {
  return {
    differing: differences.reduce((sum, { differing }) => sum + differing, 0),
    share: differences.reduce((sum, { share }) => sum + share, 0) / differences.length,
    largest: differences.reduce((most, { largest }) => Math.max(most, largest), 0)
  };
}
