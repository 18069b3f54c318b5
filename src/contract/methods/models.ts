import { z } from 'zod';
import { Identifier, Model, ModelDetails, Name, Tags } from '../entities.ts';
import { FileSource } from './file-source.ts';
import { byId, done, nothing, removal } from './usual-shapes.ts';

/** Models. */
export const modelsMethods = {
  'models.list': { input: nothing, output: z.array(Model) },
  'models.get': { input: byId, output: ModelDetails },
  'models.import': {
    input: z.strictObject({ source: FileSource, name: Name.optional(), tags: Tags.default({}) }),
    output: Model
  },
  'models.update': {
    input: z.strictObject({ id: Identifier, name: Name.optional(), tags: Tags.optional() }),
    output: Model
  },
  'models.remove': { input: removal, output: done }
} as const;
