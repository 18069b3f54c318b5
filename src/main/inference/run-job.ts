import type {
  Configuration,
  DatasetFormat,
  LayerResult,
  MeasurementKind,
  MeasurementTable,
  Preprocessing,
  Provenance,
  SampleDraw
} from '../../contract/index.ts';

/** A stored data set as the computing process needs it. */
export interface DatasetFile {
  /** Its name in the notebook, for messages. */
  readonly name: string;
  readonly path: string;
  readonly hash: string;
  readonly format: DatasetFormat;
  readonly preprocessing: Preprocessing;
  /** Where decoded pictures may be kept, and how many bytes of them; nowhere where it is left out. */
  readonly cache?: { readonly folder: string; readonly limitBytes: number };
}

/** A stored table of measurements. */
export interface MeasurementFile {
  /** Its name in the notebook, for messages. */
  readonly name: string;
  readonly path: string;
  /** By which a configuration names it. */
  readonly hash: string;
  readonly kind: MeasurementKind;
}

/** One run to compute. Paths point at blobs of the notebook. */
export interface RunJob {
  readonly runId: string;
  readonly model: { readonly name: string; readonly path: string; readonly hash: string };
  readonly evaluate: DatasetFile;
  readonly samples: number | 'all';
  /** How these samples are drawn; the first ones where it is left out. */
  readonly draw?: SampleDraw;
  readonly calibrate: DatasetFile | null;
  readonly calibrationSamples: number;
  readonly configuration: Configuration;
  /** The tables that the configuration names; none where it is left out. */
  readonly measurements?: readonly MeasurementFile[];
  readonly threads: number;
}

export type RunPhase = 'preparing' | 'calibrating' | 'quantizing' | 'rounding' | 'evaluating';

export interface RunResult {
  /** samples x classes, row-major. */
  readonly logits: Float32Array;
  readonly labels: Int32Array;
  /** Which samples of the data set they are; null where they are the first. */
  readonly drawn: Int32Array | null;
  readonly classes: number;
  /** Metric name -> value: as in the catalogue of metrics. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly layers: readonly LayerResult[];
  /** SHA-256 of the logits' bytes, little endian. */
  readonly logitsHash: string;
  readonly durationSeconds: number;
  readonly log: readonly { readonly at: string; readonly text: string }[];
  readonly versions: {
    readonly node: string;
    readonly onnxRuntime: string;
    readonly processor: string;
    /** What computed the layers. */
    readonly kernels: Provenance['kernels'];
    readonly platform: string;
  };
}

/** Labelled pictures as inference needs them; src/main/datasets has the readers. */
export interface SampleSource {
  readonly samples: number;
  /** Channels, height, width. */
  readonly shape: readonly number[];
  readonly labels: Int32Array;
  readonly classes: number;
  /** @returns count x channels x height x width preprocessed values, row-major */
  batch(offset: number, count: number): Promise<Float32Array>;
  /** The same of samples in any order. Where it is left out they are asked for one by one. */
  chosen?(samples: ArrayLike<number>): Promise<Float32Array>;
}

export type OpenMeasurement = (file: MeasurementFile) => Promise<MeasurementTable>;

export type OpenSource = (file: DatasetFile) => Promise<SampleSource>;
