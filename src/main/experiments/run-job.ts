import { availableParallelism } from 'node:os';
import { BitlabError, type Dataset, type Model } from '../../contract/index.ts';
import type { StoredRun } from '../store/index.ts';
import type { RunJob } from './computer.ts';
import type { Context } from './context.ts';
import { datasetFile } from './datasets.ts';
import { readSettings } from './settings.ts';

/** What the computing process needs for a stored run. */
export function runJob(context: Context, run: StoredRun, threads: number): RunJob {
  const { notebook } = context;
  const model = found(notebook.models.get(run.modelId), 'MODEL_NOT_FOUND', run.modelId);
  const evaluate = found(notebook.datasets.get(run.datasetId), 'DATA_NOT_FOUND', run.datasetId);
  const calibrate =
    run.calibrationDatasetId === null
      ? null
      : found(notebook.datasets.get(run.calibrationDatasetId), 'DATA_NOT_FOUND', run.calibrationDatasetId);
  return {
    runId: run.id,
    model: { name: model.name, path: notebook.blobs.path(model.hash), hash: model.hash },
    evaluate: datasetFile(context, evaluate),
    samples: run.samples,
    ...(run.draw === null ? {} : { draw: run.draw }),
    calibrate: calibrate === null ? null : datasetFile(context, calibrate),
    calibrationSamples: run.calibrationSamples,
    configuration: run.configuration,
    measurements: notebook.measurements.ofRun(run.id).map(({ name, hash, kind }) => ({
      name,
      path: notebook.blobs.path(hash),
      hash,
      kind
    })),
    threads
  };
}

/** Threads for new runs: as the settings say, else as many as there are processors. */
export function threadCount(context: Context): number {
  return readSettings(context).threads ?? availableParallelism();
}

function found<T extends Model | Dataset>(
  entity: T | null,
  code: 'MODEL_NOT_FOUND' | 'DATA_NOT_FOUND',
  name: string
): T {
  if (entity === null) throw new BitlabError(code, { name, suggestion: 'Import it again.' });
  return entity;
}
