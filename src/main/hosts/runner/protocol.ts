import type {
  CodeMaps,
  DatasetPreview,
  Divergence,
  ErrorReport,
  IdentityCheck,
  LayerHistograms,
  MeasurementKind,
  MeasurementTable,
  Picture,
  ResultsFormat
} from '../../../contract/index.ts';
import type {
  BundleFile,
  DatasetFile,
  DatasetRequest,
  FitJob,
  FitMeasure,
  FoundResults,
  InspectedModel,
  ModelOrigin,
  PackedDataset,
  RunJob,
  RunPhase,
  RunResult,
  SensitivityGround,
  SensitivityJob,
  UnitJob,
  UnitMeasure,
  WeightPart
} from '../../experiments/computer.ts';

/** What the computing process can be asked: method -> input and result. */
export interface RunnerMethods {
  inspectModel: {
    input: { path: string; fileName: string; origin?: ModelOrigin | undefined };
    result: InspectedModel;
  };
  packDataset: { input: { request: DatasetRequest; containerPath: string }; result: PackedDataset };
  previewDataset: { input: DatasetRequest; result: DatasetPreview };
  readMeasurement: {
    input: { path: string; fileName: string; kind: MeasurementKind | null };
    result: MeasurementTable;
  };
  readResults: {
    input: { path: string; fileName: string; format: ResultsFormat | null };
    result: FoundResults;
  };
  pictures: { input: { dataset: DatasetFile; samples: readonly number[] }; result: Picture[] };
  measureFit: { input: FitJob; result: FitMeasure };
  identity: { input: { job: RunJob; samples: number }; result: IdentityCheck };
  compute: { input: RunJob; result: RunResult };
  integers: { input: { job: RunJob; samples: number }; result: BundleFile[] };
  quantizedOnnx: { input: { job: RunJob }; result: Uint8Array };
  divergence: { input: { job: RunJob; samples: number }; result: Divergence };
  codeMaps: { input: { job: RunJob; sample: number }; result: CodeMaps };
  sensitivityGround: { input: SensitivityJob; result: SensitivityGround };
  measureUnit: { input: UnitJob; result: UnitMeasure[] };
  layerHistograms: { input: { job: RunJob; layer: string; part: WeightPart }; result: LayerHistograms };
}

export type RunnerMethod = keyof RunnerMethods;

export type Request = {
  [M in RunnerMethod]: {
    readonly type: 'request';
    readonly id: number;
    readonly method: M;
    readonly input: RunnerMethods[M]['input'];
  };
}[RunnerMethod];

/** From the main process to the computing process. */
export type ToRunner = Request | { readonly type: 'cancel'; readonly id: number };

/** From the computing process to the main process. */
export type FromRunner =
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly report: ErrorReport }
  | { readonly type: 'progress'; readonly id: number; readonly phase: RunPhase; readonly fraction: number };

/** The channel between both, whichever way the process was started. */
export interface RunnerProcess {
  send(message: ToRunner): void;
  onMessage(listener: (message: FromRunner) => void): void;
  /** `reason` says how the process ended, in words. */
  onExit(listener: (reason: string) => void): void;
  kill(): void;
}
