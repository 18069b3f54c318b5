import { z } from 'zod';
import { IdentityCheck } from '../error-budget.ts';
import {
  ClassComparison,
  Comparison,
  DisagreementKind,
  Disagreements,
  LayerComparison,
  mostComparedRuns
} from '../comparison.ts';
import { Experiment, Identifier, Run, RunDetails } from '../entities.ts';
import { CodeMaps, Divergence } from '../integer-results.ts';
import { LayerHistograms } from '../layer-histograms.ts';
import {
  FilterCompletion,
  RunColumnInfo,
  RunGroups,
  RunGroupsQuery,
  RunQuery,
  RunRows,
  RunSelection,
  RunView
} from '../run-query.ts';
import { byId, done, nothing } from './usual-shapes.ts';

export const Prediction = z.object({
  sample: z.int(),
  label: z.int(),
  prediction: z.int(),
  /** Softmax of the logits, for the three most probable classes. */
  top: z.array(z.object({ class: z.int(), probability: z.number() }))
});

/** A file with its bytes in base64; folders in the path are separated by slashes. */
export const BinaryFile = z.object({ path: z.string(), base64: z.string() });

const comparedIds = (least: number) => z.array(Identifier).min(least).max(mostComparedRuns);

/** Runs: found, looked at, compared, computed again, and the views of their table. */
export const runsMethods = {
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
      /** Only samples of this class. */
      label: z.int().min(0).nullable().default(null),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(500).default(100)
    }),
    output: z.object({ total: z.int(), rows: z.array(Prediction) })
  },
  'runs.compare': { input: z.strictObject({ ids: comparedIds(2) }), output: Comparison },
  /** Accuracy class by class of finished runs, those on the same samples as the reference; the reference is one of them. */
  'runs.classes': {
    input: z.strictObject({ ids: comparedIds(1), reference: Identifier }),
    output: ClassComparison
  },
  /** What quantization did to the layers of runs, side by side. */
  'runs.layers': { input: z.strictObject({ ids: comparedIds(1) }), output: LayerComparison },
  /** Samples about which finished runs disagree with a reference, which is one of them, in the order of the data. */
  'runs.disagreements': {
    input: z.strictObject({
      ids: comparedIds(2),
      reference: Identifier,
      /** The one run that the reference is compared with; null for all. */
      against: Identifier.nullable().default(null),
      kind: DisagreementKind.default('any'),
      /** Only samples of this class. */
      label: z.int().min(0).nullable().default(null),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(100).default(24)
    }),
    output: Disagreements
  },
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
  /** Computes a run's first samples on its hardware without errors, and in exact integers: they must be the same, bit for bit. */
  'runs.identity': {
    input: z.strictObject({ id: Identifier, samples: z.int().min(1).max(1000).default(64) }),
    output: IdentityCheck
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
  'views.list': { input: nothing, output: z.array(RunView) },
  /** Adds a view, or replaces the one of its name. */
  'views.save': { input: RunView, output: z.array(RunView) },
  'views.remove': { input: z.strictObject({ name: z.string() }), output: z.array(RunView) }
} as const;

export type Prediction = z.infer<typeof Prediction>;
export type BinaryFile = z.infer<typeof BinaryFile>;
