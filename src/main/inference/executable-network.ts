import type { Configuration, LayerResult, Provenance } from '../../contract/index.ts';
import {
  insertFakeQuantization,
  lowerToIntegers,
  type GraphAnalysis,
  type Model,
  type QuantizationPlan
} from '../graph/index.ts';
import type { IntegerKernels } from '../kernels/integer-kernels.ts';
import type { IntegerSettings } from '../simulation/integer/index.ts';
import { graphExecutor, type Executor } from './executor.ts';
import { integerExecutor } from './integer-executor.ts';
import type { NetworkLayer } from './integer-layers.ts';
import { integerResult, type SeenSums } from './integer-report.ts';
import { integerSettings, onnxRuntimeComputes } from './integer-settings.ts';
import { observedSamples, withObserver } from './observed-samples.ts';
import { exactWeightStorage } from './weight-storage.ts';

/** A network with all its quantizers chosen, before it is lowered to an arithmetic. */
export interface QuantizedNetwork {
  /** As it was prepared for its configuration: folded, and equalized or rounded where that was asked for. */
  readonly model: Model;
  readonly analysis: GraphAnalysis;
  readonly plan: QuantizationPlan;
  readonly layers: readonly LayerResult[];
}

/** A network ready to execute, and what is known of it. */
export interface ExecutableNetwork {
  /** The graph that is executed, or one like it; where NaN appears is found in it. */
  readonly model: Model;
  readonly plan: QuantizationPlan | null;
  readonly executor: Executor;
  readonly kernels: Provenance['kernels'];
  /** What is known of the layers once the executor has evaluated. */
  layers(): readonly LayerResult[];
}

/**
 * Lowers a network to its arithmetic and chooses what computes it: ONNX Runtime wherever it computes exactly what the
 * configuration asks for, our integer kernels elsewhere.
 * @param say takes sentences for the run's log
 * @throws BitlabError CONFIGURATION_CONFLICT that names the layer at fault
 */
export async function executableNetwork(
  configuration: Configuration,
  network: QuantizedNetwork,
  kernels: () => Promise<IntegerKernels>,
  threads: number,
  say: (text: string) => void
): Promise<ExecutableNetwork> {
  const { model, analysis, plan } = network;
  const onGraph = async (lowered: Model, layers: readonly LayerResult[]): Promise<ExecutableNetwork> => ({
    model: lowered,
    plan,
    executor: await graphExecutor(lowered, analysis.input.shape, threads),
    kernels: 'onnxruntime',
    layers: () => layers
  });
  if (configuration.arithmetic === 'simulated') {
    return onGraph(insertFakeQuantization(model, analysis, plan), network.layers);
  }
  const settings = integerSettings(configuration);
  if (onnxRuntimeComputes(settings, analysis, plan)) {
    say("The layers are computed by ONNX Runtime's integer kernels.");
    const weightStorage = await exactWeightStorage();
    if (weightStorage === 'uint8')
      say('Weights are stored unsigned: this processor saturates pairs of u8 x s8 products.');
    const lowered = await onGraph(lowerToIntegers(model, analysis, plan, { weightStorage }), network.layers);
    // Our kernels compute the first samples, too, since they tell what became of the sums.
    const observer = await integerExecutor(network, await kernels(), settings, { threads });
    return {
      ...lowered,
      executor: withObserver(lowered.executor, observer, observedSamples(analysis)),
      layers: () => withIntegers(network.layers, observer.layers, settings, firstSums(observer.seen()))
    };
  }
  say("The layers are computed by Bitlab's integer kernels, what lies between them by ONNX Runtime.");
  const executor = await integerExecutor(network, await kernels(), settings, { threads });
  return {
    model: insertFakeQuantization(model, analysis, plan),
    plan,
    executor,
    kernels: 'bitlab',
    layers: () => withIntegers(network.layers, executor.layers, settings, executor.seen())
  };
}

/** Of the first samples only: what the others did in their accumulators was not seen. */
const firstSums = (seen: ReadonlyMap<string, SeenSums>): ReadonlyMap<string, SeenSums> =>
  new Map(Array.from(seen, ([name, sums]) => [name, { ...sums, limited: null }]));

function withIntegers(
  results: readonly LayerResult[],
  layers: readonly NetworkLayer[],
  settings: IntegerSettings,
  seen: ReadonlyMap<string, SeenSums>
): LayerResult[] {
  const found = new Map(layers.map((layer) => [layer.layer.name, layer]));
  return results.map((result) => {
    const layer = found.get(result.name);
    if (layer === undefined) return result;
    return { ...result, integers: integerResult(layer, settings, seen.get(result.name)!) };
  });
}
