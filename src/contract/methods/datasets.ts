import { z } from 'zod';
import { Dataset, DatasetDetails, Identifier, Name, Preprocessing } from '../entities.ts';
import { FileSource } from './file-source.ts';
import { byId, done, nothing, removal } from './usual-shapes.ts';

/** A picture as it is stored in the data set, before preprocessing. */
export const Picture = z.object({
  sample: z.int(),
  label: z.int(),
  width: z.int(),
  height: z.int(),
  /** Base64 of width * height * 4 bytes: red, green, blue, 255. */
  rgba: z.string()
});

/** Data sets. */
export const datasetsMethods = {
  'datasets.list': { input: nothing, output: z.array(Dataset) },
  'datasets.get': { input: byId, output: DatasetDetails },
  'datasets.import': {
    input: z.strictObject({
      source: FileSource,
      name: Name.optional(),
      preprocessing: Preprocessing.prefault({}),
      classNames: z.array(z.string().min(1).max(120)).default([])
    }),
    output: Dataset
  },
  'datasets.update': {
    input: z.strictObject({
      id: Identifier,
      name: Name.optional(),
      classNames: z.array(z.string().min(1).max(120)).optional()
    }),
    output: Dataset
  },
  'datasets.remove': { input: removal, output: done },
  'datasets.pictures': {
    input: z.strictObject({ id: Identifier, samples: z.array(z.int().min(0)).max(200) }),
    output: z.array(Picture)
  }
} as const;

export type Picture = z.infer<typeof Picture>;
