import { z } from 'zod';
import { Identifier } from '../entities.ts';
import { Export, ExportedText, ExportRecord, ExportRequest, ExportState } from '../export-record.ts';
import { BinaryFile } from './runs.ts';
import { byId, done, nothing } from './usual-shapes.ts';

/** Results as files for other programs and for papers. */
export const exportsMethods = {
  'exports.runs': {
    input: z.strictObject({
      experimentId: Identifier.optional(),
      where: z.string().max(2000).optional(),
      shape: z.enum(['tidy', 'wide', 'repeats']).default('tidy'),
      format: z.enum(['csv', 'json']).default('csv')
    }),
    output: ExportedText
  },
  /** What was exported, the latest first. */
  'exports.list': { input: nothing, output: z.array(z.object({ id: Identifier, record: ExportRecord })) },
  'exports.forget': { input: byId, output: done },
  /** Files of a request, with the record from which they can be made again; the notebook keeps it too. */
  'exports.make': { input: ExportRequest, output: Export },
  /** An experiment as the files of a Process Run Crate, the metadata first. */
  'exports.crate': {
    input: z.strictObject({ experimentId: Identifier }),
    output: z.object({ files: z.array(ExportedText) })
  },
  /** The same as one .zip. */
  'exports.crateArchive': {
    input: z.strictObject({ experimentId: Identifier }),
    output: BinaryFile
  },
  /** Whether an export would still be the same. */
  'exports.check': { input: z.strictObject({ record: ExportRecord }), output: ExportState },
  /** One row for each unit and width. */
  'exports.sensitivity': {
    input: z.strictObject({ id: Identifier, format: z.enum(['csv', 'json']).default('csv') }),
    output: ExportedText
  }
} as const;
