import { z } from 'zod';

export const ExperimentName = z.string().trim().min(1).max(120);

/** A level of a factor: a scalar, a list, or null. */
export const Level = z.json();

/**
 * When repeats are enough. The seeds of a combination are run in their order; after each one the 95 % t interval of the mean is
 * looked at, and what is left of them is not run once it is narrow enough. A failed run counts for nothing.
 */
export const StopEarly = z.strictObject({
  metric: z.string().min(1).default('top1').describe('The metric whose mean is looked at; see metrics.md.'),
  halfWidth: z
    .number()
    .gt(0)
    .describe(
      "Half of the 95 % t interval that is narrow enough, in the metric's unit: 0.005 is half a point of top1."
    ),
  leastSeeds: z
    .int()
    .min(2)
    .default(3)
    .describe('Seeds that are run at least, since a few may agree by chance.')
});
export type StopEarly = z.infer<typeof StopEarly>;

/** How samples are drawn from a data set instead of taking the first ones. The same draw of the same labels is the same samples. */
export const SampleDraw = z.strictObject({
  seed: z.int().min(0).max(0xffffffff).default(0).describe('Another seed draws other samples.'),
  stratified: z
    .boolean()
    .default(true)
    .describe('Whether each class has the share of the samples that it has in the data set, to one sample.')
});
export type SampleDraw = z.infer<typeof SampleDraw>;

/** How samples were drawn, in a few words: `drawn by seed 0, each class with its share`. */
export const describeDraw = ({ seed, stratified }: SampleDraw): string =>
  `drawn by seed ${seed}${stratified ? ', each class with its share' : ''}`;

/**
 * The experiment file, in JSON or YAML: what the designer screen makes and `bitlab experiment run` reads.
 * `fixed` and `factors` are checked against the configuration's schema when the experiment is planned.
 */
export const ExperimentFile = z.strictObject({
  name: ExperimentName.describe('The name of the experiment in the notebook.'),
  question: z
    .string()
    .max(20_000)
    .default('')
    .describe('What is asked, and why, in Markdown. It changes no result.'),
  models: z.array(z.string().min(1)).min(1).describe('Names of models in the notebook.'),
  data: z
    .strictObject({
      evaluate: z.string().min(1).describe('Name of the data set that is evaluated.'),
      calibrate: z
        .string()
        .min(1)
        .nullable()
        .default(null)
        .describe(
          'Name of the data set on which ranges of activations are found. Needed for all arithmetic but `float`.'
        ),
      calibrationSamples: z
        .int()
        .min(1)
        .default(512)
        .describe('How many of its samples are used, from the first; at least 2.'),
      samples: z
        .union([z.literal('all'), z.int().min(1)])
        .default('all')
        .describe('How many samples are evaluated: the first ones, unless `draw` says otherwise.'),
      draw: SampleDraw.optional().describe(
        'Draws that many samples by a seed, from all over the data set. Without it they are the first.'
      )
    })
    .describe('What is computed on.'),
  fixed: z
    .record(z.string(), z.json())
    .default({})
    .describe('The part of a configuration that all runs share; what it leaves out has its default.'),
  factors: z
    .record(z.string(), z.array(Level).min(1))
    .default({})
    .describe('Path of a setting, and its levels. All factors are crossed unless they are zipped.'),
  zip: z
    .array(z.array(z.string()).min(2))
    .default([])
    .describe('Groups of factors that advance together instead of being crossed.'),
  seeds: z
    .array(z.int().min(0).max(0xffffffff))
    .min(1)
    .default([0])
    .describe('Each combination is run once for each seed.'),
  stopEarly: StopEarly.optional().describe(
    'When the later seeds of a combination are not needed. Without it, all are run.'
  ),
  errorBudget: z
    .boolean()
    .optional()
    .describe(
      'Whether each combination, which must be of arithmetic `accelerator`, is run stage by stage: quantized, in integers, then with each error of the hardware that it has, together with those before and alone. Stages in which nothing is random are run for the first seed only.'
    ),
  baseline: z
    .boolean()
    .default(true)
    .describe('Whether the float run of each model is added, to compare with.')
});

/** An experiment file that may lack its name, its models and its data yet. */
export const ExperimentDraft = ExperimentFile.extend({
  name: z.string().max(120),
  models: z.array(z.string().min(1)),
  data: ExperimentFile.shape.data.extend({ evaluate: z.string() })
});

export type ExperimentFile = z.infer<typeof ExperimentFile>;
/** An experiment file before defaults are filled in. */
export type ExperimentFileInput = z.input<typeof ExperimentFile>;
