import { z } from 'zod';
import { BitWidth, Configuration } from './configuration.ts';
import { Hash, Identifier, Proportion, Report, RunStatus, Timestamp } from './entities.ts';

/** What is quantized while all else stays in float. */
export const SensitivitySubject = z.enum(['weights', 'activations']);

/** What is quantized at a time: the weights of a layer, or the activations that share a range. */
export const SensitivityUnit = z.object({
  subject: SensitivitySubject,
  /** The layer's name; for activations the tensor that overrides address. */
  name: z.string(),
  /** How many weights, or activations of one sample. */
  values: z.int(),
  /** Multiply-accumulates for one sample, of the layer or of the layers that the activations enter. */
  macs: z.int(),
  /** Of weights: the activations that enter the layer, or null where they stay in float. */
  input: z.string().nullable(),
  /** Of activations: the layers that they enter. */
  feeds: z.array(z.string())
});

/** What quantizing one unit to one width does to the network. */
export const SensitivityMeasure = z.object({
  subject: SensitivitySubject,
  unit: z.string(),
  bits: z.int(),
  top1: Proportion,
  /** Sum of the squared differences of the logits from the float network's, over the sum of the squares of those. */
  logitsError: z.number(),
  /** The same as a signal to noise ratio, -10 log10; null where nothing differs. */
  logitsSqnrDb: z.number().nullable(),
  /** Mean Kullback-Leibler divergence of the softmax from the float network's, in nat. */
  divergence: z.number(),
  /** Mean cross-entropy, in nat. */
  crossEntropy: z.number(),
  /** Of weights: size of the layer's parameters at this width, in bits, with scales, zero points and bias. */
  sizeBits: z.int().nullable()
});

/** The sensitivities of one model: each unit quantized alone, to each of several widths. */
export const Sensitivity = z.object({
  id: Identifier,
  status: RunStatus,
  modelId: Identifier,
  model: z.string(),
  dataset: z.string(),
  /** How many of the data set's samples are evaluated, from the first. */
  samples: z.int(),
  calibrationDataset: z.string(),
  calibrationSamples: z.int(),
  /** How units are quantized, but for the bits: rounding is to the nearest, biases stay in float. */
  configuration: Configuration,
  bits: z.array(BitWidth),
  subjects: z.array(SensitivitySubject),
  /** Measures that are known, and those that were asked for; null until the model has been looked at. */
  done: z.int(),
  total: z.int().nullable(),
  error: Report.nullable(),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable()
});

/** Where and with what sensitivities were measured; where some were added later, the last of them. */
export const SensitivityProvenance = z.object({
  bitlab: z.string(),
  node: z.string(),
  onnxRuntime: z.string(),
  platform: z.string(),
  processor: z.string(),
  threads: z.int(),
  modelHash: Hash,
  datasetHash: Hash,
  calibrationHash: Hash,
  configurationHash: Hash
});

export const SensitivityDetails = Sensitivity.extend({
  secondsLeft: z.number().nullable(),
  /** The float network on the same samples. */
  float: z.object({ top1: Proportion, crossEntropy: z.number() }).nullable(),
  units: z.array(SensitivityUnit),
  measures: z.array(SensitivityMeasure),
  provenance: SensitivityProvenance.nullable(),
  /** Experiments that verified bits chosen from these sensitivities, most recent first. */
  experiments: z.array(z.object({ id: Identifier, name: z.string() }))
});

/** What to measure: names as in an experiment file. */
export const SensitivityRequest = z.strictObject({
  model: z.string().min(1),
  evaluate: z.string().min(1),
  samples: z.union([z.literal('all'), z.int().min(1)]).default(512),
  calibrate: z.string().min(1),
  calibrationSamples: z.int().min(2).default(512),
  /** The part of a configuration that is not the default. */
  configuration: z.record(z.string(), z.json()).default({}),
  bits: z.array(BitWidth).min(1).default([8, 7, 6, 5, 4, 3, 2]),
  subjects: z.array(SensitivitySubject).min(1).default(['weights', 'activations'])
});

/** What is limited: the mean bits of a weight, the size of the parameters in bits, or bit operations for one sample. */
export const BudgetKind = z.enum(['average-bits', 'size', 'bops']);

/** How bits are chosen for each layer. */
export const BitChoiceSettings = z.strictObject({
  budget: z.strictObject({ kind: BudgetKind, values: z.array(z.number().positive()).min(1).max(50) }),
  /** Activations can vary where the budget counts them: in bit operations. */
  vary: z.enum(['weights', 'both']).default('weights'),
  /** What is summed over the units: the relative error power of the logits, or the divergence of the softmax. */
  measure: z.enum(['logits-error', 'divergence']).default('logits-error'),
  /** Layer, or `first` and `last` -> bits of its weights, which are not to be chosen. */
  keep: z.record(z.string().min(1), BitWidth).default({}),
  /** Bits of all activations where they do not vary. */
  activationBits: BitWidth.default(8)
});

/** Bits for each layer, and what they amount to. */
export const BitChoice = z.object({
  /** The budget that it was chosen for; null for uniform widths. */
  budget: z.number().nullable(),
  /** Layer -> bits of its weights, in the order of the network. */
  weights: z.array(z.object({ layer: z.string(), bits: z.int() })),
  /** Tensor -> bits of its activations, where they vary. */
  activations: z.array(z.object({ tensor: z.string(), bits: z.int() })),
  averageBits: z.number(),
  sizeBits: z.number(),
  bops: z.number(),
  /** The sum that was minimized. */
  cost: z.number(),
  /** The SQNR of the logits that the sum predicts, where it is one of error powers; null where nothing is lost. */
  predictedSqnrDb: z.number().nullable()
});

export const BitChoices = z.object({
  choices: z.array(BitChoice),
  /** The measured widths for all layers but those that are kept, from many bits to few. */
  uniform: z.array(BitChoice.extend({ bits: z.int() })),
  /** The smallest budget that can be met. */
  least: z.number(),
  /** Whether the choice is the best there is, or the best to within the step into which budgets were divided. */
  exact: z.boolean(),
  step: z.number()
});

/** How chosen bits are verified: an experiment of them beside the uniform widths. */
export const BitExperimentSettings = BitChoiceSettings.extend({
  name: z.string().trim().min(1).max(120).optional(),
  evaluate: z.string().min(1),
  samples: z.union([z.literal('all'), z.int().min(1)]).default('all'),
  arithmetic: z.enum(['simulated', 'integer']).default('simulated'),
  rounding: z.enum(['nearest', 'adaround', 'gptq']).default('nearest'),
  /** Whether uniform widths are run beside. */
  uniform: z.boolean().default(true)
});

export type SensitivitySubject = z.infer<typeof SensitivitySubject>;
export type SensitivityUnit = z.infer<typeof SensitivityUnit>;
export type SensitivityMeasure = z.infer<typeof SensitivityMeasure>;
export type Sensitivity = z.infer<typeof Sensitivity>;
export type SensitivityDetails = z.infer<typeof SensitivityDetails>;
export type SensitivityProvenance = z.infer<typeof SensitivityProvenance>;
export type SensitivityRequest = z.infer<typeof SensitivityRequest>;
export type BudgetKind = z.infer<typeof BudgetKind>;
export type BitChoiceSettings = z.infer<typeof BitChoiceSettings>;
export type BitChoice = z.infer<typeof BitChoice>;
export type BitChoices = z.infer<typeof BitChoices>;
export type BitExperimentSettings = z.infer<typeof BitExperimentSettings>;
