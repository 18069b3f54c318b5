import { BitlabError, type Configuration, type ModelLayer } from '../../contract/index.ts';
import type { GraphAnalysis, Layer, QuantizationPlan } from '../graph/index.ts';
import { costMetrics, networkCost, type DotProducts } from '../simulation/photonic/index.ts';

/** Groups of a convolution's channels that see different inputs. */
export function groupsOf({ operator, inputShape, weightShape }: Layer): number {
  return operator === 'Conv' ? inputShape[0]! / weightShape[1]! : 1;
}

/** A layer as dot products of operands of so many bits. */
export function dotProductsOf(
  layer: Pick<ModelLayer, 'name' | 'operator' | 'macs' | 'groups'> & {
    readonly outputShape: readonly number[];
  },
  weightBits: number,
  activationBits: number
): DotProducts {
  const { name, operator, outputShape, macs, groups = 1 } = layer;
  const outputs = outputShape.reduce((product, extent) => product * extent, 1);
  const outputChannels = (operator === 'Conv' ? outputShape[0] : outputShape.at(-1)) ?? 1;
  const reduction = Math.round(macs / outputs);
  return {
    name,
    reduction,
    outputChannels,
    groups,
    positions: outputs / outputChannels,
    weightBits,
    activationBits
  };
}

/**
 * The metrics of a run's cost; none outside of arithmetic `accelerator`, and where nothing is known of the cost.
 * @param say takes a sentence for the run's log where the cost is not known
 */
export function acceleratorMetrics(
  configuration: Configuration,
  analysis: GraphAnalysis,
  plan: QuantizationPlan | null,
  say: (text: string) => void
): Record<string, number> {
  const { arithmetic, accelerator } = configuration;
  if (arithmetic !== 'accelerator' || accelerator === null || accelerator.link === null) return {};
  const layers = analysis.layers.map((layer) => {
    const point = analysis.quantizedBy.get(layer.input);
    const activationBits = point === undefined ? undefined : plan?.activations.get(point)?.bits;
    const weightBits = plan?.weights.get(layer.name)?.quantizer.bits;
    const described = { ...layer, groups: groupsOf(layer) };
    return dotProductsOf(
      described,
      weightBits ?? configuration.weights.bits,
      activationBits ?? configuration.activations.bits
    );
  });
  try {
    return costMetrics(networkCost(layers, accelerator));
  } catch (thrown) {
    if (!(thrown instanceof BitlabError)) throw thrown;
    say(`No cost: ${thrown.message}`);
    return {};
  }
}
