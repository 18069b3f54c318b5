import { z } from 'zod';
import { Experiment, ExperimentDetails, Identifier, Report } from '../entities.ts';
import { ErrorBudget } from '../error-budget.ts';
import { ExperimentDraft, ExperimentFile, ExperimentName } from '../experiment-file.ts';
import { PairFamily } from '../paired-tests.ts';
import { byId, done, nothing } from './usual-shapes.ts';

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

/** Something that is wrong with the text of an experiment file. */
export const FileProblem = z.object({
  report: Report,
  /** Where it is in the file, `['factors', 'weights.bits', 2]`; empty for the file as a whole. */
  path: z.array(z.union([z.string(), z.int()])),
  /** null where the text has no such place. */
  line: z.int().nullable()
});
export type FileProblem = z.infer<typeof FileProblem>;

/** A design that is being worked on: the file, and its text where that is more than the file says, such as comments. */
export const KeptDraft = z.strictObject({
  file: ExperimentDraft,
  text: z.string().max(1_000_000)
});
export type KeptDraft = z.infer<typeof KeptDraft>;

/** Experiments, their files and what these name. */
export const experimentsMethods = {
  'experiments.list': { input: nothing, output: z.array(Experiment) },
  'experiments.get': { input: byId, output: ExperimentDetails },
  /** Reads YAML or JSON; problems come back as reports, not as a failure of the call. */
  'experiments.parse': {
    input: z.strictObject({
      text: z.string().max(1_000_000),
      /** Texts of the CSV files that the file names as the levels of codebooks, by those names. */
      codebooks: z.record(z.string(), z.string().max(1_000_000)).default({})
    }),
    output: z.object({
      file: ExperimentFile.nullable(),
      problems: z.array(FileProblem),
      /** The first of the problems. */
      problem: Report.nullable()
    })
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
    input: z.strictObject({
      file: ExperimentDraft,
      /** Where a text is given, it is changed only where the file differs from it: comments and order stay. */
      text: z.string().max(1_000_000).optional()
    }),
    output: z.object({ yaml: z.string() })
  },
  'experiments.plan': { input: z.strictObject({ file: ExperimentFile }), output: Plan },
  /** Stores the experiment with its runs and starts it; returns at once. */
  'experiments.run': { input: z.strictObject({ file: ExperimentFile }), output: Experiment },
  'experiments.resume': { input: byId, output: Experiment },
  'experiments.cancel': { input: byId, output: Experiment },
  /** Gives an experiment another name; its file says it, too. */
  'experiments.rename': {
    input: z.strictObject({ id: Identifier, name: ExperimentName }),
    output: Experiment
  },
  'experiments.remove': { input: byId, output: done },
  /** Its settings tested in pairs: models at equal settings, neighbouring levels of each factor, and each against float. */
  'experiments.pairs': { input: byId, output: z.array(PairFamily) },
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
  }
} as const;

export type Plan = z.infer<typeof Plan>;
