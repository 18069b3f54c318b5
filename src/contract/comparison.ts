import { z } from 'zod';
import { Identifier, PairedTest, Run } from './entities.ts';

/** The most runs that can be compared at once. */
export const mostComparedRuns = 20;

export const Comparison = z.object({
  runs: z.array(Run),
  /** Settings, model and data that differ between the runs. */
  differences: z.array(z.object({ path: z.string(), values: z.array(z.json()) })),
  /** Each two of the runs that were evaluated on the same samples; none where there are no such two. */
  pairs: z.array(PairedTest)
});

/** How often a run was right about each class, and whether another run was right about the same samples. */
export const ClassAccuracy = z.object({
  id: Identifier,
  /** Samples of each class that the run got right, and the 95 % Wilson interval of their share; null where a class has none. */
  right: z.array(z.int()),
  low: z.array(z.number().nullable()),
  high: z.array(z.number().nullable()),
  /** Samples of each class that only the reference, or only this run, got right. */
  onlyReference: z.array(z.int()),
  onlyRun: z.array(z.int()),
  /** Two-sided p value of McNemar's exact test for each class against the reference, and the same after Holm over all classes. */
  pValue: z.array(z.number()),
  adjusted: z.array(z.number())
});

export const ClassComparison = z.object({
  /** The names of the classes, as far as the data set has them; the others are their numbers. */
  classNames: z.array(z.string()),
  /** Samples of each class. */
  samples: z.array(z.int()),
  /** The runs that were evaluated on the samples of the reference, itself among them, in the order in which they were asked for. */
  runs: z.array(ClassAccuracy)
});

/** A number of each layer, comparable between runs. */
export const comparedQuantities = [
  'outputSqnrDb',
  'activationSqnrDb',
  'weightSqnrDb',
  'weightBits',
  'outputBits',
  'weightsClipped',
  'outputClipped',
  'overflowShare',
  'hardwareSqnrDb',
  'adcClipped'
] as const;

/** Rows are layers, columns runs; null where a run has no such layer, or the layer no such number. */
const NumbersOfLayers = z.array(z.array(z.number().nullable()));

export const LayerComparison = z.object({
  runs: z.array(Identifier),
  /** Names of the layers of all runs, from the input to the output. */
  layers: z.array(z.string()),
  quantities: z.object(
    Object.fromEntries(comparedQuantities.map((name) => [name, NumbersOfLayers])) as Record<
      (typeof comparedQuantities)[number],
      typeof NumbersOfLayers
    >
  )
});

/**
 * How runs can disagree with a reference about a sample. They exclude each other, and `any` is all of them together:
 * `lost` the reference is right and another run is not; `gained` the reference is wrong and another run is right; `wrong` all
 * are wrong, and not all say the same.
 */
export const disagreementKinds = ['any', 'lost', 'gained', 'wrong'] as const;
export const DisagreementKind = z.enum(disagreementKinds);

export const Disagreements = z.object({
  datasetId: Identifier,
  classNames: z.array(z.string()),
  /** The runs that were evaluated on the samples of the reference, itself among them, in the order in which they were asked for. */
  runs: z.array(Identifier),
  /** How many samples there are of each kind, of the label asked for. */
  counts: z.object({ any: z.int(), lost: z.int(), gained: z.int(), wrong: z.int() }),
  rows: z.array(
    z.object({
      sample: z.int(),
      label: z.int(),
      /** What each of the runs says, with the probability that it gives to that class. */
      answers: z.array(z.object({ prediction: z.int(), probability: z.number() }))
    })
  )
});

export type Comparison = z.infer<typeof Comparison>;
export type ClassAccuracy = z.infer<typeof ClassAccuracy>;
export type ClassComparison = z.infer<typeof ClassComparison>;
export type ComparedQuantity = (typeof comparedQuantities)[number];
export type LayerComparison = z.infer<typeof LayerComparison>;
export type DisagreementKind = z.infer<typeof DisagreementKind>;
export type Disagreements = z.infer<typeof Disagreements>;
