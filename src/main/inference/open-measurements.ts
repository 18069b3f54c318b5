import type { MeasurementKind, MeasurementTable } from '../../contract/index.ts';
import { noMeasurements, type Measurements } from '../simulation/accelerator/index.ts';
import type { MeasurementFile, OpenMeasurement } from './run-job.ts';

/** Reads the tables of a run, so that its hardware finds them by the hashes that its configuration names. */
export async function openMeasurements(
  files: readonly MeasurementFile[],
  open: OpenMeasurement
): Promise<Measurements> {
  const tables = new Map<string, MeasurementTable>();
  for (const file of files) tables.set(file.hash, await open(file));
  const found = <Kind extends MeasurementKind>(kind: Kind, hash: string) => {
    const table = tables.get(hash);
    return table?.kind === kind ? (table as Extract<MeasurementTable, { kind: Kind }>) : null;
  };
  return {
    transfer: (hash) => found('transfer', hash)?.values ?? noMeasurements.transfer(hash),
    products(hash) {
      const table = found('products', hash);
      if (table === null) return noMeasurements.products(hash);
      return { columns: 2 ** table.weightBits, values: table.values };
    },
    noise(hash) {
      const table = found('noise', hash);
      if (table === null) return noMeasurements.noise(hash);
      return { values: table.values, deviations: table.sigmas };
    }
  };
}
