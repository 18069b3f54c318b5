import { z } from 'zod';
import { Experiment, Identifier } from '../entities.ts';
import { ExperimentFile } from '../experiment-file.ts';
import { nothing } from './usual-shapes.ts';

export const Settings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  /** Threads that ONNX Runtime uses; null is as many as there are processors. */
  threads: z.int().min(1).max(256).nullable(),
  /** Whether things may move: as the system says, or never. */
  motion: z.enum(['system', 'reduced']),
  /** Whether lines and text stand out: as the system says, or always. */
  contrast: z.enum(['system', 'more']),
  /** Whether the system tells when an experiment ends while the window is hidden. */
  notifications: z.boolean(),
  /** Disk that decoded pictures may take in the notebook's folder, in units of 10^9 bytes; 0 keeps none. */
  pictureCacheGigabytes: z.number().min(0).max(10_000)
});

/** The settings of a new notebook. */
export const usualSettings: Settings = {
  theme: 'system',
  threads: null,
  motion: 'system',
  contrast: 'system',
  notifications: false,
  pictureCacheGigabytes: 10
};

export const Overview = z.object({
  folder: z.string(),
  version: z.string(),
  counts: z.object({ models: z.int(), datasets: z.int(), experiments: z.int(), runs: z.int() }),
  /** Most recent first, five at most. */
  recent: z.array(Experiment),
  /** Experiment files that come with the program. */
  templates: z.array(
    z.object({
      id: z.string(),
      file: ExperimentFile,
      /** As it stands in its file, with comments. */
      text: z.string(),
      experimentId: Identifier.nullable()
    })
  )
});

/** The notebook as a whole, and its settings. */
export const notebookMethods = {
  'notebook.overview': { input: nothing, output: Overview },
  'notebook.verify': {
    input: nothing,
    output: z.object({ sound: z.boolean(), blobs: z.int(), problems: z.array(z.string()) })
  },
  /** Writes the whole notebook into one file under `backups` in its folder. */
  'notebook.backup': { input: nothing, output: z.object({ file: z.string() }) },
  'settings.get': { input: nothing, output: Settings },
  'settings.set': { input: Settings.partial(), output: Settings }
} as const;

export type Settings = z.infer<typeof Settings>;
export type Overview = z.infer<typeof Overview>;
