import { z } from 'zod';
import { Identifier, Timestamp } from '../entities.ts';
import { done, nothing } from './usual-shapes.ts';

/** What can lie in the trash by itself; runs have their own table of it. */
export const TrashKind = z.enum(['models', 'datasets', 'measurements', 'experiments']);

export const TrashItem = z.object({
  kind: TrashKind,
  id: Identifier,
  name: z.string(),
  removedAt: Timestamp
});

/** The trash, but for its runs, which `runs.query` lists and `runs.restore` brings back. */
export const trashMethods = {
  /** The latest first. */
  'trash.list': { input: nothing, output: z.object({ runs: z.int(), items: z.array(TrashItem) }) },
  /** An experiment comes back with the runs that went with it. What has lost its name meanwhile gets ` (restored)` behind it. */
  'trash.restore': {
    input: z.strictObject({
      items: z.array(z.strictObject({ kind: TrashKind, id: Identifier })).min(1)
    }),
    output: done
  }
} as const;

export type TrashKind = z.infer<typeof TrashKind>;
export type TrashItem = z.infer<typeof TrashItem>;
