import type {
  CodeMaps,
  DatasetPreview,
  Divergence,
  IdentityCheck,
  LayerHistograms,
  MeasurementKind,
  MeasurementTable,
  Picture,
  ResultsFormat
} from '../../contract/index.ts';
import type { DatasetRequest, GivenFile, PackedDataset } from '../datasets/index.ts';
import type { FoundResults } from '../imported-results/index.ts';
import type { ModelOrigin } from '../inference/import-model.ts';
import type { InspectedModel } from '../inference/inspect-model.ts';
import type { BundleFile } from '../inference/integers/integer-bundle.ts';
import type { FitJob, FitMeasure } from '../inference/measure-fit.ts';
import type { WeightPart } from '../inference/layer-histograms.ts';
import type { DatasetFile, RunJob, RunPhase, RunResult } from '../inference/run-job.ts';
import type {
  SensitivityGround,
  SensitivityJob,
  UnitJob,
  UnitMeasure
} from '../inference/sensitivity/sensitivity-job.ts';

export type { FoundResults, ModelOrigin };
export type { DatasetRequest, GivenFile, PackedDataset };
export type { BundleFile, DatasetFile, RunJob, RunPhase, RunResult, InspectedModel, WeightPart };
export type { FitJob, FitMeasure };
export type { SensitivityGround, SensitivityJob, UnitJob, UnitMeasure };

/**
 * The narrow interface through which use cases reach the computing process. Every promise rejects with a BitlabError.
 * Files are read there, never in the main process.
 */
export interface Computer {
  /** Looks at a model, and writes it to `origin.writeTo` where the notebook cannot keep the file as it is. */
  inspectModel(path: string, fileName: string, origin?: ModelOrigin): Promise<InspectedModel>;
  /** Reads a data set fully, and writes what is no .npz archive as one file to `containerPath`. */
  packDataset(
    request: DatasetRequest,
    containerPath: string,
    onProgress: (fraction: number) => void
  ): Promise<PackedDataset>;
  /** What that would give, from a few pictures. */
  previewDataset(request: DatasetRequest): Promise<DatasetPreview>;
  /** A table of measurements, checked; without a kind its header tells it. */
  readMeasurement(path: string, fileName: string, kind: MeasurementKind | null): Promise<MeasurementTable>;
  /** Results of another program; without a format the file tells it. */
  readResults(path: string, fileName: string, format: ResultsFormat | null): Promise<FoundResults>;
  pictures(dataset: DatasetFile, samples: readonly number[]): Promise<Picture[]>;
  measureFit(job: FitJob): Promise<FitMeasure>;
  /** A run of accelerator arithmetic on hardware without errors, and in exact integers. */
  identity(job: RunJob, samples: number): Promise<IdentityCheck>;
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
  /** The same of one sample, position by position. */
  codeMaps(job: RunJob, sample: number): Promise<CodeMaps>;
  /** What there is to measure of a model's sensitivities, and what it is measured against. */
  sensitivityGround(
    job: SensitivityJob,
    onProgress: (phase: RunPhase, fraction: number) => void,
    signal: AbortSignal
  ): Promise<SensitivityGround>;
  /** One unit at several widths, in the order of the widths. */
  measureUnit(unitJob: UnitJob, signal: AbortSignal): Promise<UnitMeasure[]>;
  /** The values of a layer's weights and activations, and the levels of its quantizers. */
  layerHistograms(job: RunJob, layer: string, part: WeightPart): Promise<LayerHistograms>;
  close(): Promise<void>;
}
