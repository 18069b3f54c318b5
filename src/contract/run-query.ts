import { z } from 'zod';
import { Identifier } from './entities.ts';

/** Which runs: those of an experiment or of the notebook that fit a filter, outside of the trash or in it. */
export const RunSelection = z.strictObject({
  experimentId: Identifier.optional(),
  where: z.string().max(2000).optional(),
  trash: z.boolean().default(false)
});

/** By its name: of run-columns.ts, of a metric, or the path of a setting. */
export const ColumnName = z.string().min(1).max(400);

export const RunSort = z.strictObject({
  column: ColumnName,
  direction: z.enum(['ascending', 'descending'])
});

/** What a run has in a column; null where it has nothing. Lists are of tags and the like, or an interval's two ends. */
export const RunCell = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.string()),
  z.array(z.number())
]);

export const RunQuery = RunSelection.extend({
  columns: z.array(ColumnName).max(100),
  /** The first decides, the next where it is equal; last of all the oldest run comes first. Nothing (null) comes last. */
  sort: z.array(RunSort).max(8).default([]),
  /** Only these of the runs selected. */
  ids: z.array(Identifier).max(1000).optional(),
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(200_000).default(100)
});

export const RunRows = z.object({
  /** How many runs are selected. */
  total: z.int(),
  /** For each run its identifier, then a cell for each column asked for. */
  rows: z.array(z.array(RunCell))
});

export const RunGroupsQuery = RunSelection.extend({
  /** Columns whose values a group shares; or everything that decides a result but the seed. */
  by: z.union([z.literal('all-but-seed'), z.array(ColumnName).min(1).max(20)]),
  /** What is told of each group: cells of its first run, which all its runs share where the column is one of `by`. */
  columns: z.array(ColumnName).max(100),
  /** Numbers that are averaged. */
  metrics: z.array(ColumnName).max(60),
  /** By `runs` (how many there are), by one of `by`, or by the mean of one of `metrics`. */
  sort: z.array(RunSort).max(8).default([]),
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(10_000).default(100)
});

/** A mean of repeats: deviation is the sample's (n - 1), low and high are the 95 % t interval; null where n is 1. */
export const MeanOfRuns = z.object({
  n: z.int(),
  mean: z.number(),
  deviation: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable()
});

export const RunGroups = z.object({
  total: z.int(),
  rows: z.array(
    z.object({
      /** The group's first run. */
      id: Identifier,
      runs: z.int(),
      cells: z.array(RunCell),
      /** One for each of `metrics`; null where no run of the group has it. */
      means: z.array(MeanOfRuns.nullable())
    })
  )
});

/** A column that can be shown, and what is known of it. */
export const RunColumnInfo = z.object({
  name: z.string(),
  kind: z.enum(['column', 'metric', 'setting']),
  type: z.enum(['text', 'number', 'flag', 'time', 'list', 'interval']),
  title: z.string().nullable(),
  unit: z.string().nullable(),
  definition: z.string(),
  /** Whether it can be filtered and sorted by. */
  queried: z.boolean(),
  /** Settings: whether the notebook's runs have had more than one value of it. */
  varies: z.boolean()
});

export const FilterCompletion = z.object({
  /** The characters that an option takes the place of. */
  from: z.int(),
  to: z.int(),
  options: z.array(
    z.object({
      text: z.string(),
      kind: z.enum(['column', 'metric', 'setting', 'operator', 'value', 'word']),
      about: z.string()
    })
  ),
  /** What is wrong with the text, where it is; null for a filter that is complete and sound. */
  problem: z.object({ at: z.int(), end: z.int(), reason: z.string() }).nullable()
});

/** A way to look at runs, kept in the notebook. */
export const RunView = z.strictObject({
  name: z.string().trim().min(1).max(80),
  where: z.string().max(2000),
  columns: z.array(ColumnName).max(100),
  sort: z.array(RunSort).max(8),
  grouping: z
    .strictObject({ by: z.union([z.literal('all-but-seed'), z.array(ColumnName).min(1).max(20)]) })
    .nullable()
});

export type RunSelection = z.infer<typeof RunSelection>;
export type RunSort = z.infer<typeof RunSort>;
export type RunCell = z.infer<typeof RunCell>;
export type RunQuery = z.infer<typeof RunQuery>;
export type RunRows = z.infer<typeof RunRows>;
export type RunGroupsQuery = z.infer<typeof RunGroupsQuery>;
export type RunGroups = z.infer<typeof RunGroups>;
export type MeanOfRuns = z.infer<typeof MeanOfRuns>;
export type RunColumnInfo = z.infer<typeof RunColumnInfo>;
export type FilterCompletion = z.infer<typeof FilterCompletion>;
export type RunView = z.infer<typeof RunView>;
