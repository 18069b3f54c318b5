import { z } from 'zod';
import { ExperimentStatus, Identifier, Run, RunCounts, RunStatus } from './entities.ts';

/** How far an experiment is. Sent when it changes, four times a second at most. */
export const ExperimentProgress = z.object({
  type: z.literal('experiment-progress'),
  id: Identifier,
  name: z.string(),
  status: ExperimentStatus,
  counts: RunCounts,
  secondsLeft: z.number().nullable(),
  /** The run that is being computed, and what is being done to it. */
  current: z
    .object({
      runId: Identifier,
      label: z.string(),
      phase: z.enum(['preparing', 'calibrating', 'quantizing', 'rounding', 'evaluating']),
      /** 0 to 1 within the phase. */
      fraction: z.number()
    })
    .nullable()
});

/** A run reached another status; the row is complete, so that tables need not ask again. */
export const RunChanged = z.object({ type: z.literal('run-changed'), run: Run });

/** Something of a kind was added, renamed or removed: lists of that kind are stale. */
export const Changed = z.object({
  type: z.literal('changed'),
  kind: z.enum(['models', 'datasets', 'measurements', 'experiments', 'runs', 'sensitivities', 'settings'])
});

/** How far the sensitivities of a model are. Sent when a unit was measured, and while the network is prepared. */
export const SensitivityProgress = z.object({
  type: z.literal('sensitivity-progress'),
  id: Identifier,
  model: z.string(),
  status: RunStatus,
  done: z.int(),
  total: z.int().nullable(),
  secondsLeft: z.number().nullable(),
  /** What is being done, in a few words: a phase, or the unit that is measured. */
  current: z.string().nullable()
});

/** How far the import of a data set of many pictures is. Sent a few times a second. */
export const ImportProgress = z.object({
  type: z.literal('import-progress'),
  fileName: z.string(),
  /** 0 to 1. */
  fraction: z.number()
});

export const BitlabEvent = z.discriminatedUnion('type', [
  ExperimentProgress,
  RunChanged,
  SensitivityProgress,
  ImportProgress,
  Changed
]);
export type BitlabEvent = z.infer<typeof BitlabEvent>;
export type ExperimentProgress = z.infer<typeof ExperimentProgress>;
export type SensitivityProgress = z.infer<typeof SensitivityProgress>;
export type ImportProgress = z.infer<typeof ImportProgress>;
