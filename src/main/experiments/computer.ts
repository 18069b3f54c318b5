import type {
  CodeMaps,
  DatasetDetails,
  Divergence,
  LayerHistograms,
  MeasurementKind,
  MeasurementTable,
  Picture,
  Preprocessing
} from '../../contract/index.ts';
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

export type { BundleFile, DatasetFile, RunJob, RunPhase, RunResult, InspectedModel, WeightPart };
export type { FitJob, FitMeasure };
export type { SensitivityGround, SensitivityJob, UnitJob, UnitMeasure };

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
  measureFit(job: FitJob): Promise<FitMeasure>;
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
