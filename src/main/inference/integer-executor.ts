import type { IntegerKernels } from '../kernels/integer-kernels.ts';
import { layerExecutor, type IntegerSettings } from '../simulation/integer/index.ts';
import type { QuantizedNetwork } from './executable-network.ts';
import type { SeenSums } from './integer-report.ts';
import type { NetworkLayer } from './integer-layers.ts';
import {
  splitExecutor,
  type LayerComputation,
  type SplitExecutor,
  type SplitOptions
} from './split-executor.ts';

/** The samples whose sums are formed a second time, exactly, to see how many bits they need. */
const observedSamples = 100;

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
  const seen: (() => readonly [string, SeenSums])[] = [];
  const compute = (layer: NetworkLayer): LayerComputation => {
    const executor = observedExecutor(kernels, layer);
    seen.push(() => [layer.layer.name, executor.seen()]);
    return executor;
  };
  const executor = await splitExecutor(network, settings, compute, options);
  return { ...executor, seen: () => new Map(seen.map((of) => of())) };
}

/** A layer's executor that looks at the exact sums of the first samples, too. */
function observedExecutor(
  kernels: IntegerKernels,
  { integer }: NetworkLayer
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
      if (isObserving) observer.execute(codes, count);
      samples += count;
      if (samples >= observedSamples) stopObserving();
      return executor.execute(codes, count);
    },
    seen: () => ({ limited: executor.statistics(), samples, exact: observer.statistics() }),
    release() {
      stopObserving();
      executor.release();
    }
  };
}
