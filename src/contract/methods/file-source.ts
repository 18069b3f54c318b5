import { z } from 'zod';
import { Identifier } from '../entities.ts';

/** Where a file comes from: a path (desktop and command line) or what was uploaded to the loopback host. */
export const FileSource = z.union([
  z.strictObject({ path: z.string().min(1) }),
  z.strictObject({ upload: Identifier, fileName: z.string().min(1).max(255) })
]);

/**
 * Where a data set comes from: one file as above, or several files and folders. The names of uploads may have folders before
 * them, `digits/7/one.png`, as browsers give them for a chosen folder.
 */
export const DatasetSource = z.union([
  FileSource,
  z.strictObject({ paths: z.array(z.string().min(1)).min(1).max(1000) }),
  z.strictObject({
    uploads: z
      .array(z.strictObject({ upload: Identifier, fileName: z.string().min(1).max(1000) }))
      .min(1)
      .max(50_000)
  })
]);

export type DatasetSource = z.infer<typeof DatasetSource>;
export type FileSource = z.infer<typeof FileSource>;
