import { z } from 'zod';
import { Configuration } from './configuration.ts';
import { ExperimentFile, SampleDraw } from './experiment-file.ts';
import type { ErrorReport } from './errors/index.ts';
import { IntegerResult } from './integer-results.ts';
import { Preprocessing } from './preprocessing.ts';

/** A SHA-256 in lower-case hexadecimal. */
export const Hash = z.string().regex(/^[0-9a-f]{64}$/);
/** ISO 8601 in UTC, with milliseconds. */
export const Timestamp = z.string();
export const Name = z.string().trim().min(1).max(120);
export const Tags = z.record(z.string().min(1).max(60), z.string().max(200));
/** Entities have short, unguessable, sortable text identifiers, such as `run_01k...`. */
export const Identifier = z.string().min(1).max(64);

export const Report = z.custom<ErrorReport>(
  (value) => typeof value === 'object' && value !== null && 'code' in value
);

/** One Conv, Gemm or MatMul and what is fused with it. */
export const ModelLayer = z.object({
  name: z.string(),
  operator: z.enum(['Conv', 'Gemm', 'MatMul']),
  /** The activation that is computed with the layer, such as Relu. */
  fused: z.string().nullable(),
  weightShape: z.array(z.int()),
  /** Shape of the layer's output for one sample, without the batch dimension. */
  outputShape: z.array(z.int()),
  /** Groups of channels that see different inputs, of a convolution; 1 where it is left out. */
  groups: z.int().optional(),
  parameters: z.int(),
  /** Multiply-accumulate operations for one sample. */
  macs: z.int()
});

export const Model = z.object({
  id: Identifier,
  name: Name,
  hash: Hash,
  fileName: z.string(),
  bytes: z.int(),
  tags: Tags,
  opset: z.int(),
  producer: z.string(),
  /** Shape of the input for one sample, without the batch dimension. */
  inputShape: z.array(z.int()),
  classes: z.int(),
  parameters: z.int(),
  macs: z.int(),
  layerCount: z.int(),
  createdAt: Timestamp
});

export const ModelDetails = Model.extend({
  layers: z.array(ModelLayer),
  /** Tensors that are quantized, which overrides can name, too; unknown of models that older versions imported. */
  points: z.array(z.string()).optional(),
  /** Operator -> how often it occurs in the file. */
  operators: z.record(z.string(), z.int()),
  /** Operators that stay in float. */
  floatOperators: z.array(z.string()),
  runCount: z.int()
});

/** A model that is not in the notebook: what its file says of it. */
export const ModelPreview = ModelDetails.omit({
  id: true,
  name: true,
  tags: true,
  createdAt: true,
  runCount: true
}).extend({
  /** The file's name without its ending: what it will be called unless told otherwise. */
  suggestedName: Name,
  /** Names of models in the notebook with the very same bytes. */
  sameAs: z.array(z.string()),
  /** Names of the file's outputs, of which one counts. */
  outputs: z.array(z.string()),
  /** What is decided on the way into the notebook, in sentences. */
  notes: z.array(z.string())
});

/** What a data set was read from. */
export const DatasetFormat = z.enum(['npz', 'npy', 'idx', 'cifar-10', 'cifar-100', 'folder', 'csv']);

/** A picture that could not be read, and was left out. */
export const PictureProblem = z.object({ path: z.string(), reason: z.string() });

export const Dataset = z.object({
  id: Identifier,
  name: Name,
  hash: Hash,
  fileName: z.string(),
  bytes: z.int(),
  format: DatasetFormat,
  samples: z.int(),
  /** Channels, height and width that networks see: after preprocessing. */
  shape: z.tuple([z.int(), z.int(), z.int()]),
  elementType: z.enum(['uint8', 'float32']),
  layout: z.enum(['nchw', 'nhwc']),
  /** The largest label plus one, or the number of class names where they are known. */
  classes: z.int(),
  classNames: z.array(z.string()),
  preprocessing: Preprocessing,
  createdAt: Timestamp
});

export const DatasetDetails = Dataset.extend({
  /** Pictures that were left out when the data set was imported: how many, and the first of them. */
  leftOut: z.object({ count: z.int(), first: z.array(PictureProblem) }),
  /** How many samples each class has. */
  classCounts: z.array(z.int()),
  runCount: z.int()
});

