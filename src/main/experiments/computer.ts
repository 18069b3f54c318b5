import type {
  DatasetDetails,
  Divergence,
  MeasurementKind,
  MeasurementTable,
  Picture,
  Preprocessing
} from '../../contract/index.ts';
import type { InspectedModel } from '../inference/inspect-model.ts';
import type { BundleFile } from '../inference/integers/integer-bundle.ts';
import type { DatasetFile, RunJob, RunPhase, RunResult } from '../inference/run-job.ts';

export type { BundleFile, DatasetFile, RunJob, RunPhase, RunResult, InspectedModel };

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
  /** A table of measurements, checked; without a kind its header tells it. */
  readMeasurement(path: string, fileName: string, kind: MeasurementKind | null): Promise<MeasurementTable>;
  pictures(dataset: DatasetFile, samples: readonly number[]): Promise<Picture[]>;
  /** Computes a run. `onProgress` is called at most a few times a second. */
  compute(
    job: RunJob,
    onProgress: (phase: RunPhase, fraction: number) => void,
    signal: AbortSignal
  ): Promise<RunResult>;
  /** The integers of every layer of a run, with golden codes of so many samples and a README. */
  integers(job: RunJob, samples: number): Promise<BundleFile[]>;
  /** The quantized network of a run as an ONNX file. */
  quantizedOnnx(job: RunJob): Promise<Uint8Array>;
  /** A run three ways on its first samples. */
  divergence(job: RunJob, samples: number): Promise<Divergence>;
  close(): Promise<void>;
}
