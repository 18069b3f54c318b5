import type {
  Configuration,
  LayerResult,
  ModelDetails,
  DatasetDetails,
  Preprocessing,
  Picture
} from '../../contract/index.ts';

/** A stored data set as the computing process needs it. */
export interface DatasetFile {
  readonly path: string;
  readonly hash: string;
  readonly format: 'npz';
  readonly preprocessing: Preprocessing;
}

/** One run to compute. Paths point at blobs of the notebook. */
export interface RunJob {
  readonly runId: string;
  readonly model: { readonly path: string; readonly hash: string };
  readonly evaluate: DatasetFile;
  readonly samples: number | 'all';
  readonly calibrate: DatasetFile | null;
  readonly calibrationSamples: number;
  readonly configuration: Configuration;
  readonly threads: number;
}

export type RunPhase = 'preparing' | 'calibrating' | 'quantizing' | 'evaluating';

export interface RunResult {
  /** samples x classes, row-major. */
  readonly logits: Float32Array;
  readonly labels: Int32Array;
  readonly classes: number;
  /** Metric name -> value: top1, top5, crossEntropy, modelSizeBits, bops, logitsSqnrDb ... */
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
    readonly platform: string;
  };
}

export type InspectedModel = Pick<
  ModelDetails,
  | 'opset'
  | 'producer'
  | 'inputShape'
  | 'classes'
  | 'parameters'
  | 'macs'
  | 'layerCount'
  | 'layers'
  | 'operators'
  | 'floatOperators'
>;

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
