import { z } from 'zod';
import { done, nothing } from './usual-shapes.ts';

export const KeptName = z.string().min(1).max(200);

/** Unsaved work and small habits of the interface, which outlive the window: drafts, notes being typed, what was used last. */
export const keptMethods = {
  'kept.list': { input: nothing, output: z.array(z.object({ name: KeptName, value: z.json() })) },
  /** Keeps a value, at most 1 MB of JSON, or forgets it where it is null. */
  'kept.set': { input: z.strictObject({ name: KeptName, value: z.json() }), output: done }
} as const;
