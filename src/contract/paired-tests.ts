import { z } from 'zod';
import { Identifier } from './entities.ts';

/** Below this corrected p value a difference is said to be shown. */
export const significanceLevel = 0.05;

/** Two settings of an experiment, tested against each other on the same samples. */
export const TestedPair = z.object({
  /** The runs of the first and of the second setting, which differ in nothing but the seed. */
  a: z.array(Identifier).min(1),
  b: z.array(Identifier).min(1),
  /** McNemar's exact test over samples, or Student's paired t test over seeds. */
  test: z.enum(['mcnemar', 'paired-t']),
  samples: z.int(),
  /** Pairs of runs of the same seed. */
  seeds: z.int(),
  /** Whether something is drawn at random in either setting, so that other seeds would give other numbers. */
  random: z.boolean(),
  /** Samples that only the first, or only the second, got right; null over seeds. */
  onlyA: z.int().nullable(),
  onlyB: z.int().nullable(),
  /** top1(b) - top1(a) in the unit 1, the mean over seeds, with its 95 % interval. */
  difference: z.number(),
  low: z.number(),
  high: z.number(),
  pValue: z.number(),
  /** By Holm's method, over the family. */
  adjustedPValue: z.number()
});

/** Pairs that answer one question, and share the chance of a false answer. */
export const PairFamily = z.object({
  /** What both of a pair differ in: `model`, `float` (quantized or not), or the dotted paths of factors that advance together. */
  differIn: z.array(z.string()).min(1),
  pairs: z.array(TestedPair),
  /** Pairs that could not be tested: too few seeds, or other samples. */
  untested: z.int(),
  /** Pairs beyond the number that is tested at once. */
  leftOut: z.int()
});

export type TestedPair = z.infer<typeof TestedPair>;
export type PairFamily = z.infer<typeof PairFamily>;
