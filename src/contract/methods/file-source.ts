import { z } from 'zod';
import { Identifier } from '../entities.ts';

/** Where a file comes from: a path (desktop and command line) or what was uploaded to the loopback host. */
export const FileSource = z.union([
  z.strictObject({ path: z.string().min(1) }),
  z.strictObject({ upload: Identifier, fileName: z.string().min(1).max(255) })
]);

export type FileSource = z.infer<typeof FileSource>;
