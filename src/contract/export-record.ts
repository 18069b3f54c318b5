import { z } from 'zod';
import { Hash, Identifier, Timestamp } from './entities.ts';
import { ColumnName, RunSelection } from './run-query.ts';

const selection = RunSelection.omit({ trash: true });

/** What can be exported, and of which runs. */
export const ExportRequest = z.discriminatedUnion('kind', [
  /** A table for programs: a row for each number (tidy) or for each run (wide). */
  selection.extend({
    kind: z.literal('runs'),
    shape: z.enum(['tidy', 'wide', 'repeats']).default('tidy'),
    format: z.enum(['csv', 'json']).default('csv')
  }),
  /** A table for a paper: a row for each group, with mean, deviation and number of each metric. */
  selection.extend({
    kind: z.literal('latex'),
    /** What a group shares; the experiment's factors and the model where it is left out. */
    by: z.array(ColumnName).min(1).max(8).optional(),
    metrics: z.array(ColumnName).min(1).max(8).default(['top1']),
    caption: z.string().max(2000).optional(),
    label: z
      .string()
      .regex(/^[A-Za-z0-9:.-]{1,80}$/)
      .optional()
  }),
  /** Top-1 accuracy against bits, as SVG; in pixels where no size is given. */
  selection.extend({
    kind: z.literal('figure'),
    experimentId: Identifier,
    paper: z
      .strictObject({
        widthMm: z.number().min(20).max(500),
        heightMm: z.number().min(15).max(500),
        fontPt: z.number().min(4).max(24)
      })
      .optional()
  }),
  /** A paragraph that says in words how the runs were configured. */
  selection.extend({ kind: z.literal('methods') })
]);

/** Beside an exported file: what it was made of, so that it can be made again or be found stale. */
export const ExportRecord = z.strictObject({
  format: z.literal('bitlab-export/1'),
  program: z.strictObject({ name: z.literal('Bitlab'), version: z.string() }),
  createdAt: Timestamp,
  request: ExportRequest,
  runs: z.array(z.strictObject({ id: Identifier, configurationHash: Hash })),
  /** SHA-256 of each file, by its name. */
  files: z.record(z.string(), Hash)
});

export const ExportedText = z.object({ fileName: z.string(), mediaType: z.string(), text: z.string() });

export const Export = z.object({ files: z.array(ExportedText).min(1), record: ExportRecord });

/** What became of an export since it was made. */
export const ExportState = z.object({
  state: z.enum(['current', 'stale']),
  /** Why it is stale, one sentence each. */
  reasons: z.array(z.string())
});

export type ExportRequest = z.infer<typeof ExportRequest>;
export type ExportRecord = z.infer<typeof ExportRecord>;
export type ExportedText = z.infer<typeof ExportedText>;
export type Export = z.infer<typeof Export>;
export type ExportState = z.infer<typeof ExportState>;