export const ExperimentStatus = z.enum([
  'queued',
  'running',
  'finished',
  'failed',
  'cancelled',
  'interrupted'
]);
export const RunStatus = z.enum(['queued', 'running', 'finished', 'failed', 'cancelled', 'interrupted']);

/** How many runs of an experiment have which status. */
export const RunCounts = z.object({
  total: z.int(),
  queued: z.int(),
  running: z.int(),
  finished: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  interrupted: z.int()
});

export const Experiment = z.object({
  id: Identifier,
  name: z.string(),
  question: z.string(),
  status: ExperimentStatus,
  counts: RunCounts,
  /** Runs that were planned and not needed, because the interval of their mean was narrow enough without them. */
  spared: z.int(),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable()
});

/** A proportion with its 95 % Wilson score interval. */
export const Proportion = z.object({ value: z.number(), low: z.number(), high: z.number(), count: z.int() });

/** A run as a row of a table: enough for lists and charts. */
export const Run = z.object({
  id: Identifier,
  status: RunStatus,
  /** Whether this is the unquantized run of its model. */
  baseline: z.boolean(),
  modelId: Identifier,
  model: z.string(),
  dataset: z.string(),
  /** Number of samples evaluated (or to be evaluated). */
  samples: z.int(),
  configuration: Configuration,
  configurationHash: Hash,
  /** The name of each table of measurements that the configuration has by its hash; absent where there is none. */
  measurements: z.record(Hash, z.string()).optional(),
  seed: z.int(),
  top1: Proportion.nullable(),
  /** All metrics of the run by name; see docs for the names. */
  metrics: z.record(z.string(), z.number()),
  error: Report.nullable(),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable(),
  /** Wall-clock time of the computation, in seconds. */
  durationSeconds: z.number().nullable(),
  experimentIds: z.array(Identifier),
  starred: z.boolean(),
  tags: z.array(z.string())
});

/** Parameters of one quantizer as they were used; per-channel values have one entry per channel. */
export const QuantizerSummary = z.object({
  bits: z.int(),
  low: z.int(),
  high: z.int(),
  scale: z.array(z.number()),
  zeroPoint: z.array(z.int()),
  minimum: z.array(z.number()),
  maximum: z.array(z.number())
});

/** What quantization cost a layer, seen on calibration pictures in the simulated network. */
export const LayerReport = z.object({
  /** SQNR of the layer's output, its activation included, against the float network's, in dB; null where nothing was lost. */
  outputSqnrDb: z.number().nullable(),
  /**
   * SQNR of the output's quantization alone: what leaves the quantizer against what reaches it, in dB; null where nothing was
   * lost or nothing quantized, and in runs of older notebooks.
   */
  activationSqnrDb: z.number().nullable(),
  /** Share of the weights beyond the outermost level and half a step. */
  weightsClipped: z.number(),
  /** Levels that some weight has, and levels that there are. */
  weightLevelsUsed: z.int(),
  weightLevels: z.int(),
  /** The same of the layer's output; null where it is not quantized. */
  outputClipped: z.number().nullable(),
  outputLevelsUsed: z.int().nullable(),
  outputLevels: z.int().nullable(),
  /** How many dB the weights gain with a scale for each channel instead of one, by the same range method; null where that cannot be told. */
  channelGainDb: z.number().nullable()
});

/** How a layer lies on an accelerator, and what its converters did to its sums. */
export const AcceleratorResult = z.object({
  /** Tiles of the reduction, and uses of the hardware for each tile: pairs of slices, and rails. */
  tiles: z.int(),
  passes: z.int(),
  /** Products of the reduction for each place of its tiles. */
  utilization: z.number(),
  /** The largest sum of a tile that can be, in products of slice codes. */
  fullScale: z.number(),
  /** Ends of the analog-to-digital converter in units of full scale; null for an ideal one. */
  adcLow: z.number().nullable(),
  adcHigh: z.number().nullable(),
  /** Share of the tiles' sums that lay beyond its outermost level. */
  clippedShare: z.number(),
  /** Additions that did not fit into the register. */
  overflows: z.int(),
  /** SQNR of the layer's output on the first samples against exact integers on the same input, in dB; null where nothing was lost. */
  outputSqnrDb: z.number().nullable()
});

