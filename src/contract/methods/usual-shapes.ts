import { z } from 'zod';
import { Identifier } from '../entities.ts';

/** The input of a method that needs to be told nothing. */
export const nothing = z.strictObject({});
export const byId = z.strictObject({ id: Identifier });
/** What is to be removed: for good, or into the trash, from which it can be restored until that is emptied. */
export const removal = z.strictObject({ id: Identifier, toTrash: z.boolean().default(false) });
/** The output of a method that only does something. */
export const done = z.object({ done: z.literal(true) });
