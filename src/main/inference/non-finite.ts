import { BitlabError } from '../../contract/index.ts';
import type { SampleSource } from './run-job.ts';
import { tensorsToObserve, withOutputs, writeModel, type Model } from '../graph/index.ts';
import { openSession } from './session.ts';

/** The sample of the first value that is NaN or infinite, or null where all are finite. @param perSample values of a sample */
export function firstNonFiniteSample(values: Float32Array, perSample: number): number | null {
  // x - x is 0 for every finite x and NaN for the others, so one sum tells, faster than a search.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - values[i]!;
  if (sum === 0) return null;
  return Math.floor(values.findIndex((value) => !Number.isFinite(value)) / perSample);
}

/**
 * Finds where NaN or infinity first appears when a model computes one sample, and describes it as the error to report.
 * @param model the graph that was executed
 * @param kindOfSample what `sample` counts, for the message
 */
export async function describeNonFinite(
  model: Model,
  dataset: SampleSource,
  sample: number,
  inputShape: readonly number[],
  kindOfSample = 'sample'
): Promise<BitlabError> {
  const names = tensorsToObserve(model);
  const session = await openSession(writeModel(withOutputs(model, names)), {
    threads: 1,
    optimization: 'disabled'
  });
  try {
    const results = await session.run(await dataset.batch(sample, 1), [1, ...inputShape]);
    for (const node of model.graph.nodes) {
      for (const name of node.outputs) {
        const tensor = results.get(name);
        if (tensor === undefined || !(tensor.data instanceof Float32Array)) continue;
        const bad = tensor.data.find((value) => !Number.isFinite(value));
        if (bad === undefined) continue;
        return new BitlabError('MODEL_NOT_FINITE', {
          layer: node.name || name,
          kind: `${node.operator}, ${Number.isNaN(bad) ? 'NaN' : 'infinity'}, ${kindOfSample} ${sample}`
        });
      }
    }
    return new BitlabError('MODEL_NOT_FINITE', {
      layer: model.graph.outputs[0]!.name,
      kind: `${kindOfSample} ${sample}`
    });
  } finally {
    await session.release();
  }
}
