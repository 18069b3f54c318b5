import { writeModel, type Model } from '../graph/index.ts';
import { openSession } from './session.ts';

/** A network that can be computed, in whichever arithmetic. */
export interface Executor {
  /**
   * @param pictures count x the network's input for one sample, row-major
   * @param first number of the first of these samples among all, which decides what is random about them
   * @param signal stops long batches between their layers
   * @returns the logits, count x classes, row-major; valid until the next call
   */
  infer(pictures: Float32Array, count: number, first?: number, signal?: AbortSignal): Promise<Float32Array>;
  /** Frees its memory; it cannot be used afterwards. */
  release(): Promise<void>;
}

/** Computes a graph as a whole in ONNX Runtime. @param inputShape for one sample, without the batch dimension */
export async function graphExecutor(
  model: Model,
  inputShape: readonly number[],
  threads: number
): Promise<Executor> {
  const session = await openSession(writeModel(model), { threads });
  const output = model.graph.outputs[0]!.name;
  return {
    async infer(pictures, count) {
      const results = await session.run(pictures, [count, ...inputShape], [output]);
      return results.get(output)!.data as Float32Array;
    },
    release: () => session.release()
  };
}
