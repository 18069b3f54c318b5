import { z } from 'zod';
import { ColumnUse, ImportedRun, ResultsFormat, ResultsPreview, ResultsReport } from '../imported-results.ts';
import { FileSource } from './file-source.ts';
import { byId, nothing } from './usual-shapes.ts';
import { Identifier } from '../entities.ts';

const request = z.strictObject({
  source: FileSource,
  /** Told by the file where it is left out. */
  format: ResultsFormat.optional(),
  /** Of a file that knows experiments only the runs of this one; of another what to list its runs under. */
  experiment: z.string().trim().min(1).max(250).optional(),
  /** Column -> what it becomes, where that is not what its format says of it. */
  uses: z.record(z.string().max(400), ColumnUse).default({})
});

/** Results of other programs. */
export const resultsMethods = {
  /** Reads and checks a file as an import does, without storing anything. */
  'results.preview': { input: request, output: ResultsPreview },
  /** Stores its runs, all or none. */
  'results.import': { input: request, output: ResultsReport },
  'results.list': { input: nothing, output: z.array(ImportedRun) },
  'results.get': { input: byId, output: ImportedRun },
  'results.annotate': {
    input: z.strictObject({
      id: Identifier,
      starred: z.boolean().optional(),
      note: z.string().max(100_000).optional()
    }),
    output: ImportedRun
  }
} as const;
