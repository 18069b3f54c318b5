import { z } from 'zod';

export const ExperimentName = z.string().trim().min(1).max(120);

/** A level of a factor: a scalar, a list, or null. */
export const Level = z.json();

/**
 * The experiment file, in JSON or YAML: what the designer screen makes and `bitlab experiment run` reads.
 * `fixed` and `factors` are checked against the configuration's schema when the experiment is planned.
 */
export const ExperimentFile = z.strictObject({
  name: ExperimentName,
  /** Markdown. */
  question: z.string().max(20_000).default(''),
  /** Names of models in the notebook. */
  models: z.array(z.string().min(1)).min(1),
  data: z.strictObject({
    evaluate: z.string().min(1),
    calibrate: z.string().min(1).nullable().default(null),
    calibrationSamples: z.int().min(1).default(512),
    samples: z.union([z.literal('all'), z.int().min(1)]).default('all')
  }),
  /** The part of a configuration that all runs share. */
  fixed: z.record(z.string(), z.json()).default({}),
  /** Dotted path of a setting -> its levels. */
  factors: z.record(z.string(), z.array(Level).min(1)).default({}),
  /** Groups of factors that advance together; all others are crossed. */
  zip: z.array(z.array(z.string()).min(2)).default([]),
  seeds: z.array(z.int().min(0).max(0xffffffff)).min(1).default([0]),
  /** Also the float run of each model. */
  baseline: z.boolean().default(true)
});

export type ExperimentFile = z.infer<typeof ExperimentFile>;
/** An experiment file before defaults are filled in. */
export type ExperimentFileInput = z.input<typeof ExperimentFile>;
