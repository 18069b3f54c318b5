import type { Configuration } from '../../../contract/index.ts';
import { insertFakeQuantization, withOutputs, writeModel } from '../../graph/index.ts';
import type { IntegerKernels } from '../../kernels/integer-kernels.ts';
import type { IntegerSettings } from '../../simulation/integer/index.ts';
import type { QuantizedNetwork } from '../executable-network.ts';
import { integerExecutor, type IntegerExecutor } from '../integer-executor.ts';
import { quantizersOf, type NetworkLayer } from '../integer-layers.ts';
import type { SeenSums } from '../integer-report.ts';
import { integerSettings, withAmpleAccumulators } from '../integer-settings.ts';
import type { SampleSource } from '../run-job.ts';
import { samplesFirst } from '../samples-first.ts';
import { openSession } from '../session.ts';

/** What a batch of samples becomes. */
export interface ComputedCodes {
  /** Layer name -> the codes that leave it, sample after sample. */
  readonly codes: ReadonlyMap<string, Int16Array>;
  /** samples x classes */
  readonly logits: Float32Array;
}

/** One way of computing a network. */
export interface CodeSource {
  /** For `count` samples from `first` on; valid until the next call. */
  compute(first: number, count: number): Promise<ComputedCodes>;
}

/** A network ready to be computed three ways. */
export interface ThreeWays {
  /** The layers whose output has codes, in order. */
  readonly layers: readonly NetworkLayer[];
  readonly accumulatorBits: number;
  /** By fake quantization in float32. */
  readonly simulated: CodeSource;
  /** In integers whose accumulators hold every sum: what both others are compared with. */
  readonly integer: CodeSource;
  /** In integers with the accumulators of the configuration. */
  readonly limited: CodeSource;
  /** Layer name -> its sums so far, in ample accumulators. */
  seen(): ReadonlyMap<string, SeenSums>;
  release(): Promise<void>;
}

/** @throws BitlabError CONFIGURATION_CONFLICT that names the layer that does not fit */
export async function openThreeWays(
  network: QuantizedNetwork,
  configuration: Configuration,
  kernels: IntegerKernels,
  source: SampleSource,
  threads: number
): Promise<ThreeWays> {
  const settings = integerSettings(configuration);
  const opened: { release(): Promise<void> }[] = [];
  const release = async () => void (await Promise.all(opened.map((each) => each.release())));
  const keep = <Source extends { release(): Promise<void> }>(each: Source): Source => {
    opened.push(each);
    return each;
  };
  try {
    const integer = keep(await integerCodes(network, kernels, source, withAmpleAccumulators(settings)));
    const layers = integer.executor.layers.filter((layer) => layer.output !== null);
    return {
      layers,
      accumulatorBits: settings.accumulator.bits,
      integer,
      simulated: keep(await simulatedCodes(network, layers, source, threads)),
      limited: keep(await integerCodes(network, kernels, source, settings)),
      seen: () => integer.executor.seen(),
      release
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** The codes of one sample of a batch. */
export function codesOfSample(
  { codes }: ComputedCodes,
  layer: string,
  sample: number,
  count: number
): Int16Array {
  const all = codes.get(layer)!;
  const elements = all.length / count;
  return all.subarray(sample * elements, (sample + 1) * elements);
}

async function integerCodes(
  network: QuantizedNetwork,
  kernels: IntegerKernels,
  source: SampleSource,
  settings: IntegerSettings
): Promise<CodeSource & { readonly executor: IntegerExecutor; release(): Promise<void> }> {
  const codes = new Map<string, Int16Array>();
  const executor = await integerExecutor(network, kernels, settings, {
    threads: 1,
    onLayer: ({ layer }, { output }) => {
      if (output instanceof Int16Array) codes.set(layer.name, output.slice());
    }
  });
  return {
    executor,
    async compute(first, count) {
      const logits = await executor.infer(await source.batch(first, count), count);
      return { codes, logits };
    },
    release: () => executor.release()
  };
}

async function simulatedCodes(
  { model, analysis, plan }: QuantizedNetwork,
  layers: readonly NetworkLayer[],
  source: SampleSource,
  threads: number
): Promise<CodeSource & { release(): Promise<void> }> {
  const simulated = insertFakeQuantization(model, analysis, plan);
  const logits = simulated.graph.outputs[0]!.name;
  const made = new Set(simulated.graph.nodes.flatMap((node) => node.outputs));
  const quantizerOf = quantizersOf(analysis, plan);
  const tensors = layers.map(({ layer }) => {
    const quantized = `${layer.fusedOutput}.quantized`;
    const tensor = made.has(quantized) ? quantized : layer.fusedOutput;
    return { layer, tensor, quantizer: quantizerOf(layer.fusedOutput)! };
  });
  const outputs = [...new Set([...tensors.map(({ tensor }) => tensor), logits])];
  const session = await openSession(writeModel(withOutputs(simulated, outputs)), { threads });
  return {
    async compute(first, count) {
      const shape = [count, ...analysis.input.shape];
      const values = await session.run(await source.batch(first, count), shape, outputs);
      const codes = new Map(
        tensors.map(({ layer, tensor, quantizer }) => {
          const [scale, zeroPoint] = [quantizer.scale[0]!, quantizer.zeroPoint[0]!];
          // The values stand on the grid, so that rounding only undoes the multiplication's own.
          const code = (value: number) => Math.round(value / scale) + zeroPoint;
          const codes = Int16Array.from(values.get(tensor)!.data as Float32Array, code);
          return [layer.name, samplesFirst(codes, layer.positionsBefore, count)];
        })
      );
      return { codes, logits: values.get(logits)!.data as Float32Array };
    },
    release: () => session.release()
  };
}
