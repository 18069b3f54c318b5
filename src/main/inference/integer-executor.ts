import type { IntegerKernels } from '../kernels/integer-kernels.ts';
import { layerExecutor, type IntegerSettings } from '../simulation/integer/index.ts';
import type { QuantizedNetwork } from './executable-network.ts';
import type { SeenSums } from './integer-report.ts';
import type { NetworkLayer } from './integer-layers.ts';
import { observedSamples } from './observed-samples.ts';
import {
  splitExecutor,
  type LayerComputation,
  type SplitExecutor,
  type SplitOptions
} from './split-executor.ts';

/** A network whose layers are computed by our integer kernels. */
export interface IntegerExecutor extends SplitExecutor {
  /** Layer name -> its sums over all batches so far. */
  seen(): ReadonlyMap<string, SeenSums>;
}

/**
 * Computes the layers of a network in the integer kernels, which have one thread.
 * @throws BitlabError CONFIGURATION_CONFLICT that names the layer, where codes, products or tiles do not fit
 */
export async function integerExecutor(
  network: Pick<QuantizedNetwork, 'model' | 'analysis' | 'plan'>,
  kernels: IntegerKernels,
  settings: IntegerSettings,
  options: SplitOptions
): Promise<IntegerExecutor> {
  const observed = observedSamples(network.analysis);
  const seen: (() => readonly [string, SeenSums])[] = [];
  const compute = (layer: NetworkLayer): LayerComputation => {
    const executor = observedExecutor(kernels, layer, observed);
    seen.push(() => [layer.layer.name, executor.seen()]);
    return executor;
  };
  const executor = await splitExecutor(network, settings, kernels.conversion, compute, options);
  return { ...executor, seen: () => new Map(seen.map((of) => of())) };
}

/** A layer's executor that looks at the exact sums of the first samples, too. */
function observedExecutor(
  kernels: IntegerKernels,
  { integer }: NetworkLayer,
  observed: number
): LayerComputation & { seen(): SeenSums } {
  const executor = layerExecutor(kernels, integer);
  const observer = layerExecutor(kernels, { ...integer, accumulation: { kind: 'observed', tile: null } });
  let samples = 0;
  let isObserving = true;
  const stopObserving = () => {
    if (isObserving) observer.release();
    isObserving = false;
  };
  return {
    execute(codes, { samples: count }) {
      const more = Math.min(observed - samples, count);
      if (more > 0) observer.execute(codes.subarray(0, (codes.length / count) * more), more);
      samples += count;
      if (samples >= observed) stopObserving();
      return executor.execute(codes, count);
    },
    seen: () => ({ limited: executor.statistics(), samples, exact: observer.statistics() }),
    release() {
      stopObserving();
      executor.release();
    }
  };
}
