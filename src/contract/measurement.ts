import { z } from 'zod';
import { Hash, Identifier, Name, Timestamp } from './entities.ts';

/** What a measured table says: products of codes, the values of a converter's codes, or the error of a value. */
export const MeasurementKind = z.enum(['products', 'transfer', 'noise']);

/** A measured table as it is computed with. Values are in the units that the setting which names it describes. */
export const MeasurementTable = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('products'),
    activationBits: z.int(),
    weightBits: z.int(),
    /** 2^activationBits rows of 2^weightBits products, row-major: a row for each activation code from 0 on. */
    values: z.array(z.number())
  }),
  z.object({
    kind: z.literal('transfer'),
    bits: z.int(),
    /** The value of each of the 2^bits codes from 0 on; it never falls. */
    values: z.array(z.number())
  }),
  z.object({
    kind: z.literal('noise'),
    /** Rising. */
    values: z.array(z.number()),
    /** The standard deviation of the error at each value. */
    sigmas: z.array(z.number())
  })
]);

/** An imported table of measurements: a CSV file in the notebook, checked. */
export const Measurement = z.object({
  id: Identifier,
  name: Name,
  hash: Hash,
  fileName: z.string(),
  bytes: z.int(),
  kind: MeasurementKind,
  /** Rows and columns of numbers, without the header. */
  rows: z.int(),
  columns: z.int(),
  createdAt: Timestamp
});

export const MeasurementDetails = Measurement.extend({
  table: MeasurementTable,
  runCount: z.int()
});

export type MeasurementKind = z.infer<typeof MeasurementKind>;
export type MeasurementTable = z.infer<typeof MeasurementTable>;
export type Measurement = z.infer<typeof Measurement>;
export type MeasurementDetails = z.infer<typeof MeasurementDetails>;

/** The rows and columns of the file that a table came from. */
export function tableExtent(table: MeasurementTable): { rows: number; columns: number } {
  if (table.kind !== 'products') return { rows: table.values.length, columns: 2 };
  return { rows: 2 ** table.activationBits, columns: 2 ** table.weightBits };
}
