import type { DatasetDetails, Picture, Preprocessing } from '../../contract/index.ts';
import type { InspectedModel } from '../inference/inspect-model.ts';
import type { DatasetFile, RunJob, RunPhase, RunResult } from '../inference/run-job.ts';

export type { DatasetFile, RunJob, RunPhase, RunResult, InspectedModel };

export type InspectedDataset = Pick<
  DatasetDetails,
  'format' | 'samples' | 'shape' | 'elementType' | 'layout' | 'classes' | 'classCounts'
>;

/**
 * The narrow interface through which use cases reach the computing process. Every promise rejects with a BitlabError.
 * Files are read there, never in the main process.
 */
export interface Computer {
  inspectModel(path: string, fileName: string): Promise<InspectedModel>;
  inspectDataset(
    path: string,
    fileName: string,
    preprocessing: Preprocessing,
    classNames: readonly string[]
  ): Promise<InspectedDataset>;
  pictures(dataset: DatasetFile, samples: readonly number[]): Promise<Picture[]>;
  /** Computes a run. `onProgress` is called at most a few times a second. */
  compute(
    job: RunJob,
    onProgress: (phase: RunPhase, fraction: number) => void,
    signal: AbortSignal
  ): Promise<RunResult>;
  close(): Promise<void>;
}
