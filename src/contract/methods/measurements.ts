import { z } from 'zod';
import { Name } from '../entities.ts';
import { Measurement, MeasurementDetails, MeasurementKind, MeasurementTable } from '../measurement.ts';
import { FileSource } from './file-source.ts';
import { byId, done, nothing, removal } from './usual-shapes.ts';

/** Tables of measurements. */
export const measurementsMethods = {
  'measurements.list': { input: nothing, output: z.array(Measurement) },
  'measurements.get': { input: byId, output: MeasurementDetails },
  /** Reads and checks a table as an import does, without storing it. Without a kind, the header tells it. */
  'measurements.preview': {
    input: z.strictObject({ source: FileSource, kind: MeasurementKind.optional() }),
    output: MeasurementTable
  },
  'measurements.import': {
    input: z.strictObject({
      source: FileSource,
      name: Name.optional(),
      kind: MeasurementKind.optional()
    }),
    output: Measurement
  },
  'measurements.remove': { input: removal, output: done }
} as const;
