import { z } from 'zod';
import { Hash, Identifier, Timestamp } from './entities.ts';

/** Programs whose results can be imported. */
export const ResultsFormat = z.enum(['mlflow', 'wandb', 'tensorboard']);

/** How an imported run ended. What its program still called running is interrupted: nothing here will end it. */
export const ImportedStatus = z.enum(['finished', 'failed', 'cancelled', 'interrupted']);

/** What a column of a file becomes. */
export const ColumnUse = z.strictObject({
  as: z.enum(['setting', 'metric', 'seed', 'nothing']),
  /** Of a metric: the one of Bitlab's that it is; without it the column keeps a name of its own. */
  metric: z.string().max(60).optional(),
  /** Whether the file has a share in per cent. */
  percent: z.boolean().optional()
});

/** A fault of one value or one run; the rest of it is imported. */
export const ResultsProblem = z.object({ place: z.string(), text: z.string() });

export const ResultsColumn = z.object({
  /** What `uses` names the column by. */
  key: z.string(),
  /** As its file has it. */
  name: z.string(),
  /** How many runs have a number there, and how many another text. */
  numbers: z.int(),
  texts: z.int(),
  example: z.string(),
  use: ColumnUse,
  /** Its name in the table of runs; null for a column that is left out. */
  becomes: z.string().nullable(),
  /** The metric of Bitlab's that its name and its values speak for, for a person to confirm. */
  suggestion: ColumnUse.nullable()
});

/** What an import does with a run: known ones are brought up to date, or lie in the trash, where they are left alone. */
export const ResultsFate = z.enum(['added', 'updated', 'unchanged', 'trashed']);

export const ResultsCounts = z.object({
  added: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  trashed: z.int()
});

export const ResultsPreview = z.object({
  fileName: z.string(),
  format: ResultsFormat,
  /** The format in words, with the version of its schema where the file tells it. */
  formatText: z.string(),
  /** Where the runs stand in their source, and how many each has. */
  experiments: z.array(z.object({ name: z.string(), runs: z.int() })),
  total: z.int(),
  counts: ResultsCounts,
  columns: z.array(ResultsColumn),
  /** The first of them. */
  runs: z.array(
    z.object({
      name: z.string(),
      experiment: z.string(),
      status: ImportedStatus,
      startedAt: Timestamp.nullable(),
      fate: ResultsFate,
      settings: z.record(z.string(), z.union([z.number(), z.string()])),
      metrics: z.record(z.string(), z.number())
    })
  ),
  /** The first of them, and how many there are. */
  problems: z.array(ResultsProblem),
  problemCount: z.int()
});

export const ResultsReport = ResultsPreview.pick({
  fileName: true,
  format: true,
  formatText: true,
  total: true,
  counts: true,
  problems: true,
  problemCount: true
});

/** A run that another program recorded. Bitlab has neither its model nor its predictions. */
export const ImportedRun = z.object({
  id: Identifier,
  format: ResultsFormat,
  fileName: z.string(),
  fileHash: Hash,
  /** What its source calls it by, where it has a name for machines. */
  sourceId: z.string().nullable(),
  url: z.string().nullable(),
  experiment: z.string(),
  name: z.string(),
  status: ImportedStatus,
  seed: z.int().nullable(),
  /** Under the names of their source. */
  settings: z.record(z.string(), z.union([z.number(), z.string()])),
  /** Under Bitlab's names. */
  metrics: z.record(z.string(), z.number()),
  /** Bitlab's name of a metric -> the source's. */
  metricSources: z.record(z.string(), z.string()),
  /** SHA-256 of all that was imported of it. */
  contentHash: Hash,
  startedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable(),
  durationSeconds: z.number().nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  starred: z.boolean(),
  tags: z.array(z.string()),
  note: z.string()
});

/** The beginning of an imported run's identifier, by which it is told from computed ones. */
const importedPrefix = 'imported_';

export function isImported(runId: string): boolean {
  return runId.startsWith(importedPrefix);
}

export type ResultsFormat = z.infer<typeof ResultsFormat>;
export type ImportedStatus = z.infer<typeof ImportedStatus>;
export type ColumnUse = z.infer<typeof ColumnUse>;
export type ResultsColumn = z.infer<typeof ResultsColumn>;
export type ResultsProblem = z.infer<typeof ResultsProblem>;
export type ResultsFate = z.infer<typeof ResultsFate>;
export type ResultsCounts = z.infer<typeof ResultsCounts>;
export type ResultsPreview = z.infer<typeof ResultsPreview>;
export type ResultsReport = z.infer<typeof ResultsReport>;
export type ImportedRun = z.infer<typeof ImportedRun>;
