import type { GraphAnalysis } from '../graph/index.ts';
import type { Executor } from './executor.ts';

const mostSamples = 20;
/** Multiply-accumulates that may be spent: looking at every partial sum takes several times as long as adding them up. */
const mostOperations = 1e9;

/** Of how many samples, from the first on, every sum is formed a second time, exactly, to see how many bits it needs. */
export function observedSamples({ layers }: GraphAnalysis): number {
  const operations = layers.reduce((sum, { macs }) => sum + macs, 0);
  return Math.max(1, Math.min(mostSamples, Math.floor(mostOperations / Math.max(operations, 1))));
}

/**
 * An executor whose first samples another one computes as well, for what that one sees of them.
 * @param observer released once it has seen enough
 */
export function withObserver(executor: Executor, observer: Executor, samples: number): Executor {
  let left = samples;
  const stop = async () => {
    if (left > 0) await observer.release();
    left = 0;
  };
  return {
    async infer(pictures, count) {
      const more = Math.min(left, count);
      if (more > 0) {
        await observer.infer(pictures.subarray(0, (pictures.length / count) * more), more);
        if (more === left) await stop();
        else left -= more;
      }
      return executor.infer(pictures, count);
    },
    release: async () => void (await Promise.all([executor.release(), stop()]))
  };
}