/** What a run did to one layer. */
export const LayerResult = z.object({
  index: z.int(),
  name: z.string(),
  operator: z.string(),
  fused: z.string().nullable(),
  macs: z.int(),
  parameters: z.int(),
  weights: QuantizerSummary.nullable(),
  /** Signal to quantization noise ratio of the weights, in dB; null where nothing was lost or nothing quantized. */
  weightSqnrDb: z.number().nullable(),
  /** The quantizer of the layer's output, where it has one. */
  output: QuantizerSummary.nullable(),
  /** Of a quantized run. */
  report: LayerReport.optional(),
  /** In integer arithmetic. */
  integers: IntegerResult.optional(),
  /** In accelerator arithmetic. */
  accelerator: AcceleratorResult.optional()
});

/** Where and with what a run was computed. */
export const Provenance = z.object({
  bitlab: z.string(),
  node: z.string(),
  onnxRuntime: z.string(),
  platform: z.string(),
  processor: z.string(),
  /** What computed the layers: ONNX Runtime, or Bitlab's integer kernels with ONNX Runtime between the layers. */
  kernels: z.enum(['onnxruntime', 'bitlab']),
  threads: z.int(),
  modelHash: Hash,
  datasetHash: Hash,
  calibrationHash: Hash.nullable(),
  calibrationSamples: z.int(),
  logitsHash: Hash.nullable(),
  /** How often the run was computed again, and whether each time gave the same logits. */
  replays: z.array(z.object({ at: Timestamp, same: z.boolean(), logitsHash: Hash }))
});

export const RunDetails = Run.extend({
  /** How its samples were drawn; left out where they are the first of the data set, or all. */
  draw: SampleDraw.optional(),
  calibrationDataset: z.string().nullable(),
  /** The finished float run of the same model on the same samples, where there is another one. */
  baselineId: Identifier.nullable(),
  layers: z.array(LayerResult),
  /** confusion[label][prediction] = number of samples. */
  confusion: z.array(z.array(z.int())).nullable(),
  classNames: z.array(z.string()),
  provenance: Provenance.nullable(),
  log: z.array(z.object({ at: Timestamp, text: z.string() })),
  note: z.string(),
  experiments: z.array(z.object({ id: Identifier, name: z.string() }))
});

/** McNemar's exact test of two runs on the same samples. */
export const PairedTest = z.object({
  a: Identifier,
  b: Identifier,
  /** Samples that only the first, or only the second, got right. */
  onlyA: z.int(),
  onlyB: z.int(),
  /** top1(b) - top1(a), in the unit 1, and its 95 % interval (Agresti and Min 2005). */
  difference: z.number(),
  low: z.number(),
  high: z.number(),
  pValue: z.number()
});

export const ExperimentDetails = Experiment.extend({
  file: ExperimentFile,
  /** The factors whose levels differ between runs, as dotted paths, in the file's order. */
  factors: z.array(z.string()),
  runs: z.array(Run),
  /** Those of the runs that only an error budget needs: they stand for no combination of levels. */
  stageRuns: z.array(Identifier),
  /** Seconds until all runs are done, where it can be told. */
  secondsLeft: z.number().nullable()
});

export type Model = z.infer<typeof Model>;
export type ModelDetails = z.infer<typeof ModelDetails>;
export type ModelPreview = z.infer<typeof ModelPreview>;
export type ModelLayer = z.infer<typeof ModelLayer>;
export type DatasetFormat = z.infer<typeof DatasetFormat>;
export type PictureProblem = z.infer<typeof PictureProblem>;
export type Dataset = z.infer<typeof Dataset>;
export type DatasetDetails = z.infer<typeof DatasetDetails>;
export type Experiment = z.infer<typeof Experiment>;
export type ExperimentDetails = z.infer<typeof ExperimentDetails>;
export type ExperimentStatus = z.infer<typeof ExperimentStatus>;
export type RunStatus = z.infer<typeof RunStatus>;
export type RunCounts = z.infer<typeof RunCounts>;
export type Run = z.infer<typeof Run>;
export type RunDetails = z.infer<typeof RunDetails>;
export type Proportion = z.infer<typeof Proportion>;
export type QuantizerSummary = z.infer<typeof QuantizerSummary>;
export type LayerReport = z.infer<typeof LayerReport>;
export type AcceleratorResult = z.infer<typeof AcceleratorResult>;
export type LayerResult = z.infer<typeof LayerResult>;
export type Provenance = z.infer<typeof Provenance>;
export type PairedTest = z.infer<typeof PairedTest>;
