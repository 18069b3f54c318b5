import { z } from 'zod';
import { CostAnswer, ReachAnswer, ReachMode, ResolvedPreset } from './accelerator-results.ts';
import { BitWidth } from './configuration.ts';
import { ExperimentFile } from './experiment-file.ts';
import { Export, ExportedText, ExportRecord, ExportRequest, ExportState } from './export-record.ts';
import { LayerHistograms } from './layer-histograms.ts';
import {
  Dataset,
  DatasetDetails,
  Experiment,
  ExperimentDetails,
  Identifier,
  Model,
  ModelDetails,
  Name,
  PairedTest,
  Preprocessing,
  Report,
  Run,
  RunDetails,
  Tags
} from './entities.ts';
import { ErrorBudget } from './error-budget.ts';
import { CodeMaps, Divergence } from './integer-results.ts';
import {
  BitChoices,
  BitChoiceSettings,
  BitExperimentSettings,
  Sensitivity,
  SensitivityDetails,
  SensitivityRequest
} from './sensitivity.ts';
import { Measurement, MeasurementDetails, MeasurementKind, MeasurementTable } from './measurement.ts';
import {
  FilterCompletion,
  RunColumnInfo,
  RunGroups,
  RunGroupsQuery,
  RunQuery,
  RunRows,
  RunSelection,
  RunView
} from './run-query.ts';

/** Where a file comes from: a path (desktop and command line) or what was uploaded to the loopback host. */
export const FileSource = z.union([
  z.strictObject({ path: z.string().min(1) }),
  z.strictObject({ upload: Identifier, fileName: z.string().min(1).max(255) })
]);

/** An accelerator as an experiment file gives it: the name of a preset, or settings, which may name a preset to begin with. */
export const AcceleratorChoice = z.union([z.string().min(1).max(120), z.record(z.string(), z.json())]);

export const Settings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  /** Threads that ONNX Runtime uses; null is as many as there are processors. */
  threads: z.int().min(1).max(256).nullable()
});

export const Overview = z.object({
  folder: z.string(),
  version: z.string(),
  counts: z.object({ models: z.int(), datasets: z.int(), experiments: z.int(), runs: z.int() }),
  /** Most recent first, five at most. */
  recent: z.array(Experiment),
  /** Experiment files that come with the program. */
  templates: z.array(z.object({ id: z.string(), file: ExperimentFile, experimentId: Identifier.nullable() }))
});

/** What an experiment file amounts to, before anything runs. */
export const Plan = z.object({
  file: ExperimentFile,
  /** Distinct runs, after duplicates were merged. */
  total: z.int(),
  /** How many of them are finished already and will be reused. */
  known: z.int(),
  /** Combinations that stand for a run that is in the plan already. */
  duplicates: z.int(),
  /** Estimated seconds for the runs that are not known, learned from finished runs; null where nothing is known yet. */
  estimatedSeconds: z.number().nullable(),
  /** The first runs of the plan, 200 at most. */
  preview: z.array(
    z.object({
      model: z.string(),
      baseline: z.boolean(),
      levels: z.record(z.string(), z.json()),
      seed: z.int(),
      known: z.boolean()
    })
  )
});

export const Prediction = z.object({
  sample: z.int(),
  label: z.int(),
  prediction: z.int(),
  /** Softmax of the logits, for the three most probable classes. */
  top: z.array(z.object({ class: z.int(), probability: z.number() }))
});

/** A file with its bytes in base64; folders in the path are separated by slashes. */
export const BinaryFile = z.object({ path: z.string(), base64: z.string() });

/** A picture as it is stored in the data set, before preprocessing. */
export const Picture = z.object({
  sample: z.int(),
  label: z.int(),
  width: z.int(),
  height: z.int(),
  /** Base64 of width * height * 4 bytes: red, green, blue, 255. */
  rgba: z.string()
});

export const Comparison = z.object({
  runs: z.array(Run),
  /** Settings, model and data that differ between the runs. */
  differences: z.array(z.object({ path: z.string(), values: z.array(z.json()) })),
  pairs: z.array(PairedTest)
});

const nothing = z.strictObject({});
const byId = z.strictObject({ id: Identifier });
const done = z.object({ done: z.literal(true) });

