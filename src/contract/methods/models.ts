import { z } from 'zod';
import { Identifier, Model, ModelDetails, ModelPreview, Name, Tags } from '../entities.ts';
import { FitCheck } from '../fit-check.ts';
import { FileSource } from './file-source.ts';
import { byId, done, nothing, removal } from './usual-shapes.ts';

/** Models. */
export const modelsMethods = {
  'models.list': { input: nothing, output: z.array(Model) },
  'models.get': { input: byId, output: ModelDetails },
  /** What a file holds, before anything is stored; an upload is let go, so that importing sends the file again. */
  'models.preview': {
    input: z.strictObject({ source: FileSource, output: z.string().min(1).optional() }),
    output: ModelPreview
  },
  'models.import': {
    input: z.strictObject({
      source: FileSource,
      name: Name.optional(),
      tags: Tags.default({}),
      /** Of several outputs the one that counts; by default the first. */
      output: z.string().min(1).optional()
    }),
    /** With what was decided on the way, in sentences. */
    output: Model.extend({ notes: z.array(z.string()).optional() })
  },
  /** Tries a model in float on a few samples of a data set, with its preprocessing and with the usual others. */
  'models.checkFit': {
    input: z.strictObject({
      model: Identifier,
      dataset: Identifier,
      samples: z.int().min(1).max(1000).default(64)
    }),
    output: FitCheck
  },
  'models.update': {
    input: z.strictObject({ id: Identifier, name: Name.optional(), tags: Tags.optional() }),
    output: Model
  },
  'models.remove': { input: removal, output: done }
} as const;
