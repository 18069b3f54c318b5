import { z } from 'zod';
import { ExperimentStatus, Identifier, Run, RunCounts } from './entities.ts';

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
  kind: z.enum(['models', 'datasets', 'measurements', 'experiments', 'runs', 'settings'])
});

export const BitlabEvent = z.discriminatedUnion('type', [ExperimentProgress, RunChanged, Changed]);
export type BitlabEvent = z.infer<typeof BitlabEvent>;
export type ExperimentProgress = z.infer<typeof ExperimentProgress>;
