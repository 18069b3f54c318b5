import { z } from 'zod';
import { Dataset, DatasetDetails, DatasetFormat, Identifier, Name, PictureProblem } from '../entities.ts';
import { Preprocessing } from '../preprocessing.ts';
import { DatasetSource } from './file-source.ts';
import { byId, done, nothing, removal } from './usual-shapes.ts';

/** A picture as it is stored in the data set, before preprocessing; large ones are made smaller. */
export const Picture = z.object({
  sample: z.int(),
  label: z.int(),
  width: z.int(),
  height: z.int(),
  /** Base64 of width * height * 4 bytes: red, green, blue, 255. */
  rgba: z.string()
});

/** What is imported, and how it is read. */
const DatasetImport = z.strictObject({
  source: DatasetSource,
  /** What the files are; found out where it is left out. */
  format: DatasetFormat.optional(),
  /** Which of the two labels of CIFAR-100 counts. */
  labels: z.enum(['fine', 'coarse']).default('fine'),
  preprocessing: Preprocessing.prefault({}),
  classNames: z.array(z.string().min(1).max(120)).default([])
});

/** What an import would store, before anything is stored. */
export const DatasetPreview = z.object({
  format: DatasetFormat,
  samples: z.int(),
  /** Channels, height and width of the pictures as they are stored; height and width are null where they differ. */
  storedShape: z.tuple([z.int(), z.int().nullable(), z.int().nullable()]),
  /** What networks would see; null where pictures differ in size and are not cropped to one. */
  shape: z.tuple([z.int(), z.int(), z.int()]).nullable(),
  elementType: z.enum(['uint8', 'float32']),
  classes: z.int(),
  classNames: z.array(z.string()),
  classCounts: z.array(z.int()),
  /** A few pictures from all over the set, as they are stored. */
  pictures: z.array(Picture),
  /** What is wrong with some of these pictures: each file is looked at only when the set is imported. */
  problems: z.array(PictureProblem)
});

/** Data sets. */
export const datasetsMethods = {
  'datasets.list': { input: nothing, output: z.array(Dataset) },
  'datasets.get': { input: byId, output: DatasetDetails },
  'datasets.import': {
    input: DatasetImport.extend({ name: Name.optional() }),
    output: DatasetDetails
  },
  /** The same without storing anything; uploads are kept for the import. */
  'datasets.inspect': { input: DatasetImport, output: DatasetPreview },
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
export type DatasetPreview = z.infer<typeof DatasetPreview>;
