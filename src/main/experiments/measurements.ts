import { BitlabError, tableExtent, type Handlers, type Measurement } from '../../contract/index.ts';
import { timestamp, type Context } from './context.ts';
import { nameFromFile, withReceivedFile, type FileLimits } from './file-source.ts';
import { nameSuggestion } from './names.ts';

/** A table of 2^20 numbers with all their digits. */
const limits: FileLimits = {
  emptyCode: 'MEASUREMENT_EMPTY',
  tooLargeCode: 'MEASUREMENT_TOO_LARGE',
  limitBytes: 2 ** 25
};

type MeasurementHandlers = Pick<
  Handlers,
  | 'measurements.list'
  | 'measurements.get'
  | 'measurements.preview'
  | 'measurements.import'
  | 'measurements.remove'
>;

export function measurementHandlers(context: Context): MeasurementHandlers {
  const { notebook, computer } = context;
  const changed = () => context.emit({ type: 'changed', kind: 'measurements' });
  return {
    'measurements.list': async () => notebook.measurements.list(),

    'measurements.get': async ({ id }) => {
      const measurement = requireMeasurement(context, id);
      const { hash, fileName, kind } = measurement;
      const table = await computer.readMeasurement(notebook.blobs.path(hash), fileName, kind);
      return { ...measurement, table, runCount: notebook.measurements.runCount(id) };
    },

    'measurements.preview': ({ source, kind }) =>
      withReceivedFile(context, source, limits, (file, fileName) =>
        computer.readMeasurement(file.path, fileName, kind ?? null)
      ),

    'measurements.import': async (input) => {
      const measurement = await importMeasurement(context, input);
      changed();
      return measurement;
    },

    'measurements.remove': async ({ id, toTrash }) => {
      const { name } = requireMeasurement(context, id);
      const runs = notebook.measurements.runCount(id);
      if (runs > 0) throw new BitlabError('MEASUREMENT_IN_USE', { name, runs });
      notebook.transaction(() => notebook.trash.removeMeasurement(id, timestamp(context), toTrash));
      await notebook.blobs.sweep();
      changed();
      return { done: true };
    }
  };
}

/**
 * Stores a table of measurements after the computing process has read it.
 * @throws MEASUREMENT_*, and what withReceivedFile throws; then nothing is left behind
 */
function importMeasurement(
  context: Context,
  input: Parameters<Handlers['measurements.import']>[0]
): Promise<Measurement> {
  const { notebook, computer } = context;
  return withReceivedFile(context, input.source, limits, async (file, fileName) => {
    const { hash, bytes, path } = file;
    const name = input.name ?? nameFromFile(fileName);
    const requireNew = () => {
      if (notebook.measurements.byName(name) !== null) {
        throw new BitlabError('MEASUREMENT_NAME_TAKEN', { name });
      }
      const equal = notebook.measurements.byHash(hash);
      if (equal !== null) throw new BitlabError('MEASUREMENT_KNOWN', { file: fileName, name: equal.name });
    };
    requireNew();
    const table = await computer.readMeasurement(path, fileName, input.kind ?? null);
    const id = notebook.newIdentifier('measurement');
    const createdAt = timestamp(context);
    notebook.transaction(() => {
      requireNew();
      notebook.blobs.keep(file, createdAt);
      const { kind } = table;
      notebook.measurements.insert({
        id,
        name,
        hash,
        fileName,
        bytes,
        kind,
        ...tableExtent(table),
        createdAt
      });
    });
    return notebook.measurements.get(id)!;
  });
}

function requireMeasurement(context: Context, id: string): Measurement {
  const measurement = context.notebook.measurements.get(id);
  if (measurement !== null && !context.notebook.trash.has('measurements', id)) return measurement;
  const suggestion = nameSuggestion(id, context.notebook.measurements.names(), 'Import a measurement first.');
  throw new BitlabError('MEASUREMENT_NOT_FOUND', { name: id, suggestion });
}
