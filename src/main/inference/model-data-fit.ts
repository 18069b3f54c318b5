import { BitlabError } from '../../contract/index.ts';
import type { PreparedModel } from './prepared-model.ts';
import type { SampleSource } from './run-job.ts';

/** What a job calls its model and the data set that it is evaluated on. */
interface Named {
  readonly model: { readonly name: string };
  readonly evaluate: { readonly name: string };
}

/** @throws MODEL_DATA_MISMATCH where the samples of a job, or their classes, are not those of its model */
export function requireFit(job: Named, prepared: PreparedModel, dataset: SampleSource): void {
  requireShape(job, prepared, dataset, job.evaluate.name);
  const classes = prepared.analysis.output.shape.reduce((product, extent) => product * extent, 1);
  if (dataset.classes > classes) {
    throw new BitlabError('MODEL_DATA_MISMATCH', {
      model: job.model.name,
      dataset: job.evaluate.name,
      reason: `it has ${dataset.classes} classes and the model tells ${classes} apart`
    });
  }
}

/** @throws MODEL_DATA_MISMATCH where samples have another shape than the model takes @param name of the data set */
export function requireShape(job: Named, prepared: PreparedModel, dataset: SampleSource, name: string): void {
  const expected = prepared.analysis.input.shape;
  const same = expected.length === 3 && expected.every((extent, axis) => extent === dataset.shape[axis]);
  const flat =
    expected.length === 1 && expected[0] === dataset.shape.reduce((product, extent) => product * extent, 1);
  if (same || flat) return;
  throw new BitlabError('MODEL_DATA_MISMATCH', {
    model: job.model.name,
    dataset: name,
    reason: `its pictures have the shape ${dataset.shape.join(' x ')} and the model takes ${expected.join(' x ')}`
  });
}