/** What every host offers: method -> its input and its output. */
export const methods = {
  'notebook.overview': { input: nothing, output: Overview },
  'notebook.verify': {
    input: nothing,
    output: z.object({ sound: z.boolean(), blobs: z.int(), problems: z.array(z.string()) })
  },

  'settings.get': { input: nothing, output: Settings },
  'settings.set': { input: Settings.partial(), output: Settings },

  'models.list': { input: nothing, output: z.array(Model) },
  'models.get': { input: byId, output: ModelDetails },
  'models.import': {
    input: z.strictObject({ source: FileSource, name: Name.optional(), tags: Tags.default({}) }),
    output: Model
  },
  'models.update': {
    input: z.strictObject({ id: Identifier, name: Name.optional(), tags: Tags.optional() }),
    output: Model
  },
  'models.remove': { input: byId, output: done },

  'datasets.list': { input: nothing, output: z.array(Dataset) },
  'datasets.get': { input: byId, output: DatasetDetails },
  'datasets.import': {
    input: z.strictObject({
      source: FileSource,
      name: Name.optional(),
      preprocessing: Preprocessing.prefault({}),
      classNames: z.array(z.string().min(1).max(120)).default([])
    }),
    output: Dataset
  },
  'datasets.update': {
    input: z.strictObject({
      id: Identifier,
      name: Name.optional(),
      classNames: z.array(z.string().min(1).max(120)).optional()
    }),
    output: Dataset
  },
  'datasets.remove': { input: byId, output: done },
  'datasets.pictures': {
    input: z.strictObject({ id: Identifier, samples: z.array(z.int().min(0)).max(200) }),
    output: z.array(Picture)
  },

  'measurements.list': { input: nothing, output: z.array(Measurement) },
  'measurements.get': { input: byId, output: MeasurementDetails },
  /** Reads and checks a table as an import does, without storing it. Without a kind, the header tells it. */
  'measurements.preview': {
    input: z.strictObject({ source: FileSource, kind: MeasurementKind.optional() }),
    output: MeasurementTable
  },
  'measurements.import': {
    input: z.strictObject({
      source: FileSource,
      name: Name.optional(),
      kind: MeasurementKind.optional()
    }),
    output: Measurement
  },
  'measurements.remove': { input: byId, output: done },

  'experiments.list': { input: nothing, output: z.array(Experiment) },
  'experiments.get': { input: byId, output: ExperimentDetails },
  /** Reads YAML or JSON; problems come back as a report, not as a failure of the call. */
  'experiments.parse': {
    input: z.strictObject({
      text: z.string().max(1_000_000),
      /** Texts of the CSV files that the file names as the levels of codebooks, by those names. */
      codebooks: z.record(z.string(), z.string().max(1_000_000)).default({})
    }),
    output: z.object({ file: ExperimentFile.nullable(), problem: Report.nullable() })
  },
  /** The levels in the text of a CSV, as they stand there. */
  'codebooks.parse': {
    input: z.strictObject({
      text: z.string().max(1_000_000),
      fileName: z.string().min(1).max(255).default('the list')
    }),
    output: z.object({ levels: z.array(z.number()) })
  },
  'experiments.format': {
    input: z.strictObject({ file: ExperimentFile }),
    output: z.object({ yaml: z.string() })
  },
  'experiments.plan': { input: z.strictObject({ file: ExperimentFile }), output: Plan },
  /** Stores the experiment with its runs and starts it; returns at once. */
  'experiments.run': { input: z.strictObject({ file: ExperimentFile }), output: Experiment },
  'experiments.resume': { input: byId, output: Experiment },
  'experiments.cancel': { input: byId, output: Experiment },
  'experiments.remove': { input: byId, output: done },
  'experiments.pairs': { input: byId, output: z.array(PairedTest) },
  /** What each stage of a combination's hardware costs, for experiments with error budgets. */
  'experiments.budget': {
    input: z.strictObject({
      id: Identifier,
      /** Which of the choices. */
      choice: z.int().min(0).default(0)
    }),
    output: z.object({
      choices: z.array(z.object({ model: z.string(), levels: z.record(z.string(), z.json()) })),
      budget: ErrorBudget
    })
  },

  'runs.list': {
    input: RunSelection,
    output: z.array(Run)
  },
  /** Some columns of some of the runs selected, in an order; as arrays, for tables over very many runs. */
  'runs.query': { input: RunQuery, output: RunRows },
  'runs.groups': { input: RunGroupsQuery, output: RunGroups },
  /** The columns there are. */
  'runs.columns': { input: nothing, output: z.array(RunColumnInfo) },
  /** What can stand at the caret of a filter that is being written, and what is wrong with the text. */
  'runs.complete': {
    input: z.strictObject({ text: z.string().max(2000), caret: z.int().min(0) }),
    output: FilterCompletion
  },
  'runs.get': { input: byId, output: RunDetails },
  'runs.predictions': {
    input: z.strictObject({
      id: Identifier,
      only: z.enum(['all', 'wrong']).default('all'),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(500).default(100)
    }),
    output: z.object({ total: z.int(), rows: z.array(Prediction) })
  },
  'runs.compare': { input: z.strictObject({ ids: z.array(Identifier).min(2).max(20) }), output: Comparison },
  'runs.replay': {
    input: byId,
    output: z.object({
      same: z.boolean(),
      recorded: z.string(),
      found: z.string(),
      durationSeconds: z.number()
    })
  },
  /** Starts an experiment that takes the hardware of a run apart, stage by stage. */
  'runs.budget': {
    input: z.strictObject({
      id: Identifier,
      seeds: z.array(z.int().min(0).max(0xffffffff)).min(1).max(1000).default([0, 1, 2, 3, 4])
    }),
    output: Experiment
  },
  /** Computes a finished run three ways and says where the codes part. */
  'runs.divergence': {
    input: z.strictObject({ id: Identifier, samples: z.int().min(1).max(200).default(20) }),
    output: Divergence
  },
  /** The same of one sample, position by position. */
  'runs.codeMaps': {
    input: z.strictObject({ id: Identifier, sample: z.int().min(0) }),
    output: CodeMaps
  },
  /**
   * The values of a layer's weights and activations in the float network of a finished run, and the levels of its quantizers.
   * `channel` and `group` choose a part of the weights that has a scale of its own.
   */
  'runs.layerHistograms': {
    input: z.strictObject({
      id: Identifier,
      layer: z.string().min(1).max(1000),
      channel: z.int().min(0).nullable().default(null),
      group: z.int().min(0).nullable().default(null)
    }),
    output: LayerHistograms
  },
  /** The integers of every layer, as files of a folder or as one .zip. */
  'runs.integers': {
    input: z.strictObject({
      id: Identifier,
      /** How many samples the golden codes are of. */
      samples: z.int().min(1).max(20).default(3),
      zipped: z.boolean().default(false)
    }),
    output: z.object({ name: z.string(), files: z.array(BinaryFile) })
  },
  /** The quantized network with QuantizeLinear, Clip and DequantizeLinear. */
  'runs.onnx': { input: byId, output: BinaryFile },
  'runs.annotate': {
    input: z.strictObject({
      id: Identifier,
      starred: z.boolean().optional(),
      tags: z.array(z.string().min(1).max(60)).optional(),
      note: z.string().max(100_000).optional()
    }),
    output: RunDetails
  },
  /** Stars and tags of several runs at once. */
  'runs.mark': {
    input: z.strictObject({
      ids: z.array(Identifier).min(1),
      starred: z.boolean().optional(),
      addTags: z.array(z.string().trim().min(1).max(60)).default([]),
      removeTags: z.array(z.string().min(1).max(60)).default([])
    }),
    output: done
  },
  'runs.remove': { input: z.strictObject({ ids: z.array(Identifier).min(1) }), output: done },
  'runs.restore': { input: z.strictObject({ ids: z.array(Identifier).min(1) }), output: done },
  'runs.emptyTrash': { input: nothing, output: z.object({ removed: z.int() }) },

  'sensitivity.list': { input: nothing, output: z.array(Sensitivity) },
  'sensitivity.get': { input: byId, output: SensitivityDetails },
  /** Stores what is asked for and starts it; returns at once. What is measured already under these conditions is not measured again. */
  'sensitivity.start': { input: SensitivityRequest, output: Sensitivity },
  'sensitivity.resume': { input: byId, output: Sensitivity },
  'sensitivity.cancel': { input: byId, output: Sensitivity },
  'sensitivity.remove': { input: byId, output: done },
  /** Bits for each layer within budgets, and what uniform widths amount to. */
  'sensitivity.choose': {
    input: BitChoiceSettings.extend({ id: Identifier }),
    output: BitChoices
  },
  /** The experiment file that verifies chosen bits beside uniform widths. */
  'sensitivity.design': {
    input: BitExperimentSettings.extend({ id: Identifier }),
    output: z.object({ file: ExperimentFile })
  },
  /** Runs that experiment, and remembers that it belongs to these sensitivities. */
  'sensitivity.verify': {
    input: BitExperimentSettings.extend({ id: Identifier }),
    output: Experiment
  },

  'accelerator.presets': { input: nothing, output: z.array(ResolvedPreset) },
  /** How many products can be added at a precision, and where the accelerator's own tile works. */
  'accelerator.reach': {
    input: z.strictObject({
      accelerator: AcceleratorChoice,
      bits: z.number().gt(0).max(24).default(4),
      mode: ReachMode.default('exact'),
      /** Also N at each of these bits, for each of these rates (10^9 per second). */
      curves: z
        .strictObject({
          rates: z.array(z.number().positive()).max(20),
          bits: z.array(z.number().gt(0).max(24)).max(200)
        })
        .default({ rates: [], bits: [] })
    }),
    output: ReachAnswer
  },
  /** What one frame of a model costs. */
  'accelerator.cost': {
    input: z.strictObject({
      /** Its name. */
      model: z.string().min(1),
      accelerator: AcceleratorChoice,
      weightBits: BitWidth.default(8),
      activationBits: BitWidth.default(8)
    }),
    output: CostAnswer
  },
  'views.list': { input: nothing, output: z.array(RunView) },
  /** Adds a view, or replaces the one of its name. */
  'views.save': { input: RunView, output: z.array(RunView) },
  'views.remove': { input: z.strictObject({ name: z.string() }), output: z.array(RunView) },

  'exports.runs': {
    input: z.strictObject({
      experimentId: Identifier.optional(),
      where: z.string().max(2000).optional(),
      shape: z.enum(['tidy', 'wide', 'repeats']).default('tidy'),
      format: z.enum(['csv', 'json']).default('csv')
    }),
    output: ExportedText
  },
  /** What was exported, the latest first. */
  'exports.list': { input: nothing, output: z.array(z.object({ id: Identifier, record: ExportRecord })) },
  'exports.forget': { input: byId, output: done },
  /** Files of a request, with the record from which they can be made again; the notebook keeps it too. */
  'exports.make': { input: ExportRequest, output: Export },
  /** An experiment as the files of a Process Run Crate, the metadata first. */
  'exports.crate': {
    input: z.strictObject({ experimentId: Identifier }),
    output: z.object({ files: z.array(ExportedText) })
  },
  /** Whether an export would still be the same. */
  'exports.check': { input: z.strictObject({ record: ExportRecord }), output: ExportState },
  /** One row for each unit and width. */
  'exports.sensitivity': {
    input: z.strictObject({ id: Identifier, format: z.enum(['csv', 'json']).default('csv') }),
    output: ExportedText
  }
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type Methods = typeof methods;
export type MethodName = keyof Methods;
/** What a caller passes: defaults may be left out. */
export type MethodInput<M extends MethodName> = z.input<Methods[M]['input']>;
/** What a handler receives: defaults are filled in. */
export type MethodParameters<M extends MethodName> = z.output<Methods[M]['input']>;
export type MethodOutput<M extends MethodName> = z.output<Methods[M]['output']>;

/** The one handler table that serves every host. */
export type Handlers = { [M in MethodName]: (input: MethodParameters<M>) => Promise<MethodOutput<M>> };

export type FileSource = z.infer<typeof FileSource>;
export type AcceleratorChoice = z.infer<typeof AcceleratorChoice>;
export type Settings = z.infer<typeof Settings>;
export type Overview = z.infer<typeof Overview>;
export type Plan = z.infer<typeof Plan>;
export type Prediction = z.infer<typeof Prediction>;
export type Picture = z.infer<typeof Picture>;
export type Comparison = z.infer<typeof Comparison>;
export type BinaryFile = z.infer<typeof BinaryFile>;
